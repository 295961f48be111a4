// What a deletion is bound to, by what is sent to a cluster.
import { expect, test } from 'vitest';
import type { KubeClient } from '../kube/client.ts';
import type { JsonObject } from '../model/json.ts';
import { prune } from './prune.ts';

const OWNER = { namespace: 'flux-system', name: 'app' };
const labels = { 'kustomize.toolkit.fluxcd.io/name': 'app', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' };
const JOB = { group: 'batch', version: 'v1', kind: 'Job', namespace: 'default', name: 'one' };

async function sent(metadata: JsonObject): Promise<unknown> {
  const options: unknown[] = [];
  const client = {
    get: async () => ({ metadata: { labels, uid: 'u', resourceVersion: '7', ...metadata } }),
    delete: async (_: unknown, how: unknown) => void options.push(how),
  } as unknown as KubeClient;
  await prune([JOB], client, OWNER);
  return options;
}

test('an object is deleted only as it was judged; one that is going already whatever its version', async () => {
  expect(await sent({})).toEqual([{ propagation: 'Background', uid: 'u', resourceVersion: '7' }]);
  const going = { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['orphan'] };
  expect(await sent(going)).toEqual([{ propagation: 'Background', uid: 'u' }]);
});
