// Where GitRepositories are read from: the open workspace where the address is one of its remotes, else the network.
import type { Clock } from '../model/clock.ts';
import type { Log } from '../model/log.ts';
import type { Sources } from './deps.ts';

export interface SourcesOptions {
  /** The open repository. `head` follows commits, `tree` the files on disk. Without it everything is fetched. */
  readonly workspace?: { readonly root: string; readonly mode: 'head' | 'tree' };
  /** Where fetched repositories are kept. Without it nothing is fetched. */
  readonly cacheDir?: string;
  readonly log: Log;
  readonly clock: Clock;
}

export function createSources(options: SourcesOptions): Sources {
  throw new Error(`not built yet: ${options.cacheDir}`);
}
