// What of the open folder the loop serves to a cluster: its commits, its files, a branch of a remote; and the change between them.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/model/clock.ts';
import { deferred } from '../../src/model/deferred.ts';
import { getString } from '../../src/model/json.ts';
import { silentLog } from '../../src/model/log.ts';
import type { ServingMode } from '../../src/model/servingMode.ts';
import { createSources } from '../../src/reconcile/gitRepository/sources.ts';
import { commitFiles } from '../../src/source/git/write.ts';
import { servingChoices } from '../../src/workspace/cluster/servingChoices.ts';
import type { ServeResult } from '../../src/workspace/cluster/clusterSession.ts';
import { configMap, kustomization, openRepository, signal, URL } from './cluster.ts';
import { faults, refusal } from './faults.ts';
import type { Fault } from './faults.ts';
import { openOnCluster } from './openOnCluster.ts';

const PATIENCE = { timeout: 20_000 };
const REPOSITORY = { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'GitRepository', spec: { url: URL } };

/** A repository whose remote branch is one commit behind: `pushed`, `committed` and `saved` are what each mode shows. */
async function openFolder(): Promise<{ root: string; pushed: string }> {
  const root = await openRepository({
    'clusters/dev/app.yaml': kustomization('app', './app'),
    'app/one.yaml': configMap('one', 'pushed'),
  });
  const pushed = await commit(root, configMap('one', 'pushed'), 'pushed');
  setRemote(root, pushed);
  await commit(root, configMap('one', 'committed'), 'committed');
  writeFileSync(join(root, 'app/one.yaml'), configMap('one', 'saved'));
  return { root, pushed };
}

async function commit(root: string, text: string, message: string): Promise<string> {
  writeFileSync(join(root, 'app/one.yaml'), text);
  return commitFiles(root, { message, author: { name: 'a', email: 'a@b' }, time: 0, paths: ['app/one.yaml'] });
}

const LOOP_WRITES = /^PATCH \/apis\/apiextensions.k8s.io\/v1\/customresourcedefinitions\//;

/** The folder with a cluster whose loop serves its commits, and what the ConfigMap has there. */
async function openLoop() {
  const { root } = await openFolder();
  const wrong = faults();
  const workspace = await openOnCluster(root, wrong.intercept);
  const served = async (): Promise<string | undefined> => {
    const ref = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'one' };
    return getString(await workspace.clusters.get('dev')?.client.get(ref, signal), 'data', 'value');
  };
  await workspace.clusters.startLoop('dev', () => undefined, signal);
  await expect.poll(served, PATIENCE).toBe('committed');
  /** Asks for another mode and cancels while the loop of it begins. */
  const changeAndCancel = async (mode: ServingMode, ...then: Fault[]): Promise<ServeResult> => {
    const gate = deferred<void>();
    wrong.add({ at: LOOP_WRITES, does: gate.promise });
    const stop = new AbortController();
    const result = workspace.clusters.serve('dev', mode, () => undefined, stop.signal);
    await expect.poll(() => wrong.happened.length, PATIENCE).toBe(1);
    expect(workspace.state.clusters[0]).toMatchObject({ loop: 'starting' });
    stop.abort(new Error('cancelled'));
    wrong.add(...then);
    gate.resolve();
    return result;
  };
  return { root, workspace, served, changeAndCancel };
}

