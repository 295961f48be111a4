import { expect, test } from 'vitest';
import { goRegexp, goRegexpFault } from './goRegexp.ts';

const whole = (pattern: string, text: string): boolean | undefined => goRegexp(pattern, 'anchored')?.test(text);

test.each([
  ['web', 'web', true],
  ['web', 'web-2', false],
  ['web|api', 'api', true],
  ['we.*', 'web-2', true],
  ['(?i)WEB', 'web', true],
  ['w(?:e|a)b+', 'wabbb', true],
  ['[[:alpha:]]+-\\d{2,3}', 'web-123', true],
  ['[[:alpha:]]+-\\d{2,3}', 'web-1', false],
  ['[^a-c]x?', 'dx', true],
  ['(?P<name>a)+', 'aaa', true],
  ['a{0}b', 'b', true],
  ['\\Qa.b\\E', 'a.b', true],
  ['\\pL+', 'été', true],
  ['', '', true],
])('%s on %s: %s', (pattern, text, expected) => {
  expect(whole(pattern, text)).toBe(expected);
});

test.each(['(', '[a', 'a**', '*a', '(?=a)', '\\1', 'a{1001}', '\\'])('%s is malformed in Go', (pattern) => {
  expect(goRegexp(pattern, 'anchored')).toBeUndefined();
});

test('a pattern that explodes in a backtracking matcher is answered at once', () => {
  expect(whole('(a+)+b', 'a'.repeat(5000))).toBe(false);
});

test.each([
  ['(a|ab)(c|bcd)?', 'xabcd', ['abcd']],
  ['a+?', 'aaa', ['a', 'a', 'a']],
  ['x*', 'aXx', ['', '', 'x']],
  ['(?U)a+', 'aa', ['a', 'a']],
  ['\\bb', 'ab b', ['b']],
  ['.', '日本', ['日', '本']],
])('%s finds in %s', (pattern, text, expected) => {
  expect(goRegexp(pattern, 'anywhere')?.findAll(text, Infinity)).toEqual(expected);
});

test.each([
  ['[', 'missing closing ]: `[`'],
  ['a**', 'invalid nested repetition operator: `**`'],
  ['(?=a)', 'invalid or unsupported Perl syntax: `(?=`'],
  ['a{1001}', 'invalid repeat count: `{1001}`'],
])('%s is refused in the words of Go', (pattern, words) => {
  expect(goRegexpFault(pattern)).toBe(words);
});
