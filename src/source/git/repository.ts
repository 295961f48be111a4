// The user's own repository: what its HEAD, refs and remotes say, and its trees as snapshots. Reads only; what it cannot
// read it says up front.
import * as nodeFs from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import git from 'isomorphic-git';
import { treeSnapshot } from '../tree.ts';
import type { TreeSnapshot } from '../tree.ts';
import { defaultExcludes } from '../sourceignore.ts';
import { GitError } from './gitError.ts';
import { readLocalRefs } from './localRefs.ts';
import type { LocalRefs } from './localRefs.ts';
import { objectReader } from './objects.ts';
import type { Commit } from './objects.ts';
import { isReached, resolveRef } from './resolveRef.ts';
import type { RefSpec, ResolvedRef } from './resolveRef.ts';
import { DEFAULT_LIMITS, loadTree } from './tree.ts';
import type { BlobCache } from './tree.ts';

export interface Remote {
  readonly name: string;
  readonly url: string;
}

export interface LocalRepository {
  /** The folder that holds `.git`. */
  readonly root: string;
  readonly gitdir: string;
  refs(): Promise<LocalRefs>;
  remotes(): Promise<readonly Remote[]>;
  /** The commit behind an object id, through annotated tags. */
  commit(id: string): Promise<Commit>;
  /** The first-parent history of a commit, newest first. */
  log(id: string, limit: number): Promise<readonly Commit[]>;
  /** The commit that a spec.ref means in this repository. */
  resolve(spec: RefSpec): Promise<ResolvedRef>;
  /** The whole tree of a commit, without what the default excludes drop. */
  snapshot(commit: Commit, revision: string, signal: AbortSignal): Promise<TreeSnapshot>;
  /** The same, and the paths of the submodules, which stand for nothing in it. */
  tree(commit: Commit, revision: string, signal: AbortSignal): Promise<CommitTree>;
}

export interface CommitTree {
  readonly snapshot: TreeSnapshot;
  readonly submodules: readonly string[];
}

/** Opens the repository in `root`. Throws GitError where it is none, or of a kind that cannot be read. */
export async function openRepository(root: string): Promise<LocalRepository> {
  const gitdir = join(root, '.git');
  await refuseUnsupported(root, gitdir);
  let objects = objectReader(gitdir);
  const blobs: BlobCache = new Map();
  const commits = new Map<string, Commit>();

  async function commit(id: string): Promise<Commit> {
    let found = commits.get(id);
    if (!found) {
      found = await objects.commit(await objects.peel(id));
      commits.set(id, found);
    }
    return found;
  }

  async function findCommit(id: string, tips: readonly string[]): Promise<Commit | undefined> {
    for (const tip of tips) if (await isReached(id, (await commit(tip)).id, commit)) return commit(id);
    return undefined;
  }

  async function tree(from: Commit, revision: string, signal: AbortSignal): Promise<CommitTree> {
    const options = { skip: defaultExcludes(), limits: DEFAULT_LIMITS, blobs };
    const { entries, submodules } = await loadTree(objects, from.tree, options, signal);
    return { snapshot: treeSnapshot(entries, revision), submodules: submodules.map(({ path }) => path) };
  }

  return {
    root,
    gitdir,
    refs: () => readLocalRefs(gitdir),
    async remotes() {
      const found = await git.listRemotes({ fs: nodeFs, gitdir });
      return found.map(({ remote, url }) => ({ name: remote, url }));
    },
    async commit(id) {
      try {
        return await commit(id);
      } catch (error) {
        if (!(error instanceof GitError) || error.code !== 'object-missing') throw error;
        objects = objectReader(gitdir); // A repack moves objects to packs that the old reader has not seen.
        return commit(id);
      }
    },
    async log(id, limit) {
      const found: Commit[] = [];
      for (let next: string | undefined = id; next !== undefined && found.length < limit;) {
        const one: Commit = await commit(next);
        found.push(one);
        next = one.parents[0];
      }
      return found;
    },
    async resolve(spec) {
      const { refs } = await readLocalRefs(gitdir);
      return resolveRef(spec, {
        refs,
        commitOf: (_, id) => commit(id),
        findCommit: (id, ref) => findCommit(id, ref === undefined ? [...refs.values()] : [refs.get(ref) ?? '']),
      });
    },
    snapshot: async (from, revision, signal) => (await tree(from, revision, signal)).snapshot,
    tree,
  };
}

async function refuseUnsupported(root: string, gitdir: string): Promise<void> {
  const found = await stat(gitdir).catch(() => undefined);
  if (!found) throw new GitError('not-a-repository', `${root} is not a Git repository`);
  const refuse = (what: string): never => {
    throw new GitError(
      'unsupported-repository',
      `${root} is ${what}, which cannot be read yet: use a plain clone, or the working tree`,
    );
  };
  if (!found.isDirectory()) refuse('a linked worktree or a submodule');
  const config = (await readFile(join(gitdir, 'config'), 'utf8').catch(() => '')).toLowerCase();
  if (/^\s*objectformat\s*=\s*sha256/m.test(config)) refuse('a SHA-256 repository');
  if (/^\s*refstorage\s*=\s*reftable/m.test(config)) refuse('a repository with the reftable format');
  if (/^\s*(promisor\s*=\s*true|partialclone(filter)?\s*=)/m.test(config)) refuse('a partial clone');
  if (await exists(join(gitdir, 'objects', 'info', 'alternates')))
    refuse('a clone that shares the objects of another (alternates)');
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
