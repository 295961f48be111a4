// The real controllers and our loop side by side on one kube-apiserver: each looks only at the Flux objects with its label.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubeClient, WatchCache } from '../../src/kube/client.ts';
import { connect, connectUntrusted } from '../../src/kube/connect.ts';
import { systemClock } from '../../src/model/clock.ts';
import { readFeatureGates } from '../../src/model/featureGates.ts';
import { silentLog } from '../../src/model/log.ts';
import { GIT_REPOSITORY, KUSTOMIZATION } from '../../src/reconcile/fluxKinds.ts';
import { createLoop } from '../../src/reconcile/loop.ts';
import { createSources } from '../../src/reconcile/gitRepository/sources.ts';
import { fluxStages } from '../../src/reconcile/stages.ts';
import { builtinSchemas } from '../../src/schema/builtin.ts';
import { reportCounts, reportMissing } from '../counts.ts';
import type { Counts } from '../counts.ts';
import { startControlPlane } from './controlPlane.ts';
import { ended } from './ended.ts';
import { installFluxDefinitions, startFluxControllers } from './fluxControllers.ts';
import { startGitServer } from './gitServer.ts';
import { findOracle } from './oracle.ts';

export type Engine = 'theirs' | 'ours';
export const ENGINE_LABEL = 'plumbline.test/engine';
const REQUEUE_DEPENDENCY_S = 2;

export interface Engines {
  readonly client: KubeClient;
  readonly sources: WatchCache;
  readonly kustomizations: WatchCache;
  /** Bare repositories below `root` are served at `url`. */
  readonly root: string;
  readonly url: string;
  dispose(): Promise<void>;
}

const PROGRAMS = [
  'git',
  'kubectl',
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'source-controller',
  'kustomize-controller',
];

/** Plays on both engines, and counts. */
type Play = (engines: Engines) => Promise<Counts>;

/**
 * A suite on both engines, which end with it and with an interrupted run; says where a program is missing. What is `switched`
 * is played after it, on others that are started with those gates.
 */
export async function withEngines(
  play: Play,
  ...switched: readonly { readonly gates: string; readonly play: Play }[]
): Promise<void> {
  const missing = PROGRAMS.find((name) => findOracle(name) === undefined);
  if (missing !== undefined) return reportMissing(missing);
  let [passed, failed] = [0, 0];
  for (const one of [{ gates: '', play }, ...switched]) {
    const counts = await onEngines(one.gates, one.play);
    passed += counts.passed;
    failed += counts.failed;
  }
  reportCounts({ passed, failed });
}

async function onEngines(gates: string, play: Play): Promise<Counts> {
  const engines = await startEngines(gates);
  if (!engines) throw new Error('the control plane did not start');
  const end = (): void => void engines.dispose().finally(() => process.exit(1));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end);
  try {
    return await play(engines);
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, end);
    await engines.dispose();
  }
}

/** `gates` as `--feature-gates` takes them, for both. */
async function startEngines(gates: string): Promise<Engines | undefined> {
  const plane = await startControlPlane();
  if (!plane) return undefined;
  const root = mkdtempSync(join(tmpdir(), 'plumbline-loops-'));
  const closing: (() => unknown)[] = [() => plane.dispose(), () => rmSync(root, { recursive: true, force: true })];
  let disposed: Promise<void> | undefined;
  // A run that is interrupted ends twice: what waits for an answer fails meanwhile.
  const dispose = (): Promise<void> =>
    (disposed ??= (async () => {
      for (const close of closing.toReversed()) await close();
    })());
  try {
    if (!installFluxDefinitions(plane.kubeconfig)) throw new Error('the definitions of Flux could not be installed');
    const manager = spawn(
      findOracle('kube-controller-manager') ?? '',
      [
        '--kubeconfig',
        plane.kubeconfig,
        '--leader-elect=false',
        '--secure-port=0',
        '--controllers=namespace-controller,deployment-controller,replicaset-controller',
        '--concurrent-namespace-syncs=10',
        '--kube-api-qps=200',
        '--kube-api-burst=400',
      ],
      { stdio: 'ignore' },
    );
    closing.push(() => ended(manager, 'SIGKILL'));
    const git = await startGitServer(root);
    closing.push(() => git.dispose());
    const flux = await startFluxControllers(
      plane.kubeconfig,
      [
        '--concurrent=8',
        '--kube-api-qps=200',
        '--kube-api-burst=400',
        `--requeue-dependency=${REQUEUE_DEPENDENCY_S}s`,
        ...(gates === '' ? [] : [`--feature-gates=${gates}`]),
      ],
      [`--watch-label-selector=${ENGINE_LABEL}=theirs`],
    );
    closing.push(() => flux?.dispose());
    const client = await connect({ kubeconfig: plane.kubeconfig, log: silentLog });
    closing.push(() => client.dispose());
    // A client of its own: what the test finds out about the cluster must not help the loop.
    const own = await connect({ kubeconfig: plane.kubeconfig, log: silentLog });
    closing.push(() => own.dispose());
    closing.push(await startOurs(own, join(root, 'cache'), gates));
    const [sources, kustomizations] = [await watch(client, GIT_REPOSITORY), await watch(client, KUSTOMIZATION)];
    return { client, sources, kustomizations, root, url: git.url, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function startOurs(client: KubeClient, cacheDir: string, gates: string): Promise<() => unknown> {
  const read = readFeatureGates(['CancelHealthCheckOnNewRevision=false,ExternalArtifact=false', gates]);
  if (typeof read === 'string') throw new Error(read);
  const settings = { featureGates: read };
  const flux = new Set([GIT_REPOSITORY.kind, KUSTOMIZATION.kind]);
  const own: KubeClient = {
    ...client,
    watch: (type, options) =>
      client.watch(
        type,
        flux.has(type.kind) && options.labelSelector === undefined
          ? { ...options, labelSelector: `${ENGINE_LABEL}=ours` }
          : options,
      ),
  };
  const sources = createSources({ cacheDir, log: silentLog, clock: systemClock });
  const loop = createLoop({
    client: own,
    sources,
    // Judging is left to the server, whose words are compared.
    stages: { ...fluxStages(builtinSchemas(), undefined, settings), validate: () => [] },
    openKubeconfig: (text) => connectUntrusted(text, { log: silentLog }),
    log: silentLog,
    clock: systemClock,
    options: {
      requeueDependencyMs: REQUEUE_DEPENDENCY_S * 1000,
      concurrency: 8,
      ...settings,
    },
  });
  await loop.start(AbortSignal.timeout(60_000));
  return () => {
    loop.dispose();
    sources.dispose();
  };
}

async function watch(client: KubeClient, gvk: typeof GIT_REPOSITORY): Promise<WatchCache> {
  const type = await client.resourceType(gvk);
  if (!type) throw new Error(`the cluster serves no ${gvk.kind}`);
  const cache = client.watch(type, {});
  await cache.synced();
  return cache;
}
