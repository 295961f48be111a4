// What the text of a scalar means, by the rules of go-yaml: v3 for resources as kyaml reads them, v2 for
// sigs.k8s.io/yaml. No mode of any YAML library for JavaScript equals either. Must not know where the text stands.
import type { Scalar } from '../model/node.ts';
import { decodeBinary } from './binary.ts';
import { parseFloat64, parseInteger } from './goNumber.ts';
import { normalTimestamp } from './timestamp.ts';

/**
 * `resource`: go-yaml v3 as kyaml reads resources and strategic merge patches (`no` is a string, a date is a time).
 * `kubernetes`: sigs.k8s.io/yaml, for kustomization.yaml and JSON 6902 patches (`no` is false, a date is a string).
 */
export type Dialect = 'resource' | 'kubernetes';

export interface Resolved {
  readonly tag: string;
  readonly value: Scalar;
}

const fixed = new Map<string, Resolved>();
for (const text of ['true', 'True', 'TRUE']) fixed.set(text, { tag: '!!bool', value: true });
for (const text of ['false', 'False', 'FALSE']) fixed.set(text, { tag: '!!bool', value: false });
for (const text of ['', '~', 'null', 'Null', 'NULL']) fixed.set(text, { tag: '!!null', value: null });
for (const text of ['.nan', '.NaN', '.NAN']) fixed.set(text, { tag: '!!float', value: Number.NaN });
for (const text of ['.inf', '.Inf', '.INF']) {
  fixed.set(text, { tag: '!!float', value: Number.POSITIVE_INFINITY });
  fixed.set(`+${text}`, { tag: '!!float', value: Number.POSITIVE_INFINITY });
  fixed.set(`-${text}`, { tag: '!!float', value: Number.NEGATIVE_INFINITY });
}

/** The further words of YAML 1.1, which only go-yaml v2 takes for booleans. */
const words = new Map<string, Resolved>();
for (const text of ['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON']) words.set(text, { tag: '!!bool', value: true });
for (const text of ['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF']) words.set(text, { tag: '!!bool', value: false });

/** Resolves plain text without a tag. */
export function resolvePlain(text: string, dialect: Dialect): Resolved {
  if (isPlainText(text)) return { tag: '!!str', value: text };
  const code = text.charCodeAt(0);
  const known = fixed.get(text) ?? (dialect === 'kubernetes' ? words.get(text) : undefined);
  if (known) return known;
  if (code === 46) return floatOrText(text);
  if ((code >= 48 && code <= 57) || code === 43 || code === 45) return resolveNumber(text, dialect, 'plain');
  return { tag: '!!str', value: text };
}

/**
 * Whether plain text is a string in both dialects by its first character alone: only signs, digits, the dot, and the words'
 * letters can begin anything else. False says nothing.
 */
export function isPlainText(text: string): boolean {
  const code = text.charCodeAt(0);
  return code > 57 && (code > 126 || !wordStarts[code]);
}

/** Whether text that begins with a letter is one of the words that mean something else in either dialect. */
export function isWord(text: string): boolean {
  return text.length <= longestWord && !isPlainText(text) && (fixed.has(text) || words.has(text));
}

const longestWord = 5;

const wordStarts: readonly boolean[] = Array.from({ length: 127 }, (_, code) =>
  'yYnNtTfFoO~'.includes(String.fromCharCode(code)),
);

/** Nearly all numbers: no zero in front, which makes them octal, and nothing that could overflow or be a date. */
const fewDigits = /^(?:0|[1-9][0-9]{0,14})$/;

function floatOrText(text: string): Resolved {
  const value = parseFloat64(text, 'as in Go literals');
  return value === undefined ? { tag: '!!str', value: text } : { tag: '!!float', value };
}

function resolveNumber(text: string, dialect: Dialect, tagged: 'plain' | 'tagged'): Resolved {
  if (fewDigits.test(text)) return { tag: '!!int', value: Number(text) };
  const time = tagged === 'plain' && text.charCodeAt(4) === 45 ? normalTimestamp(text) : undefined;
  if (time !== undefined) return { tag: '!!timestamp', value: dialect === 'resource' ? time : text };
  const digits = text.replaceAll('_', '');
  const integer = parseInteger(digits, 0);
  if (integer !== undefined) return { tag: '!!int', value: integer };
  const float = parseFloat64(digits, 'refused');
  if (float !== undefined) return { tag: '!!float', value: float };
  const based = oddBase(digits, dialect);
  return based === undefined ? { tag: '!!str', value: text } : { tag: '!!int', value: based };
}

/** go-yaml looks at `0b` (and v3 at `0o`) once more after Go's own rules, which lets a sign stand after the prefix. */
function oddBase(digits: string, dialect: Dialect): number | bigint | undefined {
  const negative = digits.startsWith('-');
  const rest = negative ? digits.slice(1) : digits;
  const base = rest.startsWith('0b') ? 2 : dialect === 'resource' && rest.startsWith('0o') ? 8 : undefined;
  return base === undefined ? undefined : parseInteger((negative ? '-' : '') + rest.slice(2), base);
}

/** Resolves text under an explicit tag. Undefined where the text cannot be read as that tag, which is an error. */
export function resolveTagged(tag: string, text: string, dialect: Dialect): Resolved | undefined {
  if (tag === '!!str') return { tag, value: text };
  if (tag === '!!binary') {
    const value = decodeBinary(text);
    return value === undefined ? undefined : { tag, value };
  }
  if (tag === '!!timestamp') {
    const time = normalTimestamp(text);
    return time === undefined ? undefined : { tag, value: dialect === 'resource' ? time : text };
  }
  if (tag !== '!!bool' && tag !== '!!int' && tag !== '!!float' && tag !== '!!null') return { tag, value: text };
  const code = text.charCodeAt(0);
  const numeric = (code >= 48 && code <= 57) || code === 43 || code === 45;
  const found = numeric && !fixed.has(text) ? resolveNumber(text, dialect, 'tagged') : resolvePlain(text, dialect);
  if (found.tag === tag) return found;
  // go-yaml takes an integer for a float where 64 bits with a sign hold it.
  if (tag === '!!float' && found.tag === '!!int' && BigInt(found.value as number | bigint) < 1n << 63n)
    return { tag, value: Number(found.value) };
  return undefined;
}

/** Whether a string must be quoted so that YAML 1.1 and 1.2 readers both take it for a string. */
export function needsQuotes(text: string): boolean {
  return !isPlainText(text) && needsQuotesByValue(text);
}

function needsQuotesByValue(text: string): boolean {
  return resolvePlain(text, 'kubernetes').tag !== '!!str' || base60.test(text);
}

const base60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
