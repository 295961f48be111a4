// From a commit in the workspace to the change applied in the cluster, and ready; the peer is `kubectl apply -k` of an
// overlay of the same size, by hand.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import git from 'isomorphic-git';
import fs from 'node:fs';
import { openClusters } from '../../src/clusters/clusters.ts';
import { embeddedProvider } from '../../src/clusters/embedded.ts';
import { connect } from '../../src/kube/connect.ts';
import type { WatchCache } from '../../src/kube/client.ts';
import { getPath } from '../../src/model/json.ts';
import { silentLog } from '../../src/model/log.ts';
import { createSample } from '../../src/samples/createSample.ts';
import { findOracle } from '../../test/real/oracle.ts';
import { median, ms, quantile, timeCommand } from './measure.ts';

const cli = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'dist', 'cli.cjs');
const COMMITS = 10;
const OVERLAY = 'apps/web/overlays/staging';
/** An overlay without variables: kubectl does not substitute them. */
const PEER = 'apps/api/overlays/staging';
const AUTHOR = { name: 'bench', email: 'bench@example.com' };

export async function benchCommit(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
  const signal = AbortSignal.timeout(180_000);
  const clusters = openClusters(home, [
    embeddedProvider({ node: process.execPath, args: [cli], env: { PLUMBLINE_HOME: home } }),
  ]);
  const folder = join(home, 'shop');
  await createSample('shop', folder, signal);
  const { kubeconfig } = await clusters.create('bench', 'embedded', () => undefined, signal);
  const loop = spawn(process.execPath, [cli, 'run', '--workspace', folder, '--cluster', 'bench'], {
    stdio: 'ignore',
    env: { ...process.env, PLUMBLINE_HOME: home },
  });
  const client = await connect({ kubeconfig, log: silentLog });
  try {
    const type = await client.resourceType({ group: 'apps', version: 'v1', kind: 'Deployment' }, signal);
    if (!type) throw new Error('the cluster serves no Deployments');
    const deployments = client.watch(type, { namespace: 'shop-staging' });
    await deployments.synced();
    await until(deployments, 'readyReplicas', 2, 'status', signal);
    const applied: number[] = [];
    const ready: number[] = [];
    for (let i = 0; i < COMMITS; i++) {
      const replicas = 3 + (i % 2);
      await commitReplicas(folder, replicas);
      const start = performance.now();
      await until(deployments, 'replicas', replicas, 'spec', signal);
      applied.push(performance.now() - start);
      await until(deployments, 'readyReplicas', replicas, 'status', signal);
      ready.push(performance.now() - start);
    }
    deployments.dispose();
    const kubectl = findOracle('kubectl');
    const peer = kubectl
      ? timeCommand([kubectl, '--kubeconfig', kubeconfig, 'apply', '-k', join(folder, PEER)])
      : undefined;
    const ratio =
      peer === undefined
        ? 'skipped: kubectl not found'
        : `one kubectl apply -k ${ms(peer)}, ${(peer / median(applied)).toFixed(1)} times as long as the median`;
    console.log(
      `commit to applied: median ${ms(median(applied))}, 95th percentile ${ms(quantile(applied, 0.95))}; to ready: median ${ms(median(ready))}; ${ratio}`,
    );
  } finally {
    client.dispose();
    loop.kill('SIGTERM');
    await new Promise((resolve) => loop.once('exit', resolve));
    await clusters.delete('bench', () => undefined, AbortSignal.timeout(20_000));
    rmSync(home, { recursive: true, force: true });
  }
}

async function commitReplicas(folder: string, replicas: number): Promise<void> {
  const path = `${OVERLAY}/kustomization.yaml`;
  const text = readFileSync(join(folder, path), 'utf8').replace(/count: \d+/, `count: ${replicas}`);
  writeFileSync(join(folder, path), text);
  await git.add({ fs, dir: folder, filepath: path });
  await git.commit({ fs, dir: folder, message: `${replicas} replicas`, author: AUTHOR });
}

function until(
  cache: WatchCache,
  field: string,
  value: number,
  part: 'spec' | 'status',
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const isThere = (): boolean => getPath(cache.get('shop-staging', 'web'), part, field) === value;
    if (isThere()) {
      resolve();
      return;
    }
    const listener = cache.onChange(() => {
      if (!isThere()) return;
      listener.dispose();
      resolve();
    });
    signal.addEventListener('abort', () => reject(new Error(`spec or status ${field} never became ${value}`)), {
      once: true,
    });
  });
}
