// Zeros on the way through a Go type: gone where the field is optional and no pointer.
import { expect, test } from 'vitest';
import { builtinSchemas } from '../../schema/builtin.ts';
import { normalizeObject } from './normalize.ts';

test('an optional scalar that is zero is not sent, a pointer is', () => {
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      replicas: 0,
      minReadySeconds: 0,
      paused: false,
      template: { spec: { containers: [], hostNetwork: false } },
    },
  };
  expect(normalizeObject(deployment, builtinSchemas())['spec']).toEqual({
    replicas: 0,
    selector: null,
    strategy: {},
    template: { metadata: {}, spec: { containers: [] } },
  });
});
