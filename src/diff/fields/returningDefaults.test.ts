import { expect, test } from 'vitest';
import type { JsonObject } from '../../model/json.ts';
import { withReturningDefaults } from './returningDefaults.ts';

const service = (spec: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop' },
  spec,
});

const SETTINGS = { clientIP: { timeoutSeconds: 10_800 } };

test.each<[string, JsonObject, JsonObject, JsonObject]>([
  ['comes with it', { sessionAffinity: 'ClientIP' }, { sessionAffinity: 'None' }, SETTINGS],
  [
    'stays as it was written',
    { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 5 } } },
    { sessionAffinity: 'None' },
    { clientIP: { timeoutSeconds: 5 } },
  ],
])('the timeout of a session %s', (_, merged, live, settings) => {
  expect(withReturningDefaults(service(merged), service(live))['spec']).toEqual({
    sessionAffinity: 'ClientIP',
    sessionAffinityConfig: settings,
  });
});

test('the timeout of a session goes with it, and the affinity returns to its default', () => {
  const live = service({ sessionAffinity: 'ClientIP', sessionAffinityConfig: SETTINGS });
  const merged = service({ sessionAffinityConfig: SETTINGS });
  expect(withReturningDefaults(merged, live)['spec']).toEqual({ sessionAffinity: 'None' });
});
