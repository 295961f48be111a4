// Where GitRepositories are read from: the open workspace where the address is one of its remotes, else the network. The
// workspace is served as it is at HEAD, at a branch of a remote, or as its files are on disk.
import { watch } from 'node:fs';
import type { Clock } from '../../model/clock.ts';
import type { Disposable } from '../../model/disposable.ts';
import { DisposableStore } from '../../model/disposable.ts';
import { Emitter } from '../../model/event.ts';
import { getPath, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Log } from '../../model/log.ts';
import { isRemoteBranch } from '../../model/servingMode.ts';
import type { RemoteBranch, ServingMode } from '../../model/servingMode.ts';
import { artifactOf } from '../../source/artifact.ts';
import type { Artifact } from '../../source/artifact.ts';
import { diskSnapshot } from '../../source/disk.ts';
import { GitError, redactUrl } from '../../source/git/gitError.ts';
import type { GitErrorCode } from '../../source/git/gitError.ts';
import { readRemote } from '../../source/git/remote.ts';
import type { Credentials } from '../../source/git/remote.ts';
import type { Refs } from '../../source/git/localRefs.ts';
import { openRepository } from '../../source/git/repository.ts';
import { refuseSparse } from '../../source/git/sparse.ts';
import type { LocalRepository } from '../../source/git/repository.ts';
import type { RefSpec, ResolvedRef } from '../../source/git/resolveRef.ts';
import { commitBefore, isRewritten } from '../../source/git/rewritten.ts';
import { IncludeError, withIncludes } from '../../source/include.ts';
import type { Included } from '../../source/include.ts';
import { watchHead } from '../../source/git/watch.ts';
import { sparseDirectories, sparseTree } from '../../source/sparse.ts';
import type { TreeSnapshot } from '../../source/tree.ts';
import { Unreadable } from '../../source/unreadable.ts';
import { SourceError } from '../deps.ts';
import type { FetchedSource, SourceAccess, Sources, Verified } from '../deps.ts';
import { lacksOf } from './lacks.ts';
import { verifySource } from './verification.ts';
import { WORKSPACE_HOST } from '../entry/workspaceOrigin.ts';

export interface Workspace {
  readonly root: string;
  readonly mode: ServingMode;
}

export interface SourcesOptions {
  /** The open repository. Without it everything is fetched. */
  readonly workspace?: Workspace;
  /** Where fetched repositories are kept. Without it nothing is fetched. */
  readonly cacheDir?: string;
  readonly log: Log;
  readonly clock: Clock;
}

/** Sources that know which workspace is open. */
export interface WorkspaceSources extends Sources {
  /** Says that files of the workspace were saved, where no watch says it. */
  changed(): void;
  /** Whether a GitRepository is served from the workspace. */
  isLocal(repository: JsonObject): Promise<boolean>;
}

interface Tree {
  readonly snapshot: TreeSnapshot;
  readonly revision: string;
  readonly subject: string | undefined;
  /** Submodules whose trees are not in the snapshot. */
  readonly submodules: readonly string[];
  readonly verified?: Verified | undefined;
  /** See {@link FetchedSource}. */
  readonly rewritten?: boolean | undefined;
}

const SAVE_SETTLE_MS = 100;

export function createSources(options: SourcesOptions): WorkspaceSources {
  const store = new DisposableStore();
  const changes = store.add(new Emitter<(repository: JsonObject) => boolean>());
  const { workspace } = options;
  let local: Promise<Local> | undefined;
  let known: Local | undefined;

  async function openLocal(): Promise<Local | undefined> {
    if (!workspace) return undefined;
    local ??= openWorkspace(workspace, options.log);
    known = await local;
    return known;
  }

  const changed = (): void => changes.emit((repository) => known !== undefined && serves(known, repository));
  if (workspace) store.add(follow(workspace, options.clock, changed));

  return {
    async fetch(repository, access, signal) {
      const opened = await openLocal();
      const isLocal = opened !== undefined && serves(opened, repository);
      const credentials = isLocal ? {} : await loginOf(options, repository, access);
      const includes = (await access.includes?.()) ?? [];
      const tree = isLocal
        ? await readLocal(opened, repository, signal)
        : await fetchRemote(options, repository, credentials, access, signal);
      const { snapshot, digest, size } = archiveOf(tree.snapshot, tree.revision, repository, includes);
      return {
        snapshot,
        revision: tree.revision,
        subject: tree.subject,
        digest,
        size,
        local: isLocal,
        lacks: lacksOf(tree, snapshot),
        verified: tree.verified,
        rewritten: tree.rewritten === true,
      } satisfies FetchedSource;
    },
    isLocal: async (repository) => {
      const opened = await openLocal();
      return opened !== undefined && serves(opened, repository);
    },
    onChange: (listener) => changes.on(listener),
    changed,
    dispose: () => store.dispose(),
  };
}

