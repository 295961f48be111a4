// Who reconciles in the loop's benchmarks: `plumbline run` of the bundle, and Flux's real controllers.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ended } from '../../test/real/ended.ts';
import { startFluxControllers } from '../../test/real/fluxControllers.ts';
import { spawnLoop } from '../../test/real/loopProcess.ts';

export const cli = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'dist', 'cli.cjs');

/** Who reconciles. */
export interface Engine {
  readonly name: string;
  readonly pids: readonly number[];
  dispose(): Promise<void>;
}

export type StartEngine = (kubeconfig: string, home: string) => Promise<Engine | undefined>;

export const startTheirs: StartEngine = async (kubeconfig) => {
  const flux = await startFluxControllers(kubeconfig);
  return flux && { name: 'theirs', pids: flux.pids, dispose: () => flux.dispose() };
};

export const startOurs: StartEngine = async (kubeconfig, home) => {
  const loop = spawnLoop({ program: 'bundle', kubeconfig, home });
  return {
    name: 'ours',
    pids: loop.pid === undefined ? [] : [loop.pid],
    dispose: () => ended(loop),
  };
};
