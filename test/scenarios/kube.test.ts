// The client and the embedded API server, together: a watch over HTTP/2, a restart in the middle, a shared connection.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startApiServer } from '../../src/apiserver/server.ts';
import type { ApiServer } from '../../src/apiserver/server.ts';
import { connect } from '../../src/kube/connect.ts';
import type { KubeClient } from '../../src/kube/client.ts';
import { withoutManagedFields } from '../../src/kube/watch/objectStore.ts';
import { systemClock } from '../../src/model/clock.ts';
import { getPath, getString } from '../../src/model/json.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { silentLog } from '../../src/model/log.ts';

async function start(dataDir: string, port = 0): Promise<ApiServer> {
  return startApiServer({ dataDir, port, log: silentLog, clock: systemClock });
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'kube-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function client(server: ApiServer): Promise<KubeClient> {
  const made = await connect({ kubeconfig: server.kubeconfigPath, log: silentLog });
  onTestFinished(() => made.dispose());
  return made;
}

const configMap = (name: string): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data: { big: 9007199254740993n.toString() },
});
const CONFIG_MAPS = { group: '', version: 'v1', kind: 'ConfigMap' };

test('a watch follows what others do, and forgets what it was told to leave out', async () => {
  const server = await start(folder());
  onTestFinished(() => server.dispose());
  const [kube, other] = [await client(server), await client(server)];
  const type = await kube.resourceType(CONFIG_MAPS);
  if (!type) throw new Error('no ConfigMaps');
  const cache = kube.watch(type, { namespace: 'default', project: withoutManagedFields });
  const told: string[] = [];
  cache.onChange(({ type: change, object }) => told.push(`${change} ${getString(object, 'metadata', 'name') ?? ''}`));
  await cache.synced();
  await other.create(configMap('a'), { fieldManager: 'test' });
  await other.patch(
    { ...CONFIG_MAPS, namespace: 'default', name: 'a' },
    'application/merge-patch+json',
    { data: { b: '1' } },
    { fieldManager: 'test' },
  );
  await vi.waitFor(() => expect(told.slice(-2)).toEqual(['added a', 'modified a']));
  expect(getPath(cache.get('default', 'a'), 'metadata', 'managedFields')).toBeUndefined();
  await other.delete({ ...CONFIG_MAPS, namespace: 'default', name: 'a' }, {});
  await vi.waitFor(() => expect(told.at(-1)).toBe('deleted a'));
});

test('P17: a server that goes away and comes back is followed again', async () => {
  const dataDir = folder();
  const first = await start(dataDir);
  const kube = await client(first);
  const type = await kube.resourceType(CONFIG_MAPS);
  if (!type) throw new Error('no ConfigMaps');
  const cache = kube.watch(type, { namespace: 'default' });
  await cache.synced();
  await first.dispose();
  await vi.waitFor(() => expect(cache.failure).toBeDefined(), { timeout: 5_000 });
  const second = await start(dataDir, first.port);
  onTestFinished(() => second.dispose());
  await (await client(second)).create(configMap('later'), { fieldManager: 'test' });
  await vi.waitFor(() => expect(cache.get('default', 'later')).toBeDefined(), { timeout: 8_000, interval: 50 });
  expect(cache.failure).toBeUndefined();
});

test('many applies at once share a connection', async () => {
  const server = await start(folder());
  onTestFinished(() => server.dispose());
  const kube = await client(server);
  const names = Array.from({ length: 200 }, (_, index) => `c-${index}`);
  await Promise.all(names.map((name) => kube.apply(configMap(name), { fieldManager: 'test', force: true })));
  const type = await kube.resourceType(CONFIG_MAPS);
  const list = type && (await kube.list(type, { namespace: 'default', fieldSelector: 'metadata.name=c-7' }));
  expect(list?.items.map((item) => getString(item, 'metadata', 'name'))).toEqual(['c-7']);
});

test('A38: another cluster at the same address is not taken for the one that was connected', async () => {
  const first = await start(folder());
  const kube = await client(first);
  await kube.create(configMap('a'), { fieldManager: 'test' });
  await first.dispose();
  const other = await start(folder(), first.port);
  onTestFinished(() => other.dispose());
  const ref = { ...CONFIG_MAPS, namespace: 'default', name: 'a' };
  for (const send of [
    () => kube.get(ref),
    () => kube.delete(ref, {}),
    () => kube.apply(configMap('b'), { fieldManager: 'test' }),
  ])
    await expect(send()).rejects.toMatchObject({ code: 0, reason: 'CertificateUntrusted' });
});

test('A38: a kubeconfig that is changed changes nothing for who is connected', async () => {
  const server = await start(folder());
  onTestFinished(() => server.dispose());
  const kube = await client(server);
  await kube.create(configMap('before'), { fieldManager: 'test' });
  writeFileSync(server.kubeconfigPath, readFileSync(server.kubeconfigPath, 'utf8').replace(`:${server.port}`, ':1'));
  await kube.create(configMap('after'), { fieldManager: 'test' });
  const found = { ...CONFIG_MAPS, namespace: 'default' };
  expect([await kube.get({ ...found, name: 'before' }), await kube.get({ ...found, name: 'after' })]).not.toContain(
    undefined,
  );
});
