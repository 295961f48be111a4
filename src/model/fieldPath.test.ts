import { expect, test } from 'vitest';
import { parseFieldPath, printFieldPath } from './fieldPath.ts';

test.each([
  '.spec.template.spec.containers[web].image',
  '.data["a.b/c"]',
  '.args[0]',
  '[0].name',
  '.metadata.annotations["say \\"hi\\""]',
  '',
])('%s is read and printed the same', (path) => {
  const steps = parseFieldPath(path);
  expect(steps && printFieldPath(steps)).toBe(path);
});

test('the leading dot may be left out; malformed paths are refused', () => {
  expect(parseFieldPath('spec.replicas')).toEqual(parseFieldPath('.spec.replicas'));
  expect(parseFieldPath('.')).toEqual([]);
  for (const path of ['a..b', 'a[', 'a]b', 'a["x]']) expect(parseFieldPath(path)).toBeUndefined();
});
