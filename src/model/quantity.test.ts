// Canonical forms, as `kubectl get -o json` shows what was sent: recorded from k8s.io/apimachinery v0.36.4, ParseQuantity.
import { expect, test } from 'vitest';
import { canonicalQuantity, parseQuantity, printQuantity, roundedToMilli } from './quantity.ts';

test.each([
  ['0.5', '500m'],
  ['1000m', '1'],
  ['1000', '1k'],
  ['5000', '5k'],
  ['1024Mi', '1Gi'],
  ['1500Mi', '1500Mi'],
  ['1.5Gi', '1536Mi'],
  ['-1.5Gi', '-1536Mi'],
  ['0.3Ki', '307200m'],
  ['0.50', '500m'],
  ['100', '100'],
  ['1e3', '1e3'],
  ['1E3', '1E3'],
  ['12e6', '12e6'],
  ['1E', '1E'],
  ['0.0000000001', '1n'],
  ['0.00000000001', '1n'],
  ['-1k', '-1k'],
  ['+5', '+5'],
  ['0', '0'],
  ['-0', '0'],
  ['00', '0'],
  ['0Gi', '0'],
  ['007Gi', '007Gi'],
  ['01Pi', '1Pi'],
  ['5.', '5.'],
  ['5.Pi', '5Pi'],
  ['.5', '500m'],
  ['8Ki', '8Ki'],
  ['7Ki', '7Ki'],
  ['1024Ki', '1Mi'],
  ['100000000000000Ki', '97656250000Mi'],
  ['8Ei', '9223372036854775807'],
  ['100Ei', '9223372036854775807'],
  ['0.1Ei', '115292150460684697600m'],
  ['1000E', '1'],
  ['0.5E', '500P'],
  ['0.5e30', '500e27'],
  ['1e30', '1e30'],
  ['1e-9', '1e-9'],
  ['1e-12', '1e-9'],
  ['1.5e10', '1.5e10'],
  ['123456789012345678', '123456789012345678'],
  ['1234567890123456789', '1234567890123456789'],
  ['12345678901234567890123n', '12345678901234567890123n'],
  ['Ki', '0'],
  ['m', '0'],
  ['-', '0'],
  ['.', '0'],
])('%s is %s', (sent, stored) => expect(canonicalQuantity(sent)).toBe(stored));

test.each(['', '1e', '.Pi', '1..2', '1KiB', '1Zi', '1e+', '--1', 'abc', 'x', '1 Gi'])('"%s" is none', (sent) =>
  expect(canonicalQuantity(sent)).toBeUndefined(),
);

test.each([
  ['0.0001', '1m'],
  ['1500u', '2m'],
  ['-1500u', '-2m'],
  ['0.1Ki', '102400m'],
  ['1E3', '1E3'],
  ['5.', '5.'],
])('a ResourceList keeps %s as %s', (sent, stored) => {
  const quantity = parseQuantity(sent);
  expect(quantity && printQuantity(roundedToMilli(quantity))).toBe(stored);
});
