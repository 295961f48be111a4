// Whether a text names an image (github.com/distribution/reference, ParseNormalizedNamed). Resolves nothing.

const ALPHANUMERIC = '[a-z0-9]+';
const COMPONENT = `${ALPHANUMERIC}(?:(?:\\.|_|__|-+)${ALPHANUMERIC})*`;
const DOMAIN_LABEL = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const DOMAIN = `(?:${DOMAIN_LABEL}(?:\\.${DOMAIN_LABEL})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const TAG = '[A-Za-z0-9_][\\w.-]{0,127}';
const DIGEST = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
const REFERENCE = new RegExp(`^(?:${DOMAIN}/)?(${COMPONENT}(?:/${COMPONENT})*)(?::${TAG})?(?:@${DIGEST})?$`);
const IDENTIFIER = /^[a-f0-9]{64}$/;
const NAME_LIMIT = 255;

/** The first part is a domain where it has a dot, a port or capitals, or is `localhost`. */
export function isImageReference(text: string): boolean {
  if (IDENTIFIER.test(text)) return false;
  const slash = text.indexOf('/');
  const first = slash < 0 ? '' : text.slice(0, slash);
  const hasDomain = slash >= 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  const [domain, rest] = hasDomain ? [first, text.slice(slash + 1)] : ['docker.io', text];
  const name = REFERENCE.exec(`${domain}/${rest}`)?.[1];
  return name !== undefined && domain.length + 1 + name.length <= NAME_LIMIT;
}
