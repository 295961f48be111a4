// Brings what builds want from elsewhere, as far as the user has allowed it: files and repositories from hosts that are on
// the list, charts through the helm program. Everything goes to a cache of our own; the user's folders are not written to.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GitError, redactUrl } from '../git/gitError.ts';
import { gitHttp } from '../git/http.ts';
import { objectReader } from '../git/objects.ts';
import { readLocalRefs } from '../git/localRefs.ts';
import { notAllowed, readRemoteTree, readSubmodule } from '../git/remote.ts';
import type { ReadOptions, RemoteTree } from '../git/remote.ts';
import { isReached, resolveRef } from '../git/resolveRef.ts';
import { addSubmodules } from '../git/submodules.ts';
import { DEFAULT_LIMITS, loadTree } from '../git/tree.ts';
import type { LoadedTree } from '../git/tree.ts';
import { treeSnapshot } from '../tree.ts';
import type { Fetch, Fetched, Wanted, WantedFile, WantedRepository } from '../wanted.ts';
import { isAllowedHost, refusedHost, repositoryUrl } from './allowedHosts.ts';
import { createHelm } from './helm.ts';

export interface FetchOptions {
  /** Host names, `host:port`, `*.domain`, or `file` for repositories on this machine. */
  readonly allowedHosts: readonly string[];
  /** The helm program, where the user allows it to be run. */
  readonly helm?: string;
  /** A folder of our own for what was fetched. */
  readonly cacheDir: string;
}

const FILE_LIMITS = { firstByteMs: 30_000, idleMs: 30_000, bytes: 32 * 1024 * 1024, retries: 3, retryMs: 200 };

/** A fetcher under the user's permissions. */
export function createFetch(options: FetchOptions): Fetch {
  const mayFollow = (url: URL): boolean => isAllowedHost(url, options.allowedHosts);
  const helm = createHelm(options, mayFollow);
  return async (wanted, signal) => {
    try {
      if (wanted.kind === 'file') return await fetchFile(wanted, mayFollow, signal);
      if (wanted.kind === 'repository') return await fetchRepository(wanted, options.cacheDir, mayFollow, signal);
      return wanted.kind === 'chart' ? await helm.pull(wanted, signal) : await helm.template(wanted, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof GitError)) throw error;
      return { kind: 'failed', reason: reasonOf(error, wanted) };
    }
  };
}

/** The transport under isomorphic-git words a missing address for repositories. */
function reasonOf({ code, message }: GitError, wanted: Wanted): string {
  if (code === 'not-found')
    return wanted.kind === 'file' ? 'the server has no such file (404)' : 'there is no such repository';
  const overHttp = wanted.kind !== 'repository' || /^https?:/i.test(wanted.url);
  return code === 'unauthorized' && overHttp ? 'the server asks for a login, and none is sent' : message;
}

async function fetchFile({ url }: WantedFile, mayFollow: (url: URL) => boolean, signal: AbortSignal): Promise<Fetched> {
  if (!URL.canParse(url)) return { kind: 'failed', reason: 'this is not an address' };
  const at = new URL(url);
  if (!mayFollow(at)) return refusedHost(at);
  const answer = await gitHttp(signal, FILE_LIMITS, mayFollow).request({ url: at.href });
  if (answer.statusCode < 200 || answer.statusCode > 299)
    return { kind: 'failed', reason: `${at.host} answered ${answer.statusCode} ${answer.statusMessage}` };
  const parts: Uint8Array[] = [];
  for await (const part of answer.body ?? []) parts.push(part);
  return { kind: 'text', text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.concat(parts)) };
}

async function fetchRepository(
  wanted: WantedRepository,
  cacheDir: string,
  mayFollow: (url: URL) => boolean,
  signal: AbortSignal,
): Promise<Fetched> {
  const at = repositoryUrl(wanted.url);
  if (!at) return { kind: 'failed', reason: `${redactUrl(wanted.url)} is not an address` };
  if (!mayFollow(at)) return refusedHost(at);
  const late = AbortSignal.timeout(wanted.timeoutMs);
  try {
    return await readRepository(
      wanted,
      at,
      { cacheDir: join(cacheDir, 'git'), mayFollow },
      AbortSignal.any([signal, late]),
    );
  } catch (error) {
    if (!late.aborted || signal.aborted) throw error;
    const seconds = wanted.timeoutMs / 1000;
    return {
      kind: 'failed',
      reason: `it took longer than ${seconds} s: give it more time with ?timeout=${Math.ceil(seconds * 4)}`,
    };
  }
}

interface Reach {
  readonly cacheDir: string;
  readonly mayFollow: (url: URL) => boolean;
}

async function readRepository(
  { url, ref, submodules }: WantedRepository,
  at: URL,
  { cacheDir, mayFollow }: Reach,
  signal: AbortSignal,
): Promise<Fetched> {
  const options = {
    credentials: {},
    skip: () => false,
    mayFollow,
    submodules: submodules ? 'fetch' : 'leave',
  } as const;
  const { snapshot, submodules: left } =
    at.protocol === 'file:'
      ? await readLocal(at, ref, cacheDir, options, signal)
      : await readRemoteTree(cacheDir, url, { revision: ref }, options, signal);
  const [first] = left;
  if (submodules && first !== undefined)
    return { kind: 'failed', reason: `.gitmodules says no address of its submodule '${first}'` };
  return { kind: 'tree', snapshot };
}

/** A repository on this machine, bare or with a work tree, is read where it is. */
async function readLocal(
  at: URL,
  ref: string,
  cacheDir: string,
  options: ReadOptions,
  signal: AbortSignal,
): Promise<Pick<RemoteTree, 'snapshot' | 'submodules'>> {
  const { tree, revision } = await readLocalCommit(fileURLToPath(at), ref, signal);
  const entries = new Map(tree.entries);
  if (options.submodules !== 'fetch')
    return { snapshot: treeSnapshot(entries, revision), submodules: tree.submodules.map(({ path }) => path) };
  const left = await addSubmodules(entries, tree, at.href, async (address, commit) => {
    const from = repositoryUrl(address);
    if (from?.protocol !== 'file:') return readSubmodule(cacheDir, at.href, address, commit, options, signal);
    if (options.mayFollow?.(from) === false) throw notAllowed(address);
    return (await readLocalCommit(fileURLToPath(from), commit, signal)).tree;
  });
  return { snapshot: treeSnapshot(entries, revision), submodules: left };
}

async function readLocalCommit(
  folder: string,
  ref: string,
  signal: AbortSignal,
): Promise<{ readonly tree: LoadedTree; readonly revision: string }> {
  const gitdir = existsSync(join(folder, '.git')) ? join(folder, '.git') : folder;
  if (!existsSync(join(gitdir, 'HEAD'))) throw new GitError('not-a-repository', `${folder} is not a Git repository`);
  const objects = objectReader(gitdir);
  const commitOf = async (id: string): ReturnType<typeof objects.commit> => objects.commit(await objects.peel(id));
  const { refs, head } = await readLocalRefs(gitdir);
  const known = new Map(refs);
  if (head !== undefined) known.set('HEAD', head);
  const { commit, revision } = await resolveRef(
    { revision: ref },
    {
      refs: known,
      commitOf: (_, id) => commitOf(id),
      async findCommit(id) {
        for (const tip of known.values())
          if (await isReached(id, (await commitOf(tip)).id, commitOf)) return commitOf(id);
        return undefined;
      },
    },
  );
  const tree = await loadTree(
    objects,
    commit.tree,
    { skip: () => false, limits: DEFAULT_LIMITS, blobs: new Map() },
    signal,
  );
  return { tree, revision };
}
