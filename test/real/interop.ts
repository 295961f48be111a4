// Our loop and the real programs of Flux take turns: what one of them has reconciled the other one leaves as it is, and the
// commands of `flux` work on what our loop reconciles, on a real kube-apiserver and on the embedded one. Counts last.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApiServer } from '../../src/apiserver/server.ts';
import { runProgram } from '../../src/clusters/program.ts';
import type { KubeClient } from '../../src/kube/client.ts';
import { connect } from '../../src/kube/connect.ts';
import { systemClock } from '../../src/model/clock.ts';
import { getList, getObject, getPath, getString, isJsonObject } from '../../src/model/json.ts';
import type { JsonObject, JsonValue } from '../../src/model/json.ts';
import { stringifyJson } from '../../src/model/jsonText.ts';
import { silentLog } from '../../src/model/log.ts';
import { KUSTOMIZATION } from '../../src/reconcile/fluxKinds.ts';
import { bootstrap } from '../../src/reconcile/entry/bootstrap.ts';
import { fluxCrds } from '../../src/schema/data/flux-crds.ts';
import { spawnLoop } from './loopProcess.ts';
import { reportCounts, reportMissing } from '../counts.ts';
import { startControlPlane } from './controlPlane.ts';
import { ended } from './ended.ts';
import { installFluxDefinitions, startFluxControllers } from './fluxControllers.ts';
import { startGitServer } from './gitServer.ts';
import { createFluxObjects, KUSTOMIZATIONS, makeRepository } from './interopRepository.ts';
import { findOracle } from './oracle.ts';

const READY_MS = 120_000;
const POLL_MS = 100;

interface Running {
  dispose(): Promise<void>;
}
type StartEngine = (cluster: Cluster) => Promise<Running>;

interface Cluster {
  readonly name: string;
  readonly kubeconfig: string;
  readonly client: KubeClient;
  /** Work tree of the repository. */
  readonly work: string;
  readonly home: string;
}

interface Command {
  readonly line: string;
  readonly code?: number;
  readonly expect: RegExp;
}

let passed = 0;
let failed = 0;
function check(what: string, problems: readonly string[]): void {
  if (problems.length === 0) passed++;
  else {
    failed++;
    console.log(`${what}:\n  ${problems.join('\n  ')}`);
  }
}

const ours: StartEngine = async ({ kubeconfig, home }) => {
  const loop = spawnLoop({ program: 'sources', kubeconfig, home });
  return { dispose: () => ended(loop) };
};

const theirs: StartEngine = async ({ kubeconfig }) => {
  const controllers = await startFluxControllers(kubeconfig);
  if (!controllers) throw new Error('the controllers are missing');
  return controllers;
};

async function ready(client: KubeClient): Promise<void> {
  const end = Date.now() + READY_MS;
  for (;;) {
    const objects = await Promise.all(
      KUSTOMIZATIONS.map((name) => client.get({ ...KUSTOMIZATION, namespace: 'flux-system', name })),
    );
    if (objects.every(isReady)) return;
    if (Date.now() > end)
      throw new Error(
        `not ready: ${objects.map((one) => stringifyJson(getPath(one, 'status', 'conditions') ?? null)).join(' ')}`,
      );
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function isReady(object: JsonObject | undefined): boolean {
  const conditions = getList(object, 'status', 'conditions') ?? [];
  const isTrue = (type: string): boolean =>
    conditions.some((one) => getString(one, 'type') === type && getString(one, 'status') === 'True');
  return isTrue('Ready') && !isTrue('Reconciling');
}

const FLUX_GROUP = /\.toolkit\.fluxcd\.io$/;
/** What moves by itself, or says what happened. */
const MOVING = new Set(['Event', 'Lease', 'PodMetrics', 'NodeMetrics', 'APIService', 'ComponentStatus']);

/** Every object of the cluster: resourceVersions, and of Flux's own objects what they say. */
async function photograph(client: KubeClient): Promise<Map<string, string>> {
  const seen = new Map<string, string>();
  client.forgetTypes();
  for (const type of await client.resourceTypes()) {
    if (MOVING.has(type.kind) || !type.verbs.includes('list')) continue;
    const { items } = await client.list(type, {});
    for (const item of items) {
      const key = `${type.kind}.${type.group} ${getString(item, 'metadata', 'namespace') ?? ''}/${getString(item, 'metadata', 'name') ?? ''}`;
      const isFlux = FLUX_GROUP.test(type.group);
      seen.set(key, isFlux ? said(item) : (getString(item, 'metadata', 'resourceVersion') ?? ''));
    }
  }
  return seen;
}

function said(object: JsonObject): string {
  const metadata = { ...getObject(object, 'metadata') };
  for (const field of ['managedFields', 'resourceVersion', 'annotations']) delete metadata[field];
  const conditions = (getList(object, 'status', 'conditions') ?? []).map((one) =>
    ['type', 'status', 'reason', 'message'].map((field) => getString(one, field) ?? ''),
  );
  const status = ['inventory', 'lastAppliedRevision', 'lastAttemptedRevision', 'observedGeneration'].map(
    (field) => getPath(object, 'status', field) ?? null,
  );
  const words: JsonValue = { metadata, spec: object['spec'] ?? null, conditions, status };
  return stringifyJson(withoutTimes(words)).replace(/passed in [0-9a-zµ.]+/g, 'passed in <duration>');
}

function withoutTimes(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutTimes);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'lastTransitionTime')
      .map(([key, child]) => [key, withoutTimes(child)]),
  );
}