interface Local {
  readonly workspace: Workspace;
  /** Undefined where the folder is no repository that can be read: only the working tree is there then. */
  readonly repository: LocalRepository | undefined;
  readonly problem: GitError | undefined;
  readonly remotes: readonly string[];
}

async function openWorkspace(workspace: Workspace, log: Log): Promise<Local> {
  try {
    const repository = await openRepository(workspace.root);
    const remotes = await repository.remotes();
    return { workspace, repository, problem: undefined, remotes: remotes.map((remote) => addressOf(remote.url)) };
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    log.warn('git', error.message);
    return { workspace, repository: undefined, problem: error, remotes: [] };
  }
}

/** A workspace serves the addresses of its remotes and those made for it; one without a remote serves every address. */
function serves(local: Local, repository: JsonObject): boolean {
  const address = addressOf(getString(repository, 'spec', 'url') ?? '');
  return local.remotes.length === 0 || local.remotes.includes(address) || address.startsWith(`${WORKSPACE_HOST}/`);
}

/** The same repository by any of its addresses: host and path, without scheme, user, port of ssh and `.git`. */
export function addressOf(url: string): string {
  const scp = /^(?:[^@/]+@)?([^:/]+):(?!\/)(.+)$/.exec(url);
  const plain = scp ? `${scp[1] ?? ''}/${scp[2] ?? ''}` : url.replace(/^[a-z+]+:\/\//i, '').replace(/^[^@/]*@/, '');
  const [host = '', ...path] = plain.split('/').filter((part) => part !== '');
  return [host.toLowerCase().replace(/:(22|80|443)$/, ''), ...path].join('/').replace(/\.git$/, '');
}

async function readLocal(local: Local, repository: JsonObject, signal: AbortSignal): Promise<Tree> {
  if (local.workspace.mode === 'tree') {
    await withReason(repository, () => refuseSparse(local.workspace.root));
    const snapshot = diskSnapshot(local.workspace.root);
    return { snapshot, revision: `worktree@${snapshot.revision}`, subject: undefined, submodules: [] };
  }
  return withReason(repository, async () => {
    if (!local.repository)
      throw local.problem ?? new GitError('not-a-repository', `${local.workspace.root} is not a Git repository`);
    const { commit, revision } = await localCommit(local.repository, local.workspace.mode, repository);
    const { snapshot, submodules } = await local.repository.tree(commit, revision, signal);
    if (submodules.length > 0 && submodulesOf(repository) === 'fetch')
      throw new GitError('unsupported-repository', NO_LOCAL_SUBMODULES);
    const rewritten = isPinned(refSpecOf(repository))
      ? false
      : await wasRewritten(local.repository, servedBefore(repository), commit, revision);
    return { snapshot, revision, subject: subjectOf(commit.message), submodules, rewritten };
  });
}

const servedBefore = (repository: JsonObject): string | undefined =>
  getString(repository, 'status', 'artifact', 'revision');

/** How many commits are looked through for the one that was served before. */
const LOOKED_BACK = 1_000;

function wasRewritten(
  { commit: read }: LocalRepository,
  old: string | undefined,
  commit: ResolvedRef['commit'],
  revision: string,
): Promise<boolean | undefined> {
  const before = commitBefore(old, revision);
  return before === undefined ? Promise.resolve(false) : isRewritten(before, commit, read, LOOKED_BACK);
}

/** A branch means what the person chose to serve, whatever its name: what is checked out now, or a branch of a remote. */
async function localCommit(local: LocalRepository, mode: ServingMode, repository: JsonObject): Promise<ResolvedRef> {
  const spec = refSpecOf(repository);
  if (isPinned(spec)) return local.resolve(spec);
  const { refs, branch, head } = await local.refs();
  if (isRemoteBranch(mode)) {
    const commit = await local.commit(remoteHead(mode, refs));
    return { commit, revision: `${mode.slice(mode.indexOf('/') + 1)}@sha1:${commit.id}` };
  }
  if (head === undefined) throw new GitError('empty-repository', 'git repository is empty');
  const commit = await local.commit(head);
  return {
    commit,
    revision: branch === undefined ? `sha1:${commit.id}` : `${branch.replace(/^refs\/heads\//, '')}@sha1:${commit.id}`,
  };
}

const isPinned = ({ commit, name, semver, tag }: RefSpec): boolean => Boolean(commit || name || semver || tag);

/** Where the branch was when it was last fetched or pushed. */
function remoteHead(branch: RemoteBranch, refs: Refs): string {
  const id = refs.get(`refs/remotes/${branch}`);
  if (id !== undefined) return id;
  throw new GitError('ref-missing', `the workspace knows no branch ${branch} of a remote: "git fetch" brings it`);
}

/** The login, where anything may be fetched at all. */
async function loginOf(
  { cacheDir }: SourcesOptions,
  repository: JsonObject,
  { credentials }: SourceAccess,
): Promise<Credentials> {
  if (cacheDir !== undefined) return credentials();
  const url = redactUrl(getString(repository, 'spec', 'url') ?? '');
  throw new SourceError('GitOperationFailed', `'${url}' is not the open workspace, and fetching is off`);
}

async function fetchRemote(
  { cacheDir = '' }: SourcesOptions,
  repository: JsonObject,
  credentials: Credentials,
  access: SourceAccess,
  signal: AbortSignal,
): Promise<Tree> {
  const url = getString(repository, 'spec', 'url') ?? '';
  const how = { credentials, submodules: submodulesOf(repository), before: servedBefore(repository) };
  const read = await withReason(repository, () => readRemote(cacheDir, url, refSpecOf(repository), how, signal));
  return { ...read, verified: await verifySource(repository, read.signed, access, signal) };
}

/** What becomes of a tree by the spec of a GitRepository. Throws SourceError in the words of source-controller. */
export function archiveOf(
  whole: TreeSnapshot,
  revision: string,
  repository: JsonObject,
  includes: readonly Included[],
): Artifact {
  const ignore = getString(repository, 'spec', 'ignore');
  const { tree, missing } = sparseTree(whole, sparseDirectories(repository));
  if (missing !== undefined)
    throw new SourceError(
      'GitOperationFailed',
      `failed to sparse checkout directories : sparse checkout dir '${missing}' does not exist in repository`,
    );
  if (includes.length === 0) return artifactOf(tree, ignore, revision);
  try {
    return artifactOf(withIncludes(tree, includes), ignore, revision);
  } catch (error) {
    if (!(error instanceof IncludeError || error instanceof Unreadable)) throw error;
    throw new SourceError('CopyFailure', error.message, false, 'StorageOperationFailed');
  }
}

/** Says failures as source-controller does. */
async function withReason<T>(repository: JsonObject, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    if (error.code === 'empty-repository') throw new SourceError('EmptyGitRepository', error.message);
    throw gitFailure(error, getString(repository, 'spec', 'url') ?? '');
  }
}

