// '%d items'.format([3]): the clauses of cel-go's string extension.
import type { FormatStyle } from '../environment.ts';
import { fault, isFault, isList, isMap, kindOf, typeNameOf } from '../value.ts';
import type { CelError, CelValue, Duration, Timestamp, TypeValue, Uint } from '../value.ts';
import { plainDouble, printDouble } from './conversions.ts';
import { printDuration, printTimestamp } from './timeText.ts';

const CLAUSE = /%(?:%|(?:\.(\d+))?([a-zA-Z]))/g;

interface ClauseTypes {
  readonly kinds: ReadonlySet<string>;
  readonly message: string;
}

/** What each clause can print as the older version has it, and Go's words for the rest. */
const CLAUSES: ReadonlyMap<string, ClauseTypes> = new Map(
  Object.entries({
    s: [
      'list map int uint double bool string timestamp bytes duration type null',
      'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps',
    ],
    d: ['int uint', 'decimal clause can only be used on integers'],
    f: ['double string', 'fixed-point clause can only be used on doubles'],
    e: ['double string', 'scientific clause can only be used on doubles'],
    b: ['int uint bool', 'only integers and bools can be formatted as binary'],
    x: ['int uint string bytes', 'only integers, byte buffers, and strings can be formatted as hex'],
    X: ['int uint string bytes', 'only integers, byte buffers, and strings can be formatted as hex'],
    o: ['int uint', 'octal clause can only be used on integers'],
  }).map(([verb, [kinds = '', message = '']]) => [verb, { kinds: new Set(kinds.split(' ')), message }]),
);

/** The newer version prints any number by the clauses for some. */
const NUMBERS: ReadonlySet<string> = new Set(['int', 'uint', 'double']);

export function clauseTypes(verb: string, style: FormatStyle): ClauseTypes {
  const { kinds, message } = CLAUSES.get(verb) ?? { kinds: new Set(), message: '' };
  return { kinds: style === 'plain' && 'dfe'.includes(verb) ? NUMBERS : kinds, message };
}

/** The clauses' letters in order, or what is wrong with the text. */
export function formatClauses(text: string): string[] | string {
  const verbs: string[] = [];
  for (const [, , verb] of text.matchAll(CLAUSE)) {
    if (verb === undefined) continue;
    if (!CLAUSES.has(verb)) return unknownClause(verb);
    verbs.push(verb);
  }
  if (/%(?!%|(\.\d+)?[a-zA-Z])/.test(text.replaceAll('%%', ''))) return UNENDED;
  return verbs;
}

const UNENDED = 'could not parse formatting clause: unexpected end of string';
const unknownClause = (verb: string): string =>
  `could not parse formatting clause: unrecognized formatting clause "${verb}"`;

export function formatText(text: string, args: readonly CelValue[], style: FormatStyle): CelValue {
  let index = 0;
  let problem: CelError | undefined;
  const result = text.replaceAll(CLAUSE, (whole, precision?: string, verb?: string) => {
    if (verb === undefined) return '%';
    const arg = args[index++];
    const shown =
      arg === undefined
        ? fault(`index ${index - 1} out of range`)
        : clause(verb, arg, precision === undefined ? 6 : Number(precision), style);
    if (typeof shown === 'string') return shown;
    problem ??= shown;
    return whole;
  });
  if (problem) return problem;
  return /%(?!%|(\.\d+)?[a-zA-Z])/.test(text.replaceAll('%%', '')) ? fault(UNENDED) : result;
}

function clause(verb: string, arg: CelValue, precision: number, style: FormatStyle): string | CelError {
  switch (verb) {
    case 's':
      return stringOf(arg, style);
    case 'd':
      return wholeNumber(arg, 10, style);
    case 'f':
      return fixed(arg, precision, style);
    case 'e':
      return scientific(arg, precision, style);
    case 'b':
      return typeof arg === 'boolean' ? (arg ? '1' : '0') : wholeNumber(arg, 2, style);
    case 'x':
    case 'X': {
      const shown = hexadecimal(arg, style);
      return typeof shown === 'string' && verb === 'X' ? shown.toUpperCase() : shown;
    }
    case 'o':
      return wholeNumber(arg, 8, style);
    default:
      return fault(unknownClause(verb));
  }
}

const wrong = (arg: CelValue, verb: string): CelError =>
  fault(`error during formatting: ${CLAUSES.get(verb)?.message ?? ''}, was given ${typeNameOf(arg)}`);

function wholeNumber(arg: CelValue, base: number, style: FormatStyle): string | CelError {
  if (typeof arg === 'bigint') return arg.toString(base);
  if (kindOf(arg) === 'uint') return (arg as Uint).value.toString(base);
  if (base === 10 && style === 'plain' && typeof arg === 'number')
    return Number.isFinite(arg) ? plainDouble(arg) : special(arg);
  return wrong(arg, base === 2 ? 'b' : base === 8 ? 'o' : 'd');
}

