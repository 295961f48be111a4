// Revisions of a Deployment, as `kubectl rollout history` counts them.
import { expect, test } from 'vitest';
import { inProcess } from '../../../test/apiserver/inProcess.ts';
import { fakeClock } from '../../../test/kube/fakeClock.ts';
import { getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';

const PATH = '/apis/apps/v1/namespaces/default/deployments';

function deployment(image: string): JsonObject {
  const labels = { app: 'web' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image }] } };
  const spec = { replicas: 1, selector: { matchLabels: labels }, template };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec };
}

test('a template that comes back is a new revision of its old set', async () => {
  const clock = fakeClock(Date.parse('2026-01-01T00:00:00Z'));
  const api = await inProcess({ controllers: true, clock });
  try {
    const revisions = ['app:1', 'app:2', 'app:1'].map((image, at) => {
      if (at === 0) api.post(PATH, deployment(image));
      else api.patch(`${PATH}/web`, deployment(image));
      clock.advance(2000);
      const { body } = api.get(`${PATH}/web`);
      return getString(body, 'metadata', 'annotations', 'deployment.kubernetes.io/revision');
    });
    expect(revisions).toEqual(['1', '2', '3']);
    expect(api.get('/apis/apps/v1/namespaces/default/replicasets').body['items']).toHaveLength(2);
  } finally {
    await api.dispose();
  }
});