/** They say by themselves what was tried. */
const WHOLE = new Set<GitErrorCode>(['commit-missing', 'ref-unresolved', 'semver-invalid', 'semver-no-match']);

/** A git failure in the words of source-controller. */
export function gitFailure(error: GitError, url: string): SourceError {
  const whole = WHOLE.has(error.code);
  const message = whole ? error.message : `unable to clone '${redactUrl(url)}': ${error.message}`;
  return new SourceError('GitOperationFailed', `failed to checkout and determine revision: ${message}`);
}

const NO_LOCAL_SUBMODULES =
  'spec.recurseSubmodules is not read from the commits of the open workspace: serve the working tree';

function submodulesOf(repository: JsonObject): 'fetch' | 'leave' {
  return getPath(repository, 'spec', 'recurseSubmodules') === true ? 'fetch' : 'leave';
}

/** spec.ref of a GitRepository. */
export function refSpecOf(repository: JsonObject): RefSpec {
  const field = (name: string): string | undefined => getString(repository, 'spec', 'ref', name);
  return {
    branch: field('branch'),
    tag: field('tag'),
    semver: field('semver'),
    name: field('name'),
    commit: field('commit'),
  };
}

function subjectOf(message: string): string {
  return message.split('\n')[0] ?? '';
}

function follow(workspace: Workspace, clock: Clock, changed: () => void): Disposable {
  if (workspace.mode !== 'tree') return watchHead(`${workspace.root}/.git`, clock, changed);
  let cancel: (() => void) | undefined;
  try {
    const watcher = watch(workspace.root, { recursive: true, persistent: false }, (_, name) => {
      if (name !== null && /^(\.git|node_modules)([/\\]|$)/.test(name)) return;
      cancel?.();
      cancel = clock.after(SAVE_SETTLE_MS, changed);
    });
    watcher.on('error', () => watcher.close());
    return { dispose: () => (cancel?.(), watcher.close()) };
  } catch {
    return { dispose: () => undefined }; // No watch on this platform: `changed` is called by who saves.
  }
}
