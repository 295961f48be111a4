// A cluster, a repository and the loop between them, for scenarios. The cluster is the embedded API server; with
// PLUMBLINE_TEST_SERVER=real a real kube-apiserver, which runs no workloads.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Intercept } from '../../src/apiserver/server.ts';
import { connect, connectUntrusted } from '../../src/kube/connect.ts';
import type { KubeClient } from '../../src/kube/client.ts';
import { systemClock } from '../../src/model/clock.ts';
import type { Clock } from '../../src/model/clock.ts';
import { getList, getString, isJsonObject } from '../../src/model/json.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { silentLog } from '../../src/model/log.ts';
import type { Log } from '../../src/model/log.ts';
import { toJson } from '../../src/model/node.ts';
import type { ObjectRef } from '../../src/model/objectRef.ts';
import { SourceText } from '../../src/model/sourceText.ts';
import { bootstrap } from '../../src/reconcile/entry/bootstrap.ts';
import { openEntry } from '../../src/reconcile/entry/workspaceEntry.ts';
import type { EntryChoice } from '../../src/reconcile/entry/workspaceEntry.ts';
import { isReady } from '../../src/reconcile/conditions.ts';
import { GIT_REPOSITORY, KUSTOMIZATION } from '../../src/reconcile/fluxKinds.ts';
import { createLoop } from '../../src/reconcile/loop.ts';
import type { FluxLoop } from '../../src/reconcile/loop.ts';
import type { LoopEvent } from '../../src/reconcile/loopEvent.ts';
import type { LoopOptions, Sources } from '../../src/reconcile/deps.ts';
import { createSources } from '../../src/reconcile/gitRepository/sources.ts';
import { fluxStages } from '../../src/reconcile/stages.ts';
import { builtinSchemas } from '../../src/schema/builtin.ts';
import { fluxCrds } from '../../src/schema/data/flux-crds.ts';
import { commitFiles, initRepository } from '../../src/source/git/write.ts';
import { readYaml } from '../../src/yaml/read.ts';
import { writeFiles } from '../folder.ts';
import type { Files } from '../folder.ts';

export const NAMESPACE = 'flux-system';

export interface Scenario {
  readonly client: KubeClient;
  readonly loop: FluxLoop;
  readonly root: string;
  /** The path of the cluster's kubeconfig. */
  readonly kubeconfig: string;
  readonly events: LoopEvent[];
  /** What the cluster was asked for, the scenario's own looks included: `GET /api/v1/...`. */
  readonly requests: readonly string[];
  /**
   * Ends the loop as a killed process ends: nothing that it still sends arrives. After `between` another one starts, which
   * waits for no Lease.
   */
  restart(between?: () => void): Promise<void>;
  /** Writes files (null deletes) and commits them. */
  commit(files: Files): Promise<void>;
  kustomization(name: string): Promise<JsonObject | undefined>;
  configMap(name: string, namespace?: string): Promise<JsonObject | undefined>;
  /** Resolves when the condition holds; fails with what it last saw after ten seconds. */
  until(what: string, holds: () => Promise<boolean> | boolean): Promise<void>;
  /** Resolves when all the named Kustomizations are ready at the newest revision. */
  ready(...names: string[]): Promise<void>;
}

export interface ScenarioOptions {
  /** Lets requests go wrong (faults.ts). */
  readonly intercept?: Intercept;
  readonly loop?: LoopOptions;
  /** Stands in front of the sources: what of a folder cannot be read, root reads all the same. */
  readonly sources?: (own: Sources) => Sources;
  /** The time of the loop. */
  readonly clock?: Clock;
  /** What the loop and its client write to the log. Default nothing. */
  readonly log?: Log;
}

export const signal = new AbortController().signal;

