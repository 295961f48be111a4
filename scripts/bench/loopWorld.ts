// Where the loop's benchmarks happen: a real control plane with Flux's definitions, a Git server, a client, and one engine that has
// reconciled something already, so that its start is nobody's time.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../src/kube/connect.ts';
import type { KubeClient } from '../../src/kube/client.ts';
import { silentLog } from '../../src/model/log.ts';
import { startControlPlane } from '../../test/real/controlPlane.ts';
import type { ControlPlane } from '../../test/real/controlPlane.ts';
import { installFluxDefinitions } from '../../test/real/fluxControllers.ts';
import { startGitServer } from '../../test/real/gitServer.ts';
import type { GitServer } from '../../test/real/gitServer.ts';
import type { Engine, StartEngine } from './loopEngines.ts';
import { createFlux, settled } from './loopObjects.ts';
import { makeRepository } from './loopRepository.ts';

export interface World {
  /** A folder of its own; the Git server serves the bare repositories in it. */
  readonly root: string;
  readonly plane: ControlPlane;
  readonly git: GitServer;
  readonly client: KubeClient;
  readonly engine: Engine;
  dispose(): Promise<void>;
}

/** The number of an object that is a ConfigMap. */
const CONFIG_MAP = 2;

/** Undefined where a program is missing. */
export async function openWorld(start: StartEngine): Promise<World | undefined> {
  const root = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
  const plane = await startControlPlane();
  if (!plane || !installFluxDefinitions(plane.kubeconfig)) {
    await plane?.dispose();
    rmSync(root, { recursive: true, force: true });
    return undefined;
  }
  const git = await startGitServer(root);
  const client = await connect({ kubeconfig: plane.kubeconfig, log: silentLog });
  const engine = await start(plane.kubeconfig, join(root, 'home'));
  const dispose = async (): Promise<void> => {
    await engine?.dispose();
    client.dispose();
    await git.dispose();
    await plane.dispose();
    rmSync(root, { recursive: true, force: true });
  };
  if (!engine) {
    await dispose();
    return undefined;
  }
  const world = { root, plane, git, client, engine, dispose };
  try {
    await warmUp(world);
    return world;
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function warmUp({ root, git, client }: World): Promise<void> {
  const revision = makeRepository(root, 'warm-up', CONFIG_MAP).commit(1, 0, 0);
  await createFlux(client, 'warm-up', `${git.url}/warm-up.git`);
  await settled(client, 'warm-up', revision, undefined);
}
