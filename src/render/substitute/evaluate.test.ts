import { expect, test } from 'vitest';
import { evaluate } from './evaluate.ts';

const values = new Map([
  ['V', 'value'],
  ['E', ''],
  ['N', '5'],
]);
const run = (text: string, strict = false): string => {
  const result = evaluate(text, (name) => values.get(name), strict);
  return result.ok ? (result.text ?? 'no text') : `error: ${result.error}`;
};

test.each([
  ['${V}', 'value'],
  ['$V and $(V)', '$V and $(V)'],
  ['$${V}', '${V}'],
  ['$$${V}', '$value'],
  ['${U:-x}${U:=y}${E:-z}', 'xyz'],
  ['${U:-${V}-${N}}', 'value-5'],
  ['${V:1:3}', 'alu'],
  ['${V: -3}', 'value'],
  ['${#V}', '5'],
  ['${V^}${V^^}', 'ValueVALUE'],
  ['${V/al/AL}', 'vALue'],
  ['${V#v*}${V%e}', 'aluevalu'],
  ['${V-x}', 'error: missing closing brace'],
  ['${}', 'error: unable to parse variable name'],
])('%s is %s', (text, expected) => {
  expect(run(text)).toBe(expected);
});

test('in strict mode a variable needs a value or a default; an empty value is one', () => {
  expect(run('${U}', true)).toBe('error: variable "U" is not set and has no default');
  expect(run('${U:-x}${E}', true)).toBe('x');
});

test('offsets count bytes, so that a character can be cut', () => {
  expect(evaluate('${V:0:1}', () => 'é', true)).toMatchObject({ ok: true, text: undefined });
});
