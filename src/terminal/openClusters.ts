// The clusters with every provider that there is: one line each.
import { openClusters } from '../clusters/clusters.ts';
import type { Clusters } from '../clusters/clusters.ts';
import { embeddedProvider } from '../clusters/embedded.ts';
import type { SelfCommand } from '../clusters/embedded.ts';
import { homeFolder } from '../clusters/homeFolder.ts';
import { kindProvider } from '../clusters/kind.ts';

export interface ClusterOptions {
  /** The node image of kind clusters. */
  readonly image?: string;
}

export function clustersOf(env: NodeJS.ProcessEnv, self: SelfCommand, options: ClusterOptions = {}): Clusters {
  return openClusters(homeFolder(env), [embeddedProvider(self), kindProvider(options.image)]);
}

/** How this very program, a file, is started again. In the editor's own Node the environment says that it is to be one. */
export function selfCommand(program: string): SelfCommand {
  return {
    node: process.execPath,
    args: [program],
    ...(process.versions['electron'] === undefined ? {} : { env: { ELECTRON_RUN_AS_NODE: '1' } }),
  };
}
