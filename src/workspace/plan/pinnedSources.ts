// Sources of which the open workspace can be held at a tree that was planned, instead of what is served of it. The hold ends
// when that moves on (a commit, a save, a push), where it is asked to; everything else is served as it is.
import type { JsonObject } from '../../model/json.ts';
import { isRemoteBranch } from '../../model/servingMode.ts';
import type { FetchedSource, Sources } from '../../reconcile/deps.ts';
import type { FluxEntry } from '../../reconcile/entry/fluxEntry.ts';
import { archiveOf } from '../../reconcile/gitRepository/sources.ts';
import type { Workspace, WorkspaceSources } from '../../reconcile/gitRepository/sources.ts';
import { diskSnapshot } from '../../source/disk.ts';
import { GitError } from '../../source/git/gitError.ts';
import { openRepository } from '../../source/git/repository.ts';
import type { Included } from '../../source/include.ts';
import { loopRevision } from './plannedTree.ts';
import type { PlannedTree } from './plannedTree.ts';

export interface Pins {
  /** Serves this tree from now on. `moved`: until what is served otherwise is another than now. `entry`: what a loop begins with. */
  pin(tree: PlannedTree, until: 'moved' | 'release', entry?: FluxEntry): Promise<void>;
  /** Serves the workspace as it is again. Nothing happens where it is. */
  release(): void;
  /** Whether a revision is the tree that is served: its plan was confirmed, and named all that goes. */
  isPinned(revision: string): boolean;
  /** The tree that is served; undefined where the workspace itself is. */
  readonly pinned: PlannedTree | undefined;
  /** The same with its entry, where that was told: enough for another loop to go on with it. */
  readonly held: { readonly tree: PlannedTree; readonly entry: FluxEntry } | undefined;
}

export interface PinnedSources extends Sources, Pins {
  isLocal(repository: JsonObject): Promise<boolean>;
}

interface Pin {
  readonly tree: PlannedTree;
  readonly entry: FluxEntry | undefined;
  /** What was served when it began. */
  readonly served: string | undefined;
  readonly until: 'moved' | 'release';
}

/** Puts the hold before the sources of a workspace, which are disposed with it. */
export function pinnedSources(sources: WorkspaceSources, workspace: Workspace): PinnedSources {
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
      if (held.until === 'moved' && (await servedOf(workspace)) !== held.served) {
        // Another GitRepository of the same workspace may have seen it first.
        if (pin === held) release();
        return sources.fetch(repository, access, signal);
      }
      return fetchPinned(held.tree, repository, (await access.includes?.()) ?? []);
    },
    isLocal: (repository) => sources.isLocal(repository),
    onChange: (listener) => sources.onChange(listener),
    pin: async (tree, until, entry) => {
      pin = { tree, until, entry, served: await servedOf(workspace) };
      sources.changed();
    },
    release,
    isPinned: (revision) => pin !== undefined && loopRevision(pin.tree) === revision,
    get pinned() {
      return pin?.tree;
    },
    get held() {
      return pin?.entry && { tree: pin.tree, entry: pin.entry };
    },
    dispose: () => sources.dispose(),
  };
}

function fetchPinned(tree: PlannedTree, repository: JsonObject, includes: readonly Included[]): FetchedSource {
  const revision = loopRevision(tree);
  const artifact = archiveOf(tree.snapshot, revision, repository, includes);
  return { ...artifact, revision, subject: undefined, local: true };
}

/** The commit, or the files, that are served of a workspace; undefined where there are none. */
async function servedOf({ root, mode }: Workspace): Promise<string | undefined> {
  if (mode === 'tree') return diskSnapshot(root).revision;
  try {
    const { head, refs } = await (await openRepository(root)).refs();
    return isRemoteBranch(mode) ? refs.get(`refs/remotes/${mode}`) : head;
  } catch (error) {
    if (error instanceof GitError) return undefined;
    throw error;
  }
}
