// Flux' expressions where they are only parsed: what cel-go answers, found by comparing generated expressions with it.
import { expect, test } from 'vitest';
import { evaluateCondition, parseExpression } from './fluxExpression.ts';

const object = { n: 3, ratio: 1.5, spec: { mode: 'fast' } };

function answer(text: string): boolean | string {
  const program = parseExpression(text);
  if ('problem' in program) return program.problem;
  const result = evaluateCondition(program, object);
  return typeof result === 'boolean' ? result : result.message;
}

test.each([
  ["'%d'.format([ratio]) == '1.5'"],
  ["'%.2f'.format([n]) == '3.00'"],
  ["'%e'.format([3u]) == '3.000000e+00'"],
  ["'%s %s'.format([1e21, 1e-7]) == '1000000000000000000000 0.0000001'"],
  ["base64.decode('aGk') == b'hi'"],
])('%s', (text) => expect(answer(text)).toBe(true));

test.each([
  ['true || e() == 1', 'failed to create CEL program: no such overload: e()'],
  ['true || n.size(spec) == 1', 'failed to create CEL program: no such overload: size(lhs, rhs)'],
  ['true || sets.contains(n) == 1', 'failed to create CEL program: no such overload: sets.contains(arg)'],
  ['true || spec[null] == 1', 'failed to create CEL program: invalid qualifier type: null_type'],
  ['true || has(spec.mode)[n]', 'failed to create CEL program: test only expressions must have constant qualifiers'],
])('%s cannot run, reached or not', (text, problem) => expect(answer(text)).toBe(problem));

test('a function that nobody knows fails where it is reached', () => {
  expect(answer('true || unknown(n)')).toBe(true);
  expect(answer('false || unknown(n)')).toContain('no such overload: unknown');
});

test('bytes in base64 are read as strictly as by Go', () => {
  expect(answer("base64.decode('aGk+=') == b'hi'")).toContain('illegal base64 data');
});
