// The loop against the real source- and kustomize-controller on the same kube-apiserver: first apply, nothing changed, some
// objects changed. Time from the request to ready, requests that the API server answered, processor time and memory.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect } from '../../src/kube/connect.ts';
import type { KubeClient } from '../../src/kube/client.ts';
import { getPath, getString } from '../../src/model/json.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { silentLog } from '../../src/model/log.ts';
import type { ObjectRef } from '../../src/model/objectRef.ts';
import { startControlPlane } from '../../test/real/controlPlane.ts';
import { installFluxDefinitions, startFluxControllers } from '../../test/real/fluxControllers.ts';
import { startGitServer } from '../../test/real/gitServer.ts';
import { mebibytes, ms, residentBytes } from './measure.ts';

const cli = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'dist', 'cli.cjs');
const SIZES = [100, 400, 1000];
const NAMESPACE = 'flux-system';
const MANAGER = 'bench';

/** Who reconciles. */
interface Engine {
  readonly name: string;
  readonly pids: readonly number[];
  dispose(): Promise<void>;
}

interface Cost {
  readonly time: number;
  readonly requests: number;
  readonly cpu: number;
}

type Step = 'first apply' | 'nothing changed' | 'one changed' | '100 changed';
const STEPS: readonly Step[] = ['first apply', 'nothing changed', 'one changed', '100 changed'];

export async function benchReconcile(): Promise<void> {
  const results = new Map<string, Map<string, Cost>>();
  const memory = new Map<string, number>();
  for (const start of [startTheirs, startOurs]) {
    const measured = await measureEngine(start);
    if (!measured) {
      console.log('skipped: kube-apiserver, etcd, kubectl, git or the Flux controllers not found');
      return;
    }
    results.set(measured.name, measured.costs);
    memory.set(measured.name, measured.memory);
  }
  const [theirs, ours] = [...results.keys()] as [string, string];
  for (const [what, their] of results.get(theirs) ?? []) {
    const own = results.get(ours)?.get(what);
    if (!own) continue;
    console.log(
      `${what}: ${ms(own.time)}, ${own.requests} requests, ${ms(own.cpu)} of processor time; Flux's controllers ${ms(their.time)} (${(their.time / own.time).toFixed(1)} times as long), ${their.requests} requests, ${ms(their.cpu)}`,
    );
  }
  console.log(
    `resident memory: ${mebibytes(memory.get(ours) ?? 0)}; Flux's controllers together ${mebibytes(memory.get(theirs) ?? 0)}`,
  );
}

type StartEngine = (kubeconfig: string, home: string) => Promise<Engine | undefined>;

const startTheirs: StartEngine = async (kubeconfig) => {
  const flux = await startFluxControllers(kubeconfig);
  return flux && { name: 'theirs', pids: flux.pids, dispose: () => flux.dispose() };
};

const startOurs: StartEngine = async (kubeconfig, home) => {
  const loop = spawn(process.execPath, [cli, 'run', '--kubeconfig', kubeconfig, '--output', 'lines'], {
    stdio: 'ignore',
    env: { ...process.env, PLUMBLINE_HOME: home },
  });
  return {
    name: 'ours',
    pids: loop.pid === undefined ? [] : [loop.pid],
    dispose: () =>
      new Promise((resolve) => {
        loop.once('exit', () => resolve());
        loop.kill('SIGTERM');
      }),
  };
};

interface Measured {
  readonly name: string;
  readonly costs: Map<string, Cost>;
  readonly memory: number;
}

/** A control plane of its own for each, so that neither meets what the other has left. */
async function measureEngine(start: StartEngine): Promise<Measured | undefined> {
  const root = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
  const plane = await startControlPlane();
  if (!plane || !installFluxDefinitions(plane.kubeconfig)) {
    await plane?.dispose();
    return undefined;
  }
  const git = await startGitServer(root);
  const client = await connect({ kubeconfig: plane.kubeconfig, log: silentLog });
  const engine = await start(plane.kubeconfig, join(root, 'home'));
  try {
    if (!engine) return undefined;
    const costs = new Map<string, Cost>();
    for (const size of SIZES) await measureSize(client, engine, { root, url: git.url, size }, costs);
    const memory = engine.pids.reduce((sum, pid) => sum + (residentBytes(pid) ?? 0), 0);
    return { name: engine.name, costs, memory };
  } finally {
    await engine?.dispose();
    client.dispose();
    await git.dispose();
    await plane.dispose();
    rmSync(root, { recursive: true, force: true });
  }
}

async function measureSize(
  client: KubeClient,
  engine: Engine,
  { root, url, size }: { readonly root: string; readonly url: string; readonly size: number },
  costs: Map<string, Cost>,
): Promise<void> {
  const name = `app-${size}`;
  const repository = makeRepository(root, name);
  let revision = repository.commit(size, 0, 0);
  for (const step of STEPS) {
    if (step === 'one changed') revision = repository.commit(size, 1, 1);
    if (step === '100 changed') revision = repository.commit(size, 100, 2);
    const before = await reading(client, engine);
    const begin = performance.now();
    if (step === 'first apply') await create(client, name, `${url}/${name}.git`);
    else await request(client, step === 'nothing changed' ? 'Kustomization' : 'GitRepository', name, `${step} ${size}`);
    await settled(client, name, revision, step === 'nothing changed' ? `${step} ${size}` : undefined);
    const time = performance.now() - begin;
    const after = await reading(client, engine);
    costs.set(`${size} objects, ${step}`, {
      time,
      requests: after.requests - before.requests - after.own + before.own,
      cpu: after.cpu - before.cpu,
    });
  }
}

