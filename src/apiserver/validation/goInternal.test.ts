// Messages that show the server's own structs.
import { expect, test } from 'vitest';
import { internalDiff, internalValue } from './goInternal.ts';
import { unifiedDiff } from './unifiedDiff.ts';

test('a struct prints all of its fields, under the names of Go', () => {
  expect(
    internalValue('policy.PodDisruptionBudgetSpec', { minAvailable: 1, selector: { matchLabels: { a: 'b' } } }),
  ).toEqual({
    MinAvailable: 1,
    Selector: { matchLabels: { a: 'b' } },
    MaxUnavailable: null,
    UnhealthyPodEvictionPolicy: null,
  });
});

test('what a pod shares with its host prints with its security context', () => {
  const printed = internalValue('core.PodSpec', { hostNetwork: true, securityContext: {} });
  expect(printed).toMatchObject({ SecurityContext: { HostNetwork: true, HostPID: false } });
});

test('a diff has three lines around a change', () => {
  const lines = (text: string): string => [...text].join('\n');
  expect(unifiedDiff(lines('abcdefgh'), lines('abcdXfgh'))).toBe('@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+X\n f\n g\n h\n');
  expect(unifiedDiff(lines('abc'), lines('abc'))).toBe('');
});

test('a claim that asks for more', () => {
  const claim = (storage: string) => ({ accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } });
  expect(internalDiff('core.PersistentVolumeClaimSpec', claim('1Gi'), claim('2Gi'))).toContain(
    '-   "storage": "1Gi"\n+   "storage": "2Gi"\n',
  );
});
