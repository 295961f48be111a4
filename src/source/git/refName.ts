// Which names may be a ref. Asked before any library or file system sees a name that came from a spec or a server.

// Control characters, space and what git's own rules for ref names exclude.
// eslint-disable-next-line no-control-regex -- control characters are what is looked for.
const FORBIDDEN = /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|\/$|\.$/;

/** Whether git's check-ref-format would take the name: a full ref, or a branch or tag without its prefix. */
export function isRefName(name: string): boolean {
  if (name === '' || name === '@' || name.startsWith('-') || name.startsWith('/') || FORBIDDEN.test(name)) return false;
  return name.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'));
}

const OBJECT_ID = /^[0-9a-f]{40}$/;

export function isObjectId(text: string): boolean {
  return OBJECT_ID.test(text);
}

/** A server may advertise any text: a name that no ref may have never reaches a file system (CVE-2026-71557). */
export function safeRefs(found: readonly (readonly [ref: string, id: string])[]): ReadonlyMap<string, string> {
  return new Map(found.filter(([ref]) => ref === 'HEAD' || isRefName(ref.replace(/\^\{\}$/, ''))));
}
