// A folder as the engine has it open, with one cluster `dev` that runs no loop yet. Everything ends with the test.
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Intercept } from '../../src/apiserver/server.ts';
import type { Clusters } from '../../src/clusters/clusters.ts';
import { connect } from '../../src/kube/connect.ts';
import { systemClock } from '../../src/model/clock.ts';
import { silentLog } from '../../src/model/log.ts';
import { workspaceParts } from '../../src/workspace/parts.ts';
import { openWorkspace } from '../../src/workspace/workspace.ts';
import type { Workspace } from '../../src/workspace/workspace.ts';
import { signal, startServer } from './cluster.ts';

/** Opens the repository at `root`, connected to a fresh cluster. `intercept` lets its requests go wrong (faults.ts). */
export async function openOnCluster(root: string, intercept?: Intercept): Promise<Workspace> {
  const server = await startServer(undefined, intercept);
  const made = { provider: 'embedded' as const, createdAt: '', folder: '', context: '' };
  const cluster = { ...made, name: 'dev', kubeconfig: server.kubeconfig };
  const status = async () => ({ record: cluster, state: 'running' as const, server: undefined, message: '' });
  const clusters: Clusters = {
    list: () => [cluster],
    get: () => cluster,
    create: async () => cluster,
    delete: async () => undefined,
    status,
  };
  const options = { folder: root, trusted: true, log: silentLog, clock: systemClock };
  const parts = workspaceParts({ ...options, cacheDir: join(root, '.cache'), identity: 'scenario' });
  const connectToIt = () => connect({ kubeconfig: server.kubeconfig, log: silentLog });
  const workspace = openWorkspace({ ...parts, ...options, connect: connectToIt, clusters });
  onTestFinished(async () => {
    workspace.dispose();
    await server.dispose();
  });
  await workspace.clusters.refresh(signal);
  return workspace;
}