/** A bare repository that the Git server serves, and commits into it. */
function makeRepository(root: string, name: string): { commit(size: number, changed: number, mark: number): string } {
  const bare = join(root, `${name}.git`);
  const work = join(root, 'work', name);
  const run = (...args: string[]): string =>
    spawnSync('git', ['-C', work, '-c', 'user.name=bench', '-c', 'user.email=bench@example.com', ...args], {
      encoding: 'utf8',
    }).stdout.trim();
  mkdirSync(join(work, 'app'), { recursive: true });
  spawnSync('git', ['init', '-q', '--bare', '-b', 'main', bare]);
  run('init', '-q', '-b', 'main');
  return {
    commit(size, changed, mark) {
      for (let i = 0; i < size; i++)
        writeFileSync(join(work, 'app', `o${i}.yaml`), objectText(name, i, i < changed ? mark : 0));
      run('add', '.');
      run('commit', '-q', '-m', `mark ${mark}`);
      run('push', '-q', bare, 'main');
      return `main@sha1:${run('rev-parse', 'HEAD')}`;
    },
  };
}

/** Half ConfigMaps, a quarter Deployments, a quarter Services. */
function objectText(app: string, index: number, mark: number): string {
  const metadata = `metadata:\n  name: ${app}-${index}\n  namespace: default\n  annotations:\n    mark: "${mark}"\n`;
  if (index % 4 === 0)
    return `apiVersion: apps/v1\nkind: Deployment\n${metadata}spec:\n  replicas: 2\n  selector:\n    matchLabels: {app: a${index}}\n  template:\n    metadata:\n      labels: {app: a${index}}\n    spec:\n      containers:\n      - name: web\n        image: registry.example.com/web:1.${mark}\n        ports:\n        - containerPort: 8080\n        env:\n        - name: A\n          value: b\n`;
  if (index % 4 === 1)
    return `apiVersion: v1\nkind: Service\n${metadata}spec:\n  clusterIP: None\n  selector: {app: a${index}}\n  ports:\n  - port: 80\n    targetPort: 8080\n`;
  return `apiVersion: v1\nkind: ConfigMap\n${metadata}data:\n  key: "${'x'.repeat(200)}"\n`;
}

async function create(client: KubeClient, name: string, url: string): Promise<void> {
  const metadata = { name, namespace: NAMESPACE };
  const objects: JsonObject[] = [
    {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'GitRepository',
      metadata,
      spec: { interval: '10m', url, ref: { branch: 'main' } },
    },
    {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata,
      spec: { interval: '10m', path: './app', prune: true, sourceRef: { kind: 'GitRepository', name } },
    },
  ];
  for (const object of objects) await client.create(object, { fieldManager: MANAGER });
}

const refs: Readonly<Record<string, Omit<ObjectRef, 'name'>>> = {
  GitRepository: { group: 'source.toolkit.fluxcd.io', version: 'v1', kind: 'GitRepository', namespace: NAMESPACE },
  Kustomization: { group: 'kustomize.toolkit.fluxcd.io', version: 'v1', kind: 'Kustomization', namespace: NAMESPACE },
};

async function request(client: KubeClient, kind: string, name: string, at: string): Promise<void> {
  await client.patch(
    { ...(refs[kind] as Omit<ObjectRef, 'name'>), name },
    'application/merge-patch+json',
    { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': at } } },
    { fieldManager: MANAGER },
  );
}

/** Resolves when the Kustomization is ready at a revision and, where one is given, has handled a request. */
async function settled(client: KubeClient, name: string, revision: string, handled: string | undefined): Promise<void> {
  const type = await client.resourceType(refs['Kustomization'] as Omit<ObjectRef, 'name'>);
  if (!type) throw new Error('the cluster serves no Kustomizations');
  const cache = client.watch(type, { namespace: NAMESPACE });
  const isDone = (): boolean => {
    const object = cache.get(NAMESPACE, name);
    const ready = (getPath(object, 'status', 'conditions') as JsonObject[] | undefined)?.find(
      (each) => each['type'] === 'Ready',
    );
    return (
      ready?.['status'] === 'True' &&
      getString(object, 'status', 'lastAppliedRevision') === revision &&
      (handled === undefined || getString(object, 'status', 'lastHandledReconcileAt') === handled)
    );
  };
  await cache.synced();
  await new Promise<void>((resolve, reject) => {
    const limit = setTimeout(
      () =>
        reject(
          new Error(
            `${name} was not ready within 90 s: ${JSON.stringify(getPath(cache.get(NAMESPACE, name), 'status'))}`,
          ),
        ),
      90_000,
    );
    const look = (): void => {
      if (!isDone()) return;
      clearTimeout(limit);
      listener.dispose();
      resolve();
    };
    const listener = cache.onChange(look);
    look();
  });
  cache.dispose();
}

interface Reading {
  /** Requests that the API server has answered so far, watches and its own Leases left out. */
  readonly requests: number;
  /** Those among them that this script has made. */
  readonly own: number;
  /** Milliseconds of processor time that the engine has used. */
  readonly cpu: number;
}

let readings = 0;

async function reading(client: KubeClient, { pids }: Engine): Promise<Reading> {
  readings += 1;
  const { text } = await client.raw('GET', '/metrics');
  let requests = 0;
  for (const line of text.split('\n')) {
    if (!line.startsWith('apiserver_request_total{')) continue;
    if (/verb="(WATCH|CONNECT)"|[{,]resource="(leases)?"/.test(line)) continue;
    requests += Number(line.slice(line.lastIndexOf(' ') + 1));
  }
  return { requests, own: readings, cpu: pids.reduce((sum, pid) => sum + cpuMs(pid), 0) };
}

const TICK_MS = 10;

/** User and system time of a process on Linux; 0 elsewhere. */
function cpuMs(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return 0;
  }
}
