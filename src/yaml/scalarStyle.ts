// In which style go-yaml v2's emitter can write a string. Must not write anything.

/** What the characters of a string allow. */
export interface ScalarShape {
  readonly multiline: boolean;
  readonly plain: boolean;
  readonly single: boolean;
  readonly block: boolean;
}

// Tab, most control characters, the byte order mark and everything beyond the basic plane: only in double quotes.
// eslint-disable-next-line no-control-regex -- they are the subject.
const special = /[\0-\t\v-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]/;
const breaks = /[\n\r\x85\u2028\u2029]/;
const spaceThenBreak = / [\n\r\x85\u2028\u2029]/;
const breakThenSpace = /[\n\r\x85\u2028\u2029] /;
const edge = /^[ \n\r\x85\u2028\u2029]|[ \n\r\x85\u2028\u2029]$/;
const indicator = /^(?:---|\.\.\.)|^[#,[\]{}&*!|>'"%@`]|^[-?:](?:[ \t]|$)|:(?:[ \t]|$)|[ \t\r\n\x85\u2028\u2029]#/;
const simple = /^[A-Za-z0-9/_.][A-Za-z0-9/_.-]*$/;

const easy: ScalarShape = { multiline: false, plain: true, single: true, block: true };
const empty: ScalarShape = { multiline: false, plain: true, single: true, block: false };

export function shapeOf(text: string): ScalarShape {
  if (text === '') return empty;
  if (simple.test(text) && !text.startsWith('...')) return easy;
  const multiline = breaks.test(text);
  const odd = special.test(text) || (multiline && spaceThenBreak.test(text));
  return {
    multiline,
    plain: !odd && !multiline && !edge.test(text) && !indicator.test(text),
    single: !odd && !(multiline && breakThenSpace.test(text)),
    block: !odd && !text.endsWith(' '),
  };
}

/** Whether go-yaml v3 can write the text as a block: a tab may stand in one, though not in one of v2. */
export function fitsBlock(text: string): boolean {
  return text !== '' && shapeOf(text.replaceAll('\t', '.')).block;
}

/** Characters that stand for themselves inside double quotes. */
export function isPrintable(code: number): boolean {
  if (code < 0x7f) return code >= 0x20 || code === 0x0a;
  return code >= 0xa0 && code < 0xfffe && code !== 0xfeff && (code < 0xd800 || code > 0xdfff);
}

const named = new Map<number, string>([
  [0x00, '0'],
  [0x07, 'a'],
  [0x08, 'b'],
  [0x09, 't'],
  [0x0a, 'n'],
  [0x0b, 'v'],
  [0x0c, 'f'],
  [0x0d, 'r'],
  [0x1b, 'e'],
  [0x22, '"'],
  [0x5c, '\\'],
  [0x85, 'N'],
  [0xa0, '_'],
  [0x2028, 'L'],
  [0x2029, 'P'],
]);

/** The escape of a character in double quotes. */
export function escapeOf(code: number): string {
  const name = named.get(code);
  if (name !== undefined) return `\\${name}`;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