function changes(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((key) => before.get(key) !== after.get(key))
    .map((key) => `${key}\n    before ${before.get(key) ?? 'none'}\n    after  ${after.get(key) ?? 'none'}`);
}

/** What is left alone is said. */
const NO_DIFFERENCE = /^(?![\s\S]*(drifted|created|deleted|configured))/;

function commands(work: string): Command[] {
  const applied = /Applied revision: main@sha1:/;
  return [
    {
      line: 'get sources git',
      expect: /fleet\s+main@sha1:\w+\s+False\s+True\s+stored artifact for revision 'main@sha1:/,
    },
    { line: 'get kustomizations', expect: /apps\s+main@sha1:\w+\s+False\s+True\s+Applied revision: main@sha1:/ },
    { line: 'get all', expect: /kustomization\/apps/ },
    {
      line: 'tree kustomization fleet',
      expect: /Kustomization\/flux-system\/apps[\s\S]*Deployment\/shop\/web[\s\S]*Kustomization\/flux-system\/infra/,
    },
    {
      line: 'trace deployment web --namespace shop',
      expect: /Kustomization:\s+apps[\s\S]*Message:\s+Applied revision/,
    },
    { line: 'trace web --kind Service --api-version v1 -n shop', expect: /GitRepository:\s+fleet/ },
    { line: 'trace buoys.example.dev one -n shop', expect: /Managed by Flux/ },
    { line: 'events --for Kustomization/apps', expect: /Kustomization\/apps\s+/ },
    { line: 'events', expect: /GitRepository\/fleet/ },
    { line: 'reconcile source git fleet', expect: /fetched revision main@sha1:/ },
    { line: 'reconcile kustomization apps', expect: /applied revision main@sha1:/ },
    {
      line: 'reconcile kustomization apps --with-source',
      expect: /fetched revision main@sha1:[\s\S]*applied revision main@sha1:/,
    },
    { line: 'suspend kustomization apps', expect: /kustomization suspended/ },
    { line: 'get kustomizations apps', expect: /apps\s+main@sha1:\w+\s+True\s+True/ },
    { line: 'resume kustomization apps', expect: /applied revision main@sha1:/ },
    { line: 'suspend source git fleet', expect: /source git suspended/ },
    { line: 'resume source git fleet', expect: /fetched revision main@sha1:/ },
    { line: 'get kustomizations --status-selector ready=true', expect: applied },
    { line: 'export kustomization apps', expect: /kind: Kustomization[\s\S]*dependsOn:\n\s+- name: infra/ },
    { line: 'export source git fleet', expect: /kind: GitRepository/ },
    { line: `diff kustomization infra --path ${join(work, 'infra')} --progress-bar=false`, expect: NO_DIFFERENCE },
    { line: `diff kustomization apps --path ${join(work, 'apps')} --progress-bar=false`, expect: NO_DIFFERENCE },
    {
      line: `diff kustomization infra --path ${join(work, 'changed')} --progress-bar=false`,
      code: 1,
      expect: /Buoy\/shop\/one drifted|ConfigMap\/shop\/more created/,
    },
    { line: 'get kustomizations nope', code: 1, expect: /not found/ },
  ];
}

