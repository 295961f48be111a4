// Where recorded scenarios are played: an API server with Flux's definitions and our loop on it.
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../../src/kube/connect.ts';
import type { KubeClient } from '../../../src/kube/client.ts';
import { systemClock } from '../../../src/model/clock.ts';
import { silentLog } from '../../../src/model/log.ts';
import { bootstrap } from '../../../src/reconcile/entry/bootstrap.ts';
import { createLoop } from '../../../src/reconcile/loop.ts';
import type { LoopOptions } from '../../../src/reconcile/deps.ts';
import type { FluxLoop } from '../../../src/reconcile/loop.ts';
import { fluxStages } from '../../../src/reconcile/stages.ts';
import { builtinSchemas } from '../../../src/schema/builtin.ts';
import { fluxCrds } from '../../../src/schema/data/flux-crds.ts';
import { findOracle } from '../../real/oracle.ts';
import { recordedRepositories } from './repositories.ts';
import type { Repositories } from './repositories.ts';

export interface Stage {
  readonly client: KubeClient;
  readonly loop: FluxLoop;
  readonly repositories: Repositories;
  readonly kubeconfig: string;
  dispose(): Promise<void>;
}

interface Server {
  readonly kubeconfig: string;
  dispose(): Promise<void> | void;
}

/** The embedded server, or a real control plane with PLUMBLINE_TEST_SERVER=real. Undefined where that is missing. */
async function startServer(): Promise<Server | undefined> {
  if (process.env['PLUMBLINE_TEST_SERVER'] === 'real') {
    const { startControlPlane } = await import('../../real/controlPlane.ts');
    const plane = await startControlPlane(AbortSignal.timeout(120_000));
    return plane && withControllers(plane);
  }
  const { startApiServer } = await import('../../../src/apiserver/server.ts');
  const { deployments } = await import('../../../src/apiserver/controllers/deployment.ts');
  const { replicaSets } = await import('../../../src/apiserver/controllers/replicaSet.ts');
  const server = await startApiServer({
    dataDir: mkdtempSync(join(tmpdir(), 'plumbline-flux-server-')),
    log: silentLog,
    clock: systemClock,
    // As the recorder's cluster: no kubelet, no Jobs, no volumes.
    controllers: [replicaSets, deployments],
  });
  return { kubeconfig: server.kubeconfigPath, dispose: () => server.dispose() };
}

/** The controllers that the recorder had beside the API server. */
function withControllers(plane: { kubeconfig: string; dispose(): Promise<void> }): Server {
  const program = findOracle('kube-controller-manager');
  const controllers =
    '--controllers=namespace-controller,garbage-collector-controller,deployment-controller,replicaset-controller';
  const manager = program
    ? spawn(program, ['--kubeconfig', plane.kubeconfig, '--leader-elect=false', '--secure-port=0', controllers], {
        stdio: 'ignore',
      })
    : undefined;
  return {
    kubeconfig: plane.kubeconfig,
    async dispose() {
      manager?.kill('SIGKILL');
      await plane.dispose();
    },
  };
}

/** Judging is left to the server, as upstream does: its words are what was recorded. */
export async function openStage(settings: LoopOptions): Promise<Stage | undefined> {
  const server = await startServer();
  if (!server) return undefined;
  const client = await connect({ kubeconfig: server.kubeconfig, log: silentLog });
  const signal = AbortSignal.timeout(120_000);
  await bootstrap(client, fluxCrds(), undefined, signal);
  const repositories = recordedRepositories(mkdtempSync(join(tmpdir(), 'plumbline-flux-git-')));
  const stages = { ...fluxStages(builtinSchemas()), validate: () => [] };
  const loop = createLoop({
    client,
    sources: repositories,
    stages,
    log: silentLog,
    clock: systemClock,
    options: { requeueDependencyMs: 5000, cancelHealthCheckOnNewRevision: false, ...settings },
  });
  await loop.start(signal);
  return {
    client,
    loop,
    repositories,
    kubeconfig: server.kubeconfig,
    async dispose() {
      loop.dispose();
      repositories.dispose();
      client.dispose();
      await server.dispose();
    },
  };
}
