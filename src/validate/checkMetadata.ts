// Names, namespaces, labels and annotations by the rules of the API server (apimachinery validation), for every object,
// whether its kind is known or not.
import { child } from '../model/node.ts';
import type { MapNode, Node } from '../model/node.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import { isTemplate } from './checkSchema.ts';
import type { Check } from './checkSchema.ts';
import { printValue, wrongMetadata } from './findings.ts';
import { fieldPath } from './fieldPath.ts';

const LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const DNS_1035 = /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/;
const QUALIFIED = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const ANNOTATIONS_LIMIT = 256 * 1024;

type Rule = (text: string) => string | undefined;

const label: Rule = (text) =>
  limited(text, 63) ??
  (LABEL.test(text)
    ? undefined
    : 'must be lower case letters, digits and "-", and start and end with a letter or digit');
const subdomain: Rule = (text) =>
  limited(text, 253) ??
  (SUBDOMAIN.test(text)
    ? undefined
    : 'must be lower case letters, digits, "-" and ".", and start and end with a letter or digit');
const serviceName: Rule = (text) =>
  limited(text, 63) ??
  (DNS_1035.test(text)
    ? undefined
    : 'must be lower case letters, digits and "-", start with a letter and end with a letter or digit');
const pathSegment: Rule = (text) =>
  text === '.' || text === '..' || /[/%]/.test(text) ? 'must not be "." or "..", nor contain "/" or "%"' : undefined;
const labelValue: Rule = (text) =>
  limited(text, 63) ??
  (text === '' || QUALIFIED.test(text)
    ? undefined
    : 'must be letters, digits, "-", "_" and ".", and start and end with a letter or digit');

function limited(text: string, length: number): string | undefined {
  return text.length > length ? `must have at most ${length} characters` : undefined;
}

/** The names of most kinds are DNS subdomains; these are not. */
function ruleOfName(ref: ObjectRef): Rule {
  if (ref.group === 'rbac.authorization.k8s.io') return pathSegment;
  if (ref.group === '' && ref.kind === 'Namespace') return label;
  return ref.group === '' && ref.kind === 'Service' ? serviceName : subdomain;
}

/** A label's or annotation's key: a name, behind a domain and a slash where there is one. */
function keyProblem(key: string): string | undefined {
  const parts = key.split('/');
  const name = parts.at(-1) ?? '';
  if (parts.length > 2) return 'has more than one "/"';
  if (name === '' || name.length > 63 || !QUALIFIED.test(name)) {
    return 'must be 1 to 63 letters, digits, "-", "_" and ".", and start and end with a letter or digit, behind an optional domain and "/"';
  }
  return parts.length === 2 && subdomain(parts[0] ?? '') !== undefined
    ? 'has a prefix that is no domain name'
    : undefined;
}

export function checkMetadata(node: MapNode, ref: ObjectRef, check: Check): void {
  const metadata = child(node, 'metadata');
  checkText(child(metadata, 'name'), 'metadata.name', ruleOfName(ref), check);
  const namespace = child(metadata, 'namespace');
  if (namespace?.kind === 'scalar' && namespace.text !== '') checkText(namespace, 'metadata.namespace', label, check);
  checkTexts(child(metadata, 'labels'), 'metadata.labels', labelValue, check);
  checkTexts(child(metadata, 'annotations'), 'metadata.annotations', undefined, check);
}

function checkText(node: Node | undefined, path: string, rule: Rule, check: Check): void {
  if (node?.kind !== 'scalar' || typeof node.value !== 'string' || isTemplate(node.text, check)) return;
  const problem = rule(node.text);
  if (problem !== undefined)
    check.report(
      wrongMetadata(`${printValue(node, false)} ${problem}`, { path, at: node.origin.place }, check.subject),
    );
}

function checkTexts(map: Node | undefined, path: string, rule: Rule | undefined, check: Check): void {
  if (map?.kind !== 'map') return;
  let size = 0;
  for (const [key, entry] of map.entries) {
    const { value } = entry;
    const problem = isTemplate(key, check) ? undefined : keyProblem(rule ? key : key.toLowerCase());
    if (problem !== undefined) {
      const at = entry.keyPlace ?? value.origin.place;
      check.report(wrongMetadata(`the key ${problem}`, { path: fieldPath(path, key), at }, check.subject));
    }
    if (rule) checkText(value, fieldPath(path, key), rule, check);
    size += key.length + (value.kind === 'scalar' ? value.text.length : 0);
  }
  if (!rule && size * WIDEST_UNIT > ANNOTATIONS_LIMIT && sizeOf(map) > ANNOTATIONS_LIMIT)
    check.report(
      wrongMetadata(`the annotations are larger than 256 KiB`, { path, at: map.origin.place }, check.subject),
    );
}

/** The most bytes that a UTF-16 unit takes in UTF-8. */
const WIDEST_UNIT = 3;

function sizeOf(map: MapNode): number {
  const encoder = new TextEncoder();
  let size = 0;
  for (const [key, { value }] of map.entries)
    size += key.length + (value.kind === 'scalar' ? encoder.encode(value.text).length : 0);
  return size;
}