async function runCommands({ name, kubeconfig, work, home }: Cluster): Promise<void> {
  const flux = findOracle('flux') ?? '';
  mkdirSync(join(work, 'changed'), { recursive: true });
  writeFileSync(
    join(work, 'changed', 'more.yaml'),
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more, namespace: shop}\ndata: {a: b}\n',
  );
  for (const { line, code = 0, expect } of commands(work)) {
    const { code: got, output } = await runProgram(
      flux,
      [...line.split(' '), '--timeout=30s'],
      { env: { KUBECONFIG: kubeconfig, HOME: home, PATH: process.env['PATH'] } },
      AbortSignal.timeout(60_000),
    );
    const problems =
      got === code && expect.test(output)
        ? []
        : [`exit code ${got}, wanted ${code} and ${expect}; printed:\n${output.trim()}`];
    check(`${name}: flux ${line}`, problems);
  }
}

/** `first` reconciles and ends, `second` is started and asked for everything: nothing changes. */
async function takeTurns(
  cluster: Cluster,
  first: StartEngine,
  second: StartEngine,
  what: string,
  between?: () => Promise<void>,
): Promise<void> {
  const one = await first(cluster);
  try {
    await ready(cluster.client);
    await between?.();
  } finally {
    await one.dispose();
  }
  const before = await photograph(cluster.client);
  const other = await second(cluster);
  try {
    for (const kind of ['source git fleet', ...KUSTOMIZATIONS.map((name) => `kustomization ${name}`)]) {
      const { code, output } = await runProgram(
        findOracle('flux') ?? '',
        ['reconcile', ...kind.split(' '), '--timeout=60s'],
        { env: { KUBECONFIG: cluster.kubeconfig, HOME: cluster.home } },
        AbortSignal.timeout(90_000),
      );
      if (code !== 0) check(`${what}: flux reconcile ${kind}`, [output.trim()]);
    }
    await ready(cluster.client);
    check(what, changes(before, await photograph(cluster.client)));
  } finally {
    await other.dispose();
  }
}

async function withCluster(
  name: string,
  start: () => Promise<{ kubeconfig: string; dispose(): Promise<void> }>,
  use: (cluster: Cluster) => Promise<void>,
): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'plumbline-interop-'));
  const git = await startGitServer(root);
  const server = await start();
  const client = await connect({ kubeconfig: server.kubeconfig, log: silentLog });
  try {
    const work = makeRepository(root);
    await createFluxObjects(client, git.url);
    await use({ name, kubeconfig: server.kubeconfig, client, work, home: join(root, 'home') });
  } catch (error) {
    check(name, [error instanceof Error ? (error.stack ?? error.message) : String(error)]);
  } finally {
    client.dispose();
    await server.dispose();
    await git.dispose();
    rmSync(root, { recursive: true, force: true });
  }
}

async function realPlane(): Promise<{ kubeconfig: string; dispose(): Promise<void> }> {
  const plane = await startControlPlane();
  if (!plane) throw new Error('the control plane did not start');
  if (!installFluxDefinitions(plane.kubeconfig)) throw new Error('the definitions of Flux could not be installed');
  return plane;
}

async function embedded(): Promise<{ kubeconfig: string; dispose(): Promise<void> }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'plumbline-interop-server-'));
  const server = await startApiServer({ dataDir, clock: systemClock, log: silentLog });
  // The server lives in this process: a program that is waited for would block it.
  const client = await connect({ kubeconfig: server.kubeconfigPath, log: silentLog });
  await bootstrap(client, fluxCrds(), undefined, AbortSignal.timeout(READY_MS));
  await client.create(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'flux-system' } },
    { fieldManager: 'flux' },
  );
  client.dispose();
  return {
    kubeconfig: server.kubeconfigPath,
    async dispose() {
      await server.dispose();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

const missing = ['git', 'kubectl', 'flux', 'etcd', 'kube-apiserver', 'source-controller', 'kustomize-controller'].find(
  (name) => findOracle(name) === undefined,
);
if (missing !== undefined) {
  reportMissing(missing);
} else {
  await withCluster('kube-apiserver', realPlane, (cluster) =>
    takeTurns(cluster, ours, theirs, 'the controllers after our loop', () => runCommands(cluster)),
  );
  await withCluster('kube-apiserver', realPlane, (cluster) =>
    takeTurns(cluster, theirs, ours, 'our loop after the controllers'),
  );
  await withCluster('embedded cluster', embedded, (cluster) =>
    takeTurns(cluster, ours, theirs, 'the controllers after our loop, embedded cluster', () => runCommands(cluster)),
  );
  reportCounts({ passed, failed });
}
