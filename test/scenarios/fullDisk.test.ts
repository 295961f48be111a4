// A cluster whose disk is full: it says so, serves what it has, and goes on where it stopped once there is room.
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { getPath } from '../../src/model/json.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { CONFIG_MAPS, configMap, inProcess } from '../apiserver/inProcess.ts';
import type { InProcess } from '../apiserver/inProcess.ts';
import { fakeClock } from '../kube/fakeClock.ts';
import type { FakeClock } from '../kube/fakeClock.ts';

const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
const DEPLOYMENT: JsonObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'web:1' }] } },
  },
};

interface Disk {
  /** How many more writes it takes. */
  room: number;
}

async function open(disk: Disk): Promise<{ server: InProcess; clock: FakeClock; dataDir: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'full-disk-'));
  const clock = fakeClock(1_800_000_000_000);
  const server = await inProcess({
    dataDir: folder,
    controllers: true,
    clock,
    writeFile: (file, bytes, offset, length, position) => {
      if (disk.room-- <= 0)
        throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      return writeSync(file, bytes, offset, length, position);
    },
  });
  onTestFinished(async () => {
    await server.dispose();
    rmSync(folder, { recursive: true, force: true });
  });
  return { server, clock, dataDir: folder };
}

test('P8: a write is refused in a sentence, reads go on, and nothing of it is left', async () => {
  const disk = { room: Infinity };
  const { server } = await open(disk);
  expect(server.post(CONFIG_MAPS, configMap('a')).code).toBe(201);
  disk.room = 0;
  const refused = server.post(CONFIG_MAPS, configMap('b'));
  expect([refused.code, refused.body['message']]).toEqual([
    500,
    'Internal error occurred: the state of the cluster could not be written: ENOSPC: no space left on device, write',
  ]);
  expect([server.get(`${CONFIG_MAPS}/a`).code, server.get(`${CONFIG_MAPS}/b`).code]).toEqual([200, 404]);
  disk.room = Infinity;
  expect(server.post(CONFIG_MAPS, configMap('b')).code).toBe(201);
});

/** Everything that a cluster has of a rollout, as it answers. */
function contents(server: InProcess): JsonObject[] {
  const paths = [DEPLOYMENTS, DEPLOYMENTS.replace('deployments', 'replicasets'), '/api/v1/namespaces/default/pods'];
  return paths.flatMap((path) => (getPath(server.get(path).body, 'items') ?? []) as JsonObject[]);
}

/** What a cluster that was killed now would find on its disk when it is started again. */
async function afterKill(dataDir: string): Promise<JsonObject[]> {
  const copy = mkdtempSync(join(tmpdir(), 'full-disk-copy-'));
  for (const name of readdirSync(dataDir))
    if (name.endsWith('.jsonl')) copyFileSync(join(dataDir, name), join(copy, name));
  const next = await inProcess({ dataDir: copy });
  const found = contents(next);
  await next.dispose();
  rmSync(copy, { recursive: true, force: true });
  return found;
}

test('P8: a disk that fills up at any write of a rollout: no file is cut, and the rollout ends once there is room', async () => {
  for (let room = 0; room < 12; room++) {
    const disk: Disk = { room: Infinity };
    const { server, clock, dataDir } = await open(disk);
    disk.room = room;
    const isMade = server.post(DEPLOYMENTS, DEPLOYMENT).code === 201;
    for (let second = 0; second < 5; second++) clock.advance(1_000);
    expect([room, await afterKill(dataDir)]).toEqual([room, contents(server)]);
    disk.room = Infinity;
    if (!isMade) expect(server.post(DEPLOYMENTS, DEPLOYMENT).code).toBe(201);
    await vi.waitFor(() => {
      clock.advance(1_000);
      expect([room, getPath(server.get(`${DEPLOYMENTS}/web`).body, 'status', 'readyReplicas')]).toEqual([room, 1]);
    });
  }
});

const WIDGETS: JsonObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', kind: 'Widget' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
};

test.each(['there is room', 'it was killed and started again'])(
  'P8, P1: a definition that was stored but not established is, once %s',
  async (then) => {
    const disk: Disk = { room: Infinity };
    const { server, clock, dataDir } = await open(disk);
    disk.room = 1;
    expect(server.post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', WIDGETS).code).toBe(201);
    const path = '/apis/example.com/v1/namespaces/default/widgets';
    expect(server.get(path).code).toBe(404);
    disk.room = Infinity;
    if (then === 'there is room') {
      clock.advance(1_000);
      expect(server.get(path).code).toBe(200);
      return;
    }
    await server.dispose();
    const next = await inProcess({ dataDir });
    onTestFinished(() => next.dispose());
    expect(next.get(path).code).toBe(200);
  },
);