/** Another cluster beside that of a scenario. A real one has no `intercept`. */
export async function startServer(
  onRequest?: (method: string, path: string) => void,
  intercept?: Intercept,
): Promise<{ kubeconfig: string; dispose(): Promise<void> | void }> {
  if (process.env['PLUMBLINE_TEST_SERVER'] === 'real') {
    const { startControlPlane } = await import('../real/controlPlane.ts');
    const plane = await startControlPlane(AbortSignal.timeout(120_000));
    if (!plane) throw new Error('kube-apiserver not found');
    return plane;
  }
  const { startApiServer } = await import('../../src/apiserver/server.ts');
  const dataDir = mkdtempSync(join(tmpdir(), 'plumbline-scenario-server-'));
  const server = await startApiServer({
    dataDir,
    log: silentLog,
    clock: systemClock,
    ...(onRequest ? { onRequest } : {}),
    ...(intercept ? { intercept } : {}),
  });
  return {
    kubeconfig: server.kubeconfigPath,
    async dispose() {
      await server.dispose();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Such a cluster and its client, for as long as the test runs. */
export async function openCluster(intercept?: Intercept): Promise<{ client: KubeClient; kubeconfig: string }> {
  const server = await startServer(undefined, intercept);
  const client = await connect({ kubeconfig: server.kubeconfig, log: silentLog });
  onTestFinished(async () => {
    client.dispose();
    await server.dispose();
  });
  return { client, kubeconfig: server.kubeconfig };
}

/** The address of every test repository, and of its origin. */
export const URL = 'https://github.com/example/test.git';

/** Starts a cluster and the loop on a repository of these files, or on what fills the folder; everything ends with the test. */
export async function openScenario(
  repository: Readonly<Record<string, string>> | ((root: string) => Promise<void>),
  choice: EntryChoice = {},
  { intercept, ...running }: ScenarioOptions = {},
): Promise<Scenario> {
  const root = mkdtempSync(join(tmpdir(), 'plumbline-scenario-'));
  await (typeof repository === 'function' ? repository(root) : makeRepository(root, repository));
  const requests: string[] = [];
  let isCut = false;
  const server = await startServer(
    (method, path) => requests.push(`${method} ${path}`),
    (request, carryOut) => (isCut ? undefined : intercept ? intercept(request, carryOut) : carryOut()),
  );
  const client = await connect({ kubeconfig: server.kubeconfig, log: running.log ?? silentLog });
  const read = (path: string, text: string): JsonObject[] =>
    readYaml(new SourceText(path, text), 'resource').documents.map(toJson).filter(isJsonObject);
  const entry = await openEntry(root, choice, read, builtinSchemas());
  await bootstrap(client, fluxCrds(), entry, signal);
  const events: LoopEvent[] = [];
  let current = runLoop(client, root, events, running);
  onTestFinished(async () => {
    current.dispose();
    client.dispose();
    await server.dispose();
    rmSync(root, { recursive: true, force: true });
  });
  await current.loop.start(signal);
  let commits = 0;
  const get = (
    gvk: { group: string; version: string; kind: string },
    name: string,
    namespace: string,
  ): Promise<JsonObject | undefined> => client.get({ ...gvk, namespace, name } satisfies ObjectRef, signal);
  const scenario: Scenario = {
    client,
    get loop() {
      return current.loop;
    },
    root,
    kubeconfig: server.kubeconfig,
    events,
    requests,
    async restart(between) {
      isCut = true;
      current.dispose();
      await current.loop.ended;
      between?.();
      isCut = false;
      current = runLoop(client, root, events, running);
      await current.loop.start(signal);
    },
    async commit(files) {
      writeFiles(root, files);
      const author = { name: 'Ada Example', email: 'ada@example.com' };
      await commitFiles(root, {
        message: `change ${++commits}\n`,
        author,
        time: 1_800_000_000 + commits,
        paths: Object.keys(files),
      });
    },
    kustomization: (name) => get(KUSTOMIZATION, name, NAMESPACE),
    configMap: (name, namespace = 'default') => get({ group: '', version: 'v1', kind: 'ConfigMap' }, name, namespace),
    async until(what, holds) {
      for (const end = Date.now() + 10_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 10)))
        if (await holds()) return;
      throw new Error(
        `not within ten seconds: ${what}; the last events were ${JSON.stringify(events.slice(-5).map((event) => ('message' in event ? event.message : event.type)))}`,
      );
    },
    async ready(...names) {
      for (const name of names) {
        await scenario.until(`${name} is ready`, async () => {
          const found = await scenario.kustomization(name);
          const source = await get(GIT_REPOSITORY, 'test', NAMESPACE);
          const revision = statusField(source, 'artifact', 'revision');
          return (
            found !== undefined &&
            isReady(found) &&
            (revision === undefined || statusField(found, 'lastAppliedRevision') === revision)
          );
        });
      }
    },
  };
  return scenario;
}

/** The names of what the Kustomization `app` has in its inventory, sorted. */
export async function inventoryNames(scenario: Scenario): Promise<string[]> {
  const entries = getList(await scenario.kustomization('app'), 'status', 'inventory', 'entries') ?? [];
  return entries.map((entry) => getString(entry, 'id')?.split('_')[1] ?? '').toSorted();
}

/** The loop on the files at `root`, not started yet. */
function runLoop(
  client: KubeClient,
  root: string,
  events: LoopEvent[],
  { loop: options, sources: inFront = (own) => own, clock = systemClock, log = silentLog }: ScenarioOptions,
): { readonly loop: FluxLoop; dispose(): void } {
  const sources = inFront(createSources({ workspace: { root, mode: 'head' }, log, clock }));
  const loop = createLoop({
    client,
    sources,
    stages: fluxStages(builtinSchemas(), undefined, options),
    openKubeconfig: (text) => connectUntrusted(text, { log }),
    log,
    clock,
    options: { identity: 'test', ...options },
  });
  loop.events.on((event) => events.push(event));
  return {
    loop,
    dispose() {
      loop.dispose();
      sources.dispose();
    },
  };
}

function statusField(object: JsonObject | undefined, ...path: string[]): unknown {
  let at: unknown = object?.['status'];
  for (const key of path) at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined;
  return at;
}

/** A repository with the given files and one commit; `clusters/dev/source.yaml` is its GitRepository. */
export async function makeRepository(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  const all = { 'clusters/dev/source.yaml': gitRepository, ...files };
  writeFiles(root, all);
  await initRepository(root, 'main', URL);
  await commitFiles(root, {
    message: 'initial\n',
    author: { name: 'Ada Example', email: 'ada@example.com' },
    time: 1_800_000_000,
    paths: Object.keys(all),
  });
}

/** The folder of such a repository, which is gone after the test. */
export async function openRepository(files: Readonly<Record<string, string>>): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'plumbline-repository-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  await makeRepository(root, files);
  return root;
}

const gitRepository = `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata:
  name: test
  namespace: ${NAMESPACE}
spec:
  interval: 10m
  url: ${URL}
  ref:
    branch: main
`;

/** The text of a Kustomization of that repository, with further lines of its spec. */
export function kustomization(name: string, path: string, ...spec: string[]): string {
  const lines = ['interval: 10m', 'retryInterval: 1m', `path: ${path}`, 'prune: true'];
  const keyOfLine = (line: string): string => line.slice(0, line.indexOf(':') + 1);
  const own = lines.filter((line) => !spec.some((one) => one.startsWith(keyOfLine(line))));
  return `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: ${name}
  namespace: ${NAMESPACE}
spec:
  sourceRef:
    kind: GitRepository
    name: test
${[...own, ...spec].map((line) => `  ${line}\n`).join('')}`;
}

export function configMap(name: string, value: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: default\ndata:\n  value: ${value}\n`;
}
