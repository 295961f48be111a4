import { expect, test } from 'vitest';
import { textShift } from './textShift.ts';

test('what stands before and behind an edit is found again, what the edit made is not', () => {
  const shift = textShift('replicas: 1\nimage: web\n', 'replicas: 12\nimage: web\n');
  expect(shift.toNew(3)).toBe(3);
  expect(shift.toNew(15)).toBe(16);
  expect(shift.toOld(16)).toBe(15);
  const replaced = textShift('a: old\nb: 1\n', 'a: other text\nb: 1\n');
  expect(replaced.toNew(5)).toBeUndefined();
  expect(replaced.toNew('a: old\nb'.length)).toBe('a: other text\nb'.length);
});

test('a text that has not changed has the same offsets', () => {
  expect(textShift('a', 'a').toOld(1)).toBe(1);
});