/** As a push or a fetch leaves it. */
function setRemote(root: string, id: string): void {
  const file = join(root, '.git/refs/remotes/origin/main');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${id}\n`);
}

test('a branch of a remote is served as it was last pushed, and its moves are noticed', async () => {
  const { root, pushed } = await openFolder();
  const sources = createSources({ workspace: { root, mode: 'origin/main' }, log: silentLog, clock: systemClock });
  onTestFinished(() => sources.dispose());
  const fetch = () => sources.fetch(REPOSITORY, { credentials: async () => ({}) }, signal);
  const first = await fetch();
  expect(first.revision).toBe(`main@sha1:${pushed}`);
  expect(first.snapshot.text('app/one.yaml')).toContain('pushed');

  const noticed = new Promise<void>((resolve) => void sources.onChange((serves) => serves(REPOSITORY) && resolve()));
  const next = await commit(root, configMap('one', 'next'), 'next');
  setRemote(root, next);
  await noticed;
  expect((await fetch()).revision).toBe(`main@sha1:${next}`);
});

test('a branch that no remote has is said, with what brings it', async () => {
  const { root } = await openFolder();
  const sources = createSources({ workspace: { root, mode: 'origin/other' }, log: silentLog, clock: systemClock });
  onTestFinished(() => sources.dispose());
  await expect(sources.fetch(REPOSITORY, { credentials: async () => ({}) }, signal)).rejects.toThrow(
    /no branch origin\/other of a remote: "git fetch" brings it/,
  );
});

test('the choices are the commits, the files, and the branches of remotes', async () => {
  const { root } = await openFolder();
  expect((await servingChoices(root)).map(({ mode }) => mode)).toEqual(['head', 'tree', 'origin/main']);
  rmSync(join(root, '.git'), { recursive: true });
  expect((await servingChoices(root)).map(({ mode }) => mode)).toEqual(['tree']);
});

test('the loop of an open folder follows what is chosen, and the state says which', async () => {
  const { root } = await openFolder();
  const workspace = await openOnCluster(root);
  const served = async (): Promise<string | undefined> => {
    const ref = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'one' };
    return getString(await workspace.clusters.get('dev')?.client.get(ref, signal), 'data', 'value');
  };
  for (const [mode, value] of [
    ['head', 'committed'],
    ['origin/main', 'pushed'],
    ['tree', 'saved'],
  ] as const) {
    await workspace.clusters.serve('dev', mode, () => undefined, signal);
    await workspace.clusters.startLoop('dev', () => undefined, signal);
    await expect.poll(served, { timeout: 20_000 }).toBe(value);
    expect(workspace.state.clusters[0]).toMatchObject({ serving: mode, loop: 'controlling' });
  }
}, 60_000);

test('a change that is cancelled on its way leaves what was served, and says what that is', async () => {
  const { root, workspace, served, changeAndCancel } = await openLoop();
  expect(await changeAndCancel('tree')).toEqual({ kind: 'cancelled', serving: 'head', held: false });
  await expect
    .poll(() => workspace.state.clusters[0], PATIENCE)
    .toMatchObject({ serving: 'head', loop: 'controlling' });
  await commit(root, configMap('one', 'next'), 'next');
  await expect.poll(served, PATIENCE).toBe('next');
}, 60_000);

test('where the loop cannot be started again either, that is said, with why', async () => {
  const { workspace, changeAndCancel } = await openLoop();
  const refused = { at: LOOP_WRITES, times: 100, does: refusal(403, 'Forbidden', 'not any more') };
  expect(await changeAndCancel('tree', refused)).toEqual({ kind: 'stopped', reason: 'not any more' });
  expect(workspace.state.clusters[0]).toMatchObject({
    serving: 'head',
    loop: 'none',
    message: 'the loop did not start: not any more',
  });
}, 60_000);

test('files that were applied from a plan stay served when a change is cancelled', async () => {
  const { root, workspace, served, changeAndCancel } = await openLoop();
  workspace.files.start();
  workspace.files.changed(['app/one.yaml']);
  const offer = await workspace.applying.offer('dev', signal);
  await workspace.applying.apply(offer, () => undefined, signal);
  expect(await served()).toBe('saved');
  expect(await changeAndCancel('origin/main')).toEqual({ kind: 'cancelled', serving: 'head', held: true });
  await expect
    .poll(() => workspace.state.clusters[0], PATIENCE)
    .toMatchObject({ serving: 'head', loop: 'controlling' });
  const app = { kind: 'Kustomization', group: 'kustomize.toolkit.fluxcd.io', version: 'v1' };
  await workspace.reconcile('dev', { ...app, namespace: 'flux-system', name: 'app' }, {}, signal);
  expect(await served()).toBe('saved');
  await commit(root, configMap('one', 'next'), 'next');
  await expect.poll(served, PATIENCE).toBe('next');
}, 60_000);

test('a change that is asked for while the loop starts comes after it', async () => {
  const { root } = await openFolder();
  const workspace = await openOnCluster(root);
  const started = workspace.clusters.startLoop('dev', () => undefined, signal);
  expect(await workspace.clusters.serve('dev', 'origin/main', () => undefined, signal)).toEqual({ kind: 'served' });
  await started;
  const { client } = workspace.clusters.get('dev') ?? {};
  const ref = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'one' };
  await expect.poll(async () => getString(await client?.get(ref, signal), 'data', 'value'), PATIENCE).toBe('pushed');
  await expect.poll(() => workspace.state.clusters[0], PATIENCE).toMatchObject({ serving: 'origin/main' });
}, 60_000);
