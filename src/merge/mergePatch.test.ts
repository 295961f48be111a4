import { expect, test } from 'vitest';
import { applyMergePatch } from './mergePatch.ts';

test('null removes, objects merge, lists replace', () => {
  const document = { a: 1, b: { c: 1, d: [1] }, e: 5 };
  expect(
    applyMergePatch(document, { a: null, b: { d: [2, null], x: { y: null, z: 1 } }, n: 9007199254740993n }),
  ).toEqual({ value: { b: { c: 1, d: [2, null], x: { z: 1 } }, e: 5, n: 9007199254740993n } });
  expect(document).toEqual({ a: 1, b: { c: 1, d: [1] }, e: 5 });
});

test('a patch that is text or null is refused', () => {
  expect(applyMergePatch({}, null)).toEqual({ error: { code: 400, message: 'Invalid JSON Patch' } });
  expect(applyMergePatch({}, 'x')).toEqual({ error: { code: 400, message: 'Invalid JSON Patch' } });
});
