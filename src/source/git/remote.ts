// Repositories that are fetched over HTTP into bare stores of our own, one folder for each address. Nothing is checked out;
// a store that was left broken is made again.
import { createHash, randomUUID } from 'node:crypto';
import * as nodeFs from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import git from 'isomorphic-git';
import type { HttpClient } from 'isomorphic-git';
import { defaultExcludes } from '../sourceignore.ts';
import { treeSnapshot } from '../tree.ts';
import type { TreeSnapshot } from '../tree.ts';
import { GitError } from './gitError.ts';
import { DEFAULT_HTTP_LIMITS, gitHttp } from './http.ts';
import { objectReader } from './objects.ts';
import type { Commit } from './objects.ts';
import { isReached, resolveRef } from './resolveRef.ts';
import type { RefSpec } from './resolveRef.ts';
import { DEFAULT_LIMITS, loadTree } from './tree.ts';
import type { BlobCache } from './tree.ts';

export interface Credentials {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly bearerToken?: string | undefined;
}

export interface RemoteTree {
  readonly snapshot: TreeSnapshot;
  readonly revision: string;
  readonly subject: string;
}

export interface ReadOptions {
  readonly credentials: Credentials;
  /** Paths that are left out of the tree. */
  readonly skip: (path: string) => boolean;
  /** Whether a redirect may lead to an address; to any where it is not given. */
  readonly mayFollow?: (url: URL) => boolean;
}

/** Reads the tree that a spec.ref of a remote repository means, without what Flux leaves out by default. */
export function readRemote(
  cacheDir: string,
  url: string,
  spec: RefSpec,
  credentials: Credentials,
  signal: AbortSignal,
): Promise<RemoteTree> {
  return readRemoteTree(cacheDir, url, spec, { credentials, skip: defaultExcludes() }, signal);
}

