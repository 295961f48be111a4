// Sources of which the open workspace can be held at a tree that was planned, instead of its commits. The hold ends with the
// next commit, where it is asked to; everything else is served as it is.
import { getString } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import type { FetchedSource, Sources } from '../reconcile/deps.ts';
import { directoriesOf } from '../reconcile/sources.ts';
import type { WorkspaceSources } from '../reconcile/sources.ts';
import { artifactOf } from '../source/artifact.ts';
import { GitError } from '../source/git/gitError.ts';
import { openRepository } from '../source/git/repository.ts';
import { loopRevision } from './plannedTree.ts';
import type { PlannedTree } from './plannedTree.ts';

export interface Pins {
  /** Serves this tree from now on. `commit`: until HEAD is another commit than now. */
  pin(tree: PlannedTree, until: 'commit' | 'release'): Promise<void>;
  /** Serves the workspace as it is again. Nothing happens where it is. */
  release(): void;
  /** Whether a revision is the tree that is served: its plan was confirmed, and named all that goes. */
  isPinned(revision: string): boolean;
  /** The tree that is served; undefined where the workspace itself is. */
  readonly pinned: PlannedTree | undefined;
}

export interface PinnedSources extends Sources, Pins {
  isLocal(repository: JsonObject): Promise<boolean>;
}

interface Pin {
  readonly tree: PlannedTree;
  readonly head: string | undefined;
  readonly until: 'commit' | 'release';
}

/** Puts the hold before the sources of the workspace at `root`, which are disposed with it. */
export function pinnedSources(sources: WorkspaceSources, root: string): PinnedSources {
  let pin: Pin | undefined;
  const release = (): void => {
    if (!pin) return;
    pin = undefined;
    sources.changed();
  };
  return {
    async fetch(repository, access, signal) {
      const held = pin;
      if (!held || !(await sources.isLocal(repository))) return sources.fetch(repository, access, signal);
      if (held.until === 'commit' && (await headOf(root)) !== held.head) {
        // Another GitRepository of the same workspace may have seen it first.
        if (pin === held) release();
        return sources.fetch(repository, access, signal);
      }
      return fetchPinned(held.tree, repository);
    },
    isLocal: (repository) => sources.isLocal(repository),
    onChange: (listener) => sources.onChange(listener),
    pin: async (tree, until) => {
      pin = { tree, until, head: await headOf(root) };
      sources.changed();
    },
    release,
    isPinned: (revision) => pin !== undefined && loopRevision(pin.tree) === revision,
    get pinned() {
      return pin?.tree;
    },
    dispose: () => sources.dispose(),
  };
}

function fetchPinned(tree: PlannedTree, repository: JsonObject): FetchedSource {
  const revision = loopRevision(tree);
  const ignore = getString(repository, 'spec', 'ignore');
  const artifact = artifactOf(tree.snapshot, ignore, revision, directoriesOf(repository));
  return { ...artifact, revision, subject: undefined, local: true };
}

/** The commit that is checked out; undefined where there is none. */
async function headOf(root: string): Promise<string | undefined> {
  try {
    return (await (await openRepository(root)).refs()).head;
  } catch (error) {
    if (error instanceof GitError) return undefined;
    throw error;
  }
}
