import { expect, test } from 'vitest';
import { corruptByte } from './base64.ts';

test.each([
  ['', undefined],
  ['YQ==', undefined],
  ['YWJj\nYQ==\n', undefined],
  ['not base64', 3],
  ['YQ', 0],
  ['YWJjYQ', 4],
  ['YQ=', 3],
  ['YQ=x', 2],
  ['YQ==YQ==', 4],
  ['=', 0],
])('%j breaks at %s', (text, at) => {
  expect(corruptByte(text)).toBe(at);
});
