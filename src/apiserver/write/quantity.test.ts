// Canonical forms, as `kubectl get -o json` shows what was sent.
import { expect, test } from 'vitest';
import { canonicalQuantity } from './quantity.ts';

test.each([
  ['0.5', '500m'],
  ['1000m', '1'],
  ['1024Mi', '1Gi'],
  ['1500Mi', '1500Mi'],
  ['1.5Gi', '1536Mi'],
  ['100', '100'],
  ['1e3', '1e3'],
  ['1E', '1E'],
  ['0.0000000001', '1n'],
  ['-1k', '-1k'],
  ['0', '0'],
  ['0Gi', '0'],
])('%s is %s', (sent, stored) => expect(canonicalQuantity(sent)).toBe(stored));

test.each(['', 'x', '1 Gi', '1Zi', '--1'])('%s is none', (sent) => expect(canonicalQuantity(sent)).toBeUndefined());
