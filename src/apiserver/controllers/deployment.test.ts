// Revisions of a Deployment, as `kubectl rollout history` counts them.
import { expect, test } from 'vitest';
import { inProcess } from '../../../test/apiserver/inProcess.ts';
import { fakeClock } from '../../../test/kube/fakeClock.ts';
import { getList, getPath, getString } from '../../model/json.ts';
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

test('pods that are refused are said, and made once nothing is against them', async () => {
  const clock = fakeClock(Date.parse('2026-01-01T00:00:00Z'));
  const api = await inProcess({ controllers: true, clock });
  try {
    const wanted = deployment('app:1');
    const spec = { priorityClassName: 'later', containers: [{ name: 'main', image: 'app:1' }] };
    Object.assign((wanted['spec'] as JsonObject)['template'] as JsonObject, { spec });
    api.post(PATH, wanted);
    clock.advance(2000);
    const failure = (): string[] =>
      (getList(api.get(`${PATH}/web`).body, 'status', 'conditions') ?? [])
        .filter((one) => getString(one, 'type') === 'ReplicaFailure')
        .map((one) => `${getString(one, 'reason')}: ${getString(one, 'message')}`);
    expect(failure()).toEqual([
      expect.stringMatching(/^FailedCreate: pods "web-\w+-" is forbidden: no PriorityClass with name later was found$/),
    ]);
    const later = { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'later' }, value: 7 };
    api.post('/apis/scheduling.k8s.io/v1/priorityclasses', later);
    clock.advance(12_000);
    expect(failure()).toEqual([]);
    const pods = getList(api.get('/api/v1/namespaces/default/pods').body, 'items') ?? [];
    expect(pods.map((pod) => getPath(pod, 'spec', 'priority'))).toEqual([7]);
  } finally {
    await api.dispose();
  }
});