/** Reads the tree that a ref of a remote repository means. Fetches only what is not there from the last time. */
export async function readRemoteTree(
  cacheDir: string,
  url: string,
  spec: RefSpec,
  options: ReadOptions,
  signal: AbortSignal,
): Promise<RemoteTree> {
  if (!/^https?:\/\//i.test(url))
    throw new GitError(
      'unsupported-url',
      `only http and https repositories can be fetched, not ${url.split(':')[0] ?? ''}`,
    );
  const request = requestOf(url, options, signal);
  const advertised = await describe(() => git.listServerRefs({ ...request, protocolVersion: 1, forPush: false }));
  const refs = new Map(advertised.map((ref) => [ref.ref, ref.oid]));
  if (refs.size === 0) throw new GitError('empty-repository', 'git repository is empty');
  const gitdir = await storeOf(cacheDir, url);
  const read = async (id: string): Promise<Commit> => {
    const objects = objectReader(gitdir); // A new one each time: an old one does not see packs that came since.
    return objects.commit(await objects.peel(id));
  };
  const fetch = (how: { ref?: string; depth?: number }): Promise<unknown> =>
    describe(() =>
      git.fetch({
        fs: nodeFs,
        gitdir,
        ...request,
        remote: 'origin',
        singleBranch: how.ref !== undefined,
        tags: false,
        ...how,
      }),
    );

  const { commit, revision } = await resolveRef(spec, {
    refs,
    async commitOf(ref, id) {
      if (await isWhole(gitdir, id)) return read(id);
      await fetch({ ref, depth: 1 });
      return read(id);
    },
    async findCommit(id, ref) {
      if (await isWhole(gitdir, id)) return read(id);
      // A commit that is named by its id may be anywhere behind its branch: the whole branch is needed.
      await fetch({ ...(ref === undefined ? {} : { ref }), depth: WHOLE_HISTORY });
      const tips = ref === undefined ? [...refs.values()] : [refs.get(ref) ?? ''];
      for (const tip of tips) if (await isReached(id, (await read(tip)).id, read)) return read(id);
      return undefined;
    },
  });
  const blobs: BlobCache = new Map();
  const tree = await loadTree(
    objectReader(gitdir),
    commit.tree,
    { skip: options.skip, limits: DEFAULT_LIMITS, blobs },
    signal,
  );
  await markWhole(gitdir, refs, commit.id);
  return { snapshot: treeSnapshot(tree.entries, revision), revision, subject: commit.message.split('\n')[0] ?? '' };
}

type Request = Pick<Parameters<typeof git.fetch>[0], 'http' | 'headers' | 'onAuth'> & {
  readonly url: string;
  readonly http: HttpClient;
};

function requestOf(url: string, { credentials, mayFollow }: ReadOptions, signal: AbortSignal): Request {
  const headers: Record<string, string> =
    credentials.bearerToken === undefined ? {} : { Authorization: `Bearer ${credentials.bearerToken}` };
  const onAuth = (): { username: string; password: string; cancel: boolean } => ({
    username: credentials.username ?? '',
    password: credentials.password ?? '',
    cancel: credentials.username === undefined,
  });
  return { http: gitHttp(signal, DEFAULT_HTTP_LIMITS, mayFollow), url, headers, onAuth };
}

/** The bare store of an address. The folder's name is random; which one it is stands in a file of the cache. */
async function storeOf(cacheDir: string, url: string): Promise<string> {
  await mkdir(cacheDir, { recursive: true, mode: 0o700 });
  const pointer = join(cacheDir, `${createHash('sha256').update(url).digest('hex')}.store`);
  const known = await readFile(pointer, 'utf8').catch(() => '');
  if (/^[0-9a-f-]{36}$/.test(known) && nodeFs.existsSync(join(cacheDir, known, 'HEAD'))) return join(cacheDir, known);
  if (/^[0-9a-f-]{36}$/.test(known)) await rm(join(cacheDir, known), { recursive: true, force: true });
  const name = randomUUID();
  await git.init({ fs: nodeFs, gitdir: join(cacheDir, name), bare: true });
  await git.addRemote({ fs: nodeFs, gitdir: join(cacheDir, name), remote: 'origin', url });
  await writeFile(`${pointer}.new`, name, { mode: 0o600 });
  await rename(`${pointer}.new`, pointer);
  return join(cacheDir, name);
}

/** What git itself sends to make a shallow store a whole one. */
const WHOLE_HISTORY = 0x7fffffff;

const WHOLE = 'plumbline-whole';

/** Whether everything behind an object was read before: objects alone may be what a broken fetch left. */
async function isWhole(gitdir: string, id: string): Promise<boolean> {
  const known = await readFile(join(gitdir, WHOLE), 'utf8').catch(() => '');
  return known.split('\n').includes(id);
}

/** Remembers what was read whole, and the tags that lead to it. Moves only after everything of it was there. */
async function markWhole(gitdir: string, refs: ReadonlyMap<string, string>, commit: string): Promise<void> {
  const peeled = [...refs]
    .filter(([, id]) => id === commit)
    .map(([ref]) => refs.get(ref.replace(/\^\{\}$/, '')) ?? commit);
  const file = join(gitdir, WHOLE);
  await writeFile(`${file}.new`, [...new Set([commit, ...peeled])].join('\n'), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** Turns isomorphic-git's errors into ours, without its text about how to report a bug. */
async function describe<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof GitError) throw error;
    const code = (error as { code?: unknown }).code;
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    if (code === 'SmartHttpError')
      throw new GitError(
        'not-git',
        'the server does not answer as a Git server does: is the address right, or a login needed?',
      );
    if (code === 'HttpError') throw new GitError('network', message);
    if (code === 'UserCanceledError') throw new GitError('unauthorized', 'authentication required');
    if (typeof code === 'string' && code !== 'NotFoundError')
      throw new GitError('object-invalid', `what the server sent cannot be read: ${message}`);
    throw error;
  }
}
