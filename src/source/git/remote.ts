// Repositories that are fetched into bare stores of our own, one folder for each address. Nothing is checked out; a store
// that was left broken is made again.
import { defaultExcludes } from '../sourceignore.ts';
import { treeSnapshot } from '../tree.ts';
import type { TreeEntry, TreeSnapshot } from '../tree.ts';
import { anonymous } from './connection.ts';
import { repositoryUrl } from '../fetch/allowedHosts.ts';
import { GitError, redactUrl } from './gitError.ts';
import { objectReader } from './objects.ts';
import type { Commit, ObjectReader } from './objects.ts';
import type { Refs } from './localRefs.ts';
import { isObjectId } from './refName.ts';
import { isReached, PEELED, resolveRef } from './resolveRef.ts';
import type { RefSpec, ResolvedRef } from './resolveRef.ts';
import { discardStore, isKept, isWhole, lockOf, markWhole, storeOf } from './store.ts';
import { withStoreLock } from './storeLock.ts';
import { addSubmodules, GITMODULES } from './submodules.ts';
import { transportOf } from './openTransport.ts';
import type { Transport, TransportOptions } from './transport.ts';
import { commitBefore, isRewritten } from './rewritten.ts';
import { DEFAULT_LIMITS, loadTree } from './tree.ts';
import type { LoadedTree } from './tree.ts';
import type { Signed } from './verify.ts';

export type { Credentials } from './transport.ts';

export interface RemoteTree {
  readonly snapshot: TreeSnapshot;
  readonly revision: string;
  readonly subject: string;
  /** Submodules that stand for nothing in the tree. */
  readonly submodules: readonly string[];
  /** The commit, and the tag that led to it, as they were signed. */
  readonly signed: Signed;
  /** The branch left the revision that was read before aside; absent where that cannot be told. */
  readonly rewritten?: boolean | undefined;
}

export interface ReadOptions extends TransportOptions {
  /** Paths that are left out of the tree. */
  readonly skip: (path: string) => boolean;
  /** Whether the trees of submodules are part of the tree. */
  readonly submodules?: 'fetch' | 'leave';
  /** The revision that was read before. */
  readonly before?: string | undefined;
}

/** Reads the tree that a spec.ref of a remote repository means, without what Flux leaves out by default. */
export function readRemote(
  cacheDir: string,
  url: string,
  spec: RefSpec,
  options: Omit<ReadOptions, 'skip'>,
  signal: AbortSignal,
): Promise<RemoteTree> {
  return readRemoteTree(cacheDir, url, spec, { ...options, skip: defaultExcludes() }, signal);
}

/** Reads the tree that a ref of a remote repository means. Fetches only what is not there from the last time. */
export async function readRemoteTree(
  cacheDir: string,
  url: string,
  spec: RefSpec,
  options: ReadOptions,
  signal: AbortSignal,
): Promise<RemoteTree> {
  const { tree, resolved, signed, rewritten } = await readCommit(cacheDir, url, spec, options, signal);
  const entries = new Map(tree.entries);
  let left = tree.submodules.map(({ path }) => path);
  if (options.submodules === 'fetch') left = await fetchSubmodules(cacheDir, url, entries, tree, options, signal);
  if (options.skip(GITMODULES)) entries.delete(GITMODULES);
  const { commit, revision } = resolved;
  return {
    snapshot: treeSnapshot(entries, revision),
    revision,
    subject: commit.message.split('\n')[0] ?? '',
    submodules: left,
    signed,
    rewritten,
  };
}

function fetchSubmodules(
  cacheDir: string,
  url: string,
  entries: Map<string, TreeEntry>,
  tree: LoadedTree,
  options: ReadOptions,
  signal: AbortSignal,
): Promise<string[]> {
  return addSubmodules(entries, tree, url, (address, id) => readSubmodule(cacheDir, url, address, id, options, signal));
}

/** The commit of a submodule of the repository at `url`. Throws GitError where its address is not allowed. */
export async function readSubmodule(
  cacheDir: string,
  url: string,
  address: string,
  id: string,
  options: ReadOptions,
  signal: AbortSignal,
): Promise<LoadedTree> {
  const at = repositoryUrl(address);
  if (options.mayFollow && !(at && options.mayFollow(at))) throw notAllowed(address);
  // What logs in at one host is not shown to another.
  const { connection } = options.credentials;
  const credentials =
    hostOf(address) === hostOf(url) ? options.credentials : connection ? { connection: anonymous(connection) } : {};
  return (await readCommit(cacheDir, address, { commit: id }, { ...options, credentials }, signal)).tree;
}

export function notAllowed(address: string): GitError {
  return new GitError('unsupported-url', `the submodule's address ${redactUrl(address)} is not allowed`);
}

function hostOf(url: string): string {
  return URL.canParse(url) ? `${new URL(url).protocol}//${new URL(url).host}` : url;
}

interface ReadCommit {
  readonly tree: LoadedTree;
  readonly resolved: ResolvedRef;
  readonly signed: Signed;
  readonly rewritten: boolean | undefined;
}

function readCommit(
  cacheDir: string,
  url: string,
  spec: RefSpec,
  options: ReadOptions,
  signal: AbortSignal,
): Promise<ReadCommit> {
  const lock = lockOf(cacheDir, url);
  return withStoreLock(lock, () => readAlone(cacheDir, url, spec, options, signal), signal);
}

