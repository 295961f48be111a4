// Scalars for generated trees (trees.ts): those that readers and writers of YAML are known to stumble over.
import { chance, pick } from './treeDraw.ts';
import type { Draw } from './treeDraw.ts';

/** Values as text of YAML, for a place behind `key: ` in a block at two spaces more than `pad`. */
export const SCALARS = [
  'x',
  '1',
  '"1"',
  'true',
  '"true"',
  'yes',
  '"yes"',
  'null',
  '~',
  '""',
  "''",
  '1e3',
  '0x1F',
  '012',
  '0o14',
  '1_000',
  '.5',
  '5.0',
  '1.10',
  '2001-01-01',
  '2001-12-14t21:59:43.10-05:00',
  '12:30',
  '"a: b"',
  "'it''s'",
  '"tab\\there"',
  '"line\\nbreak"',
  '"line\\nbreak\\n"',
  '-1',
  '+1',
  '9007199254740993',
  '!!str 5',
  '"é ü 😀"',
  'a b  c',
  '"trailing "',
  '" leading"',
  '"#no"',
  'a#b',
  '"*x"',
  '"{{ x }}"',
  '"$(VAR)"',
  'no',
  `"${'long words here '.repeat(8)}end"`,
  `plain ${'and more words '.repeat(8)}end`,
  '=',
  '"="',
  '"null"',
  '"~"',
  'on',
  'Off',
  'NaN',
  '.nan2',
] as const;
const BLOCKS = [
  '|\n  one\n  two\n',
  '|-\n  one\n\n  two\n',
  '>\n  folded\n  text\n',
  '>-\n  folded\n\n  text\n',
  '|+\n  keep\n\n',
  '|\n  a: 1\n  b: [x]\n',
] as const;

/** A scalar as it stands behind a key at a column. */
export function scalar(draw: Draw, column: number): string {
  if (chance(draw, 85)) return pick(draw, SCALARS);
  return pick(draw, BLOCKS)
    .replace(/\n$/, '')
    .replaceAll('\n', `\n${' '.repeat(column)}`);
}

/** Values that are text in a map of strings. */
export function textScalar(draw: Draw): string {
  return pick(draw, [
    'x',
    '"1"',
    '"true"',
    '""',
    '"a b"',
    "'it''s'",
    '"line\\nbreak"',
    'yes',
    '"null"',
    'v1.2',
    'a/b:c',
  ]);
}
