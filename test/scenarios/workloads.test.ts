// The stand-in controllers: every kind of workload comes to ready, or to the failure that an annotation asks for.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApiServer } from '../../src/apiserver/server.ts';
import type { ApiServer } from '../../src/apiserver/server.ts';
import { waitForReady } from '../../src/health/wait.ts';
import { connect } from '../../src/kube/connect.ts';
import type { KubeClient } from '../../src/kube/client.ts';
import { systemClock } from '../../src/model/clock.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { silentLog } from '../../src/model/log.ts';
import { refOf } from '../../src/model/objectRef.ts';

const folder = mkdtempSync(join(tmpdir(), 'plumbline-workloads-'));
let server: ApiServer;
let client: KubeClient;

beforeAll(async () => {
  server = await startApiServer({ dataDir: folder, clock: systemClock, log: silentLog });
  client = await connect({ kubeconfig: server.kubeconfigPath, log: silentLog });
});

afterAll(async () => {
  client.dispose();
  await server.dispose();
  rmSync(folder, { recursive: true, force: true });
});

function template(annotations: Record<string, string>, restartPolicy = 'Always'): JsonObject {
  const spec = { restartPolicy, containers: [{ name: 'main', image: 'example/main:1.0.0' }] };
  return { metadata: { labels: { app: 'x' }, annotations }, spec };
}

function workload(apiVersion: string, kind: string, name: string, spec: JsonObject): JsonObject {
  return { apiVersion, kind, metadata: { name, namespace: 'default' }, spec };
}

const selected = (annotations: Record<string, string> = {}): JsonObject => ({
  selector: { matchLabels: { app: 'x' } },
  template: template(annotations),
});

/** Creates the object and gives the sentence that says why it is not ready; empty when it is. */
async function outcome(object: JsonObject, timeout: number): Promise<string> {
  await client.create(object, { fieldManager: 'test' });
  const { message } = await waitForReady([refOf(object)], client, { timeout, failFast: true });
  return message;
}

test.each([
  ['Deployment', workload('apps/v1', 'Deployment', 'deployment', { ...selected(), replicas: 3 })],
  ['StatefulSet', workload('apps/v1', 'StatefulSet', 'set', { ...selected(), replicas: 2, serviceName: 'set' })],
  ['DaemonSet', workload('apps/v1', 'DaemonSet', 'daemon', selected())],
  ['ReplicaSet', workload('apps/v1', 'ReplicaSet', 'replicas', { ...selected(), replicas: 2 })],
  ['Job', workload('batch/v1', 'Job', 'job', { template: template({}, 'Never'), completions: 2 })],
  [
    'CronJob',
    workload('batch/v1', 'CronJob', 'cron', {
      schedule: '0 3 * * *',
      jobTemplate: { spec: { template: template({}, 'Never') } },
    }),
  ],
])('a %s comes to ready', async (_kind, object) => {
  expect(await outcome(object, 10_000)).toBe('');
});

test.each(['ImagePullBackOff', 'CrashLoopBackOff', 'Unschedulable', 'NotReady'])(
  'a Deployment that is asked to fail with %s is not ready',
  async (failure) => {
    const annotations = { 'embedded.plumbline.dev/fail': failure };
    const object = workload('apps/v1', 'Deployment', `fails-${failure.toLowerCase()}`, selected(annotations));
    expect(await outcome(object, 400)).toContain(`fails-${failure.toLowerCase()}`);
  },
);

test('a Job whose pods fail has failed', async () => {
  const failing = template({ 'embedded.plumbline.dev/fail': 'Error' }, 'Never');
  const object = workload('batch/v1', 'Job', 'fails', { template: failing, backoffLimit: 0 });
  expect(await outcome(object, 10_000)).toContain("status: 'Failed'");
});