function hexadecimal(arg: CelValue, style: FormatStyle): string | CelError {
  const bytes = typeof arg === 'string' ? new TextEncoder().encode(arg) : arg;
  if (bytes instanceof Uint8Array) return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (typeof arg === 'bigint' || kindOf(arg) === 'uint') return wholeNumber(arg, 16, style);
  return wrong(arg, 'x');
}

function special(value: number): string {
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}

/** A number, or for the older version a double or a text that means a special one. */
function doubleOf(arg: CelValue, style: FormatStyle): number | undefined {
  if (typeof arg === 'number') return arg;
  if (style === 'plain') {
    if (typeof arg === 'bigint') return Number(arg);
    return kindOf(arg) === 'uint' ? Number((arg as Uint).value) : undefined;
  }
  return arg === 'NaN' || arg === 'Infinity' || arg === '-Infinity' ? Number(arg) : undefined;
}

function fixed(arg: CelValue, precision: number, style: FormatStyle): string | CelError {
  const value = doubleOf(arg, style);
  if (value === undefined) return wrong(arg, 'f');
  if (!Number.isFinite(value)) return style === 'plain' ? special(value) : special(value).replace('Infinity', '∞');
  const shown =
    Math.abs(value) < 1e21
      ? value.toFixed(Math.min(precision, 100))
      : `${BigInt(value)}${precision > 0 ? `.${'0'.repeat(precision)}` : ''}`;
  return style === 'plain'
    ? shown
    : shown.replace(/^(-?)(\d+)/, (_, sign: string, digits: string) => sign + grouped(digits));
}

function grouped(digits: string): string {
  return digits.replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

function scientific(arg: CelValue, precision: number, style: FormatStyle): string | CelError {
  const value = doubleOf(arg, style);
  if (value === undefined) return wrong(arg, 'e');
  if (!Number.isFinite(value)) return style === 'plain' ? special(value) : special(value).replace('Infinity', '∞');
  const [digits = '', exponent = '0'] = value.toExponential(Math.min(precision, 100)).split('e');
  const power = Math.abs(Number(exponent)).toString().padStart(2, '0');
  const sign = exponent.startsWith('-') ? '-' : '+';
  if (style === 'plain') return `${digits}e${sign}${power}`;
  const raised = [...power].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)] ?? '').join('');
  return `${digits}×10${sign === '-' ? '⁻' : ''}${raised}`;
}

/** Go's %q, as far as it matters for text within a list. */
function quoted(text: string): string {
  return JSON.stringify(text)
    .replaceAll('\\b', '\\b')
    .replaceAll(/\\u00(0[0-8be-f]|1[0-9a-f]|7f)/g, '\\x$1');
}

function stringOf(arg: CelValue, style: FormatStyle): string | CelError {
  if (arg === null) return 'null';
  if (isList(arg))
    return joined(
      arg.items.map((item) => memberOf(item, style)),
      '[',
      ']',
    );
  if (isMap(arg)) {
    const entries = arg.keys().map((key) => {
      const name = memberOf(key, style);
      const value = memberOf(arg.find(key) ?? null, style);
      if (typeof name !== 'string') return name;
      return typeof value === 'string' ? `${name}:${style === 'plain' ? ' ' : ''}${value}` : value;
    });
    return joined(
      entries.toSorted((a, b) => (String(a) < String(b) ? -1 : 1)),
      '{',
      '}',
    );
  }
  switch (kindOf(arg)) {
    case 'bool':
    case 'int':
    case 'string':
      return String(arg);
    case 'uint':
      return String((arg as Uint).value);
    case 'double':
      if (style !== 'plain') return printDouble(arg as number);
      return Number.isFinite(arg) ? plainDouble(arg as number) : special(arg as number);
    case 'bytes':
      return new TextDecoder().decode(arg as Uint8Array);
    case 'timestamp':
      return printTimestamp(arg as Timestamp);
    case 'duration':
      return printDuration((arg as Duration).nanos);
    case 'type':
      return (arg as TypeValue).name;
    default:
      return wrong(arg, 's');
  }
}

function joined(parts: readonly (string | CelError)[], open: string, close: string): string | CelError {
  const bad = parts.find((part) => typeof part !== 'string');
  return bad !== undefined && isFault(bad) ? bad : `${open}${parts.join(', ')}${close}`;
}

function memberOf(value: CelValue, style: FormatStyle): string | CelError {
  if (style === 'english') {
    if (typeof value === 'string') return quoted(value);
    if (value instanceof Uint8Array) return `b${quoted(new TextDecoder().decode(value))}`;
    if (kindOf(value) === 'timestamp') return `timestamp(${quoted(printTimestamp(value as Timestamp))})`;
    if (kindOf(value) === 'duration') return `duration(${quoted(printDuration((value as Duration).nanos))})`;
    if (typeof value === 'number') return Number.isFinite(value) ? value.toFixed(6) : `"${special(value)}"`;
  }
  return stringOf(value, style);
}
