// What can be wrong with a rendered object, in words. Values of Secrets are never part of a message.
import { withFix } from '../model/finding.ts';
import type { Finding, FindingCode } from '../model/finding.ts';
import type { Node } from '../model/node.ts';
import type { Place } from '../model/sourceText.ts';
import { visibleText } from '../model/visibleText.ts';

/** The object that is judged, and how findings name it. */
export interface Subject {
  /** `Kind/namespace/name`. */
  readonly object: string;
  /** ` in NAME (Kind namespace/name)` or nothing: the end of each message. */
  readonly suffix: string;
  readonly secret: boolean;
}

/** A place in the rendered object: its path, and where what is said of it was written. */
export interface Spot {
  readonly path: string;
  readonly at: Place | undefined;
}

function finding(
  code: FindingCode,
  severity: Finding['severity'],
  message: string,
  spot: Spot,
  subject: Subject,
): Finding {
  const said = spot.path === '' ? message : `${spot.path}: ${message}`;
  return {
    code,
    severity,
    message: said + subject.suffix,
    ...(spot.at ? { at: spot.at } : {}),
    object: subject.object,
    ...(spot.path === '' ? {} : { field: spot.path }),
  };
}

/** `expected integer, got "eighty"` */
export function wrongType(expected: string, got: string, spot: Spot, subject: Subject): Finding {
  return finding('schema-type', 'error', `expected ${expected}, got ${got}`, spot, subject);
}

/** How a scalar of the wrong type is most likely mended: words that end the message, and what to write. */
export interface Remedy {
  readonly hint: string;
  readonly quotes?: 'put' | 'remove';
}

/** The finding with the text that its remedy makes of what stands at its place. */
export function mended(found: Finding, { quotes }: Remedy, text: string): Finding {
  const written = found.at?.source.text.slice(found.at.start, found.at.end);
  if (written === undefined || quotes === undefined) return found;
  if (quotes === 'put') return written === text ? withFix(found, written, JSON.stringify(text)) : found;
  return [`"${text}"`, `'${text}'`].includes(written) ? withFix(found, written, text) : found;
}

/** Flux substitutes in printed text, which has quotes only where the text before needs them. */
export function quotesLost(got: string, spot: Spot, subject: Subject): Finding {
  const remedy = "set a variable, as q: '\"', and write ${q} before and behind it";
  const message = `expected string, got ${got}: substitution keeps no quotes around a variable; ${remedy}`;
  return finding('schema-type', 'error', message, spot, subject);
}

export function unknownField(name: string, similar: string | undefined, spot: Spot, subject: Subject): Finding {
  const hint = similar === undefined ? '; remove it' : `. Did you mean "${similar}"?`;
  return withFix(
    finding('schema-unknown-field', 'error', `unknown field "${name}"${hint}`, spot, subject),
    name,
    similar,
  );
}

export function missingField(name: string, spot: Spot, subject: Subject): Finding {
  return finding('schema-required', 'error', `the field "${name}" is required`, spot, subject);
}

/** A value of the right type that the schema does not allow. */
export function wrongValue(message: string, spot: Spot, subject: Subject): Finding {
  return finding('schema-value', 'error', message, spot, subject);
}

export function wrongMetadata(message: string, spot: Spot, subject: Subject): Finding {
  return finding('metadata-invalid', 'error', message, spot, subject);
}

export function unknownKind(
  apiVersion: string,
  kind: string,
  similar: string | undefined,
  spot: Spot,
  subject: Subject,
): Finding {
  const hint = similar === undefined ? '; correct the apiVersion or the kind' : `. Did you mean ${similar}?`;
  const message = `${apiVersion} has no kind ${kind} in this version of Kubernetes${hint}`;
  const found = finding('schema-unknown-kind', 'warning', message, spot, subject);
  // Either the kind, or the apiVersion before it.
  const [meant, other] = similar?.split(' ') ?? [];
  return withFix(found, other === undefined ? kind : apiVersion, meant);
}

/** A value for a message: text in quotes, numbers and booleans as they are; nothing of a Secret. */
export function printValue(node: Node, hidden: boolean): string {
  if (node.kind !== 'scalar') return node.kind === 'map' ? 'a map' : 'a list';
  if (node.value === null) return 'null';
  if (hidden) return typeof node.value === 'string' ? 'text' : `a ${typeof node.value}`;
  if (typeof node.value !== 'string') return node.text;
  const short = node.text.length > 60 ? `${node.text.slice(0, 59)}…` : node.text;
  return visibleText(JSON.stringify(short));
}