async function readAlone(
  cacheDir: string,
  url: string,
  spec: RefSpec,
  options: ReadOptions,
  signal: AbortSignal,
): Promise<ReadCommit> {
  const transport = transportOf(url, options, signal);
  const wasKept = isKept(cacheDir, url);
  const gitdir = await storeOf(cacheDir, url);
  // A commit that is here whole needs no server.
  const isHere = isObjectId(spec.revision ?? '') && (await isWhole(gitdir, spec.revision ?? ''));
  const refs = isHere ? new Map() : await refsOf(transport);
  try {
    return await readFrom(gitdir, spec, refs, transport, options, signal);
  } catch (error) {
    if (!wasKept || signal.aborted || !mayBeDamage(error)) throw error;
    // What was kept may have rotted: without it the answer is the server's alone.
    await discardStore(cacheDir, url);
    const anew = isHere ? await refsOf(transport) : refs;
    return readFrom(await storeOf(cacheDir, url), spec, anew, transport, options, signal);
  }
}

async function refsOf(transport: Transport): Promise<Refs> {
  const refs = await transport.refs();
  if (refs.size === 0) throw new GitError('empty-repository', 'git repository is empty');
  return refs;
}

/** Objects that are missing or cannot be read, and what the Git library does not expect at all; no failure of network or disk. */
function mayBeDamage(error: unknown): boolean {
  if (error instanceof GitError) return error.code === 'object-missing' || error.code === 'object-invalid';
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return !['ENOSPC', 'EDQUOT', 'EFBIG', 'EACCES', 'EPERM', 'EROFS', 'EMFILE', 'ENFILE'].includes(code);
}

async function readFrom(
  gitdir: string,
  spec: RefSpec,
  refs: Refs,
  transport: Transport,
  options: ReadOptions,
  signal: AbortSignal,
): Promise<ReadCommit> {
  const resolved = await resolveRemote(spec, refs, transport, gitdir);
  const skip = (path: string): boolean => path !== GITMODULES && options.skip(path);
  const objects = objectReader(gitdir);
  const tree = await loadTree(
    objects,
    resolved.commit.tree,
    { skip, limits: DEFAULT_LIMITS, blobs: new Map() },
    signal,
  );
  const tip = refs.get((resolved.ref ?? '').replace(PEELED, ''));
  await markWhole(gitdir, tip === undefined ? [resolved.commit.id] : [resolved.commit.id, tip]);
  const rewritten = await wasRewritten(options.before, resolved, transport, gitdir);
  return { tree, resolved, signed: await signedBy(objects, resolved, tip), rewritten };
}

/** So far back a branch is looked at where more than one commit came: one further request. */
const LOOKED_BACK = 50;

async function wasRewritten(
  old: string | undefined,
  { commit, ref, revision }: ResolvedRef,
  transport: Transport,
  gitdir: string,
): Promise<boolean | undefined> {
  const before = commitBefore(old, revision);
  if (before === undefined || ref?.startsWith('refs/heads/') !== true || commit.parents.includes(before)) return false;
  try {
    await transport.fetch(gitdir, { ref, depth: LOOKED_BACK });
    const objects = objectReader(gitdir);
    return await isRewritten(before, commit, (id) => objects.commit(id), LOOKED_BACK);
  } catch (error) {
    // The revision is here; what was before it is only told.
    if (error instanceof GitError) return undefined;
    throw error;
  }
}

const TAGS = 'refs/tags/';

async function signedBy(objects: ObjectReader, { commit, ref }: ResolvedRef, tip: string | undefined): Promise<Signed> {
  const object = await objects.read(commit.id);
  if (tip === undefined || ref?.startsWith(TAGS) !== true) return { commit: { id: commit.id, object } };
  const name = ref.slice(TAGS.length).replace(PEELED, '');
  const tag = await objects.read(tip);
  return {
    commit: { id: commit.id, object },
    tag: { name, id: tip, object: tag.type === 'tag' ? tag : undefined },
  };
}

/** What git itself sends to make a shallow store a whole one. */
const WHOLE_HISTORY = 0x7fffffff;

async function resolveRemote(
  spec: RefSpec,
  refs: ReadonlyMap<string, string>,
  transport: Transport,
  gitdir: string,
): Promise<ResolvedRef> {
  const read = async (id: string): Promise<Commit> => {
    const objects = objectReader(gitdir); // A new one each time: an old one does not see packs that came since.
    return objects.commit(await objects.peel(id));
  };
  return resolveRef(spec, {
    refs,
    async commitOf(ref, id) {
      if (await isWhole(gitdir, id)) return read(id);
      await transport.fetch(gitdir, { ref: ref.replace(PEELED, ''), depth: 1 });
      return read(id);
    },
    async findCommit(id, ref) {
      if (await isWhole(gitdir, id)) return read(id);
      if (spec.revision !== undefined && (await fetchAlone(transport, gitdir, id))) {
        const alone = await read(id).catch(ifMissing);
        if (alone) return alone;
      }
      // A commit that is named by its id may be anywhere behind its branch: the whole branch is needed.
      await transport.fetch(gitdir, { ...(ref === undefined ? {} : { ref }), depth: WHOLE_HISTORY });
      const tips = ref === undefined ? [...refs.values()] : [refs.get(ref) ?? ''];
      for (const tip of tips) {
        const commit = await read(tip).catch(ifMissing); // Tags are not fetched with the branches.
        if (commit && (await isReached(id, commit.id, read))) return read(id);
      }
      return undefined;
    },
  });
}

/** Asks for a commit itself, which most servers give, as \`git fetch --depth=1\` does. Says whether it came. */
async function fetchAlone(transport: Transport, gitdir: string, id: string): Promise<boolean> {
  try {
    await transport.fetch(gitdir, { ref: id, depth: 1 });
    return true;
  } catch (error) {
    if (error instanceof GitError && error.code !== 'timeout') return false;
    throw error;
  }
}

function ifMissing(error: unknown): undefined {
  if (!(error instanceof GitError) || error.code !== 'object-missing') throw error;
}
