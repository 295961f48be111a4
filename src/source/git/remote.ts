// Repositories that are fetched over HTTP into bare stores of our own, one folder for each address. Nothing is checked out;
// a store that was left broken is made again.
import { createHash, randomUUID } from 'node:crypto';
import * as nodeFs from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import git from 'isomorphic-git';
import { defaultExcludes } from '../sourceignore.ts';
import { treeSnapshot } from '../tree.ts';
import type { TreeSnapshot } from '../tree.ts';
import { GitError } from './gitError.ts';
import { gitHttp } from './http.ts';
import { objectReader } from './objects.ts';
import { revisionOf, wantedRef } from './resolveRef.ts';
import type { RefSpec, WantedRef } from './resolveRef.ts';
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

/** Reads the tree that a ref of a remote repository names. Fetches only what changed since the last time. */
export async function readRemote(cacheDir: string, url: string, spec: RefSpec, credentials: Credentials, signal: AbortSignal): Promise<RemoteTree> {
  if (!/^https?:\/\//i.test(url)) throw new GitError('unsupported-url', `only http and https repositories can be fetched, not ${url.split(':')[0] ?? ''}`);
  const http = gitHttp(signal);
  const headers: Record<string, string> = credentials.bearerToken === undefined ? {} : { Authorization: `Bearer ${credentials.bearerToken}` };
  const onAuth = (): { username: string; password: string; cancel?: boolean } => ({
    username: credentials.username ?? '',
    password: credentials.password ?? '',
    cancel: credentials.username === undefined,
  });
  const advertised = await describe(() => git.listServerRefs({ http, url, headers, onAuth, protocolVersion: 1, forPush: false }));
  const heads = new Map(advertised.map((ref) => [ref.ref, ref.oid]));
  if (heads.size === 0) throw new GitError('empty-repository', 'git repository is empty');
  const wanted = wantedRef(spec, () => heads.keys());
  const id = heads.get(wanted.ref);
  if (id === undefined) throw new GitError('ref-missing', `couldn't find remote ref "${wanted.ref}"`);
  const gitdir = await storeOf(cacheDir, url);
  const target = wanted.commit ?? id;
  try {
    return await readStore(gitdir, target, wanted, signal);
  } catch (error) {
    if (!(error instanceof GitError) || (error.code !== 'object-missing' && error.code !== 'object-invalid')) throw error;
  }
  await describe(() =>
    // A commit that is named by its id may be anywhere behind the branch: the whole branch is needed then.
    git.fetch({ fs: nodeFs, gitdir, http, url, headers, onAuth, ref: wanted.ref, singleBranch: true, tags: false, ...(wanted.commit ? {} : { depth: 1 }) }),
  );
  const tree = await readStore(gitdir, target, wanted, signal);
  await markVerified(gitdir, wanted, target);
  return tree;
}

async function readStore(gitdir: string, id: string, wanted: WantedRef, signal: AbortSignal): Promise<RemoteTree> {
  const objects = objectReader(gitdir);
  const commit = await objects.commit(await objects.peel(id));
  const blobs: BlobCache = new Map();
  const tree = await loadTree(objects, commit.tree, { skip: defaultExcludes(), limits: DEFAULT_LIMITS, blobs }, signal);
  const revision = revisionOf(wanted, commit.id);
  return { snapshot: treeSnapshot(tree.entries, revision), revision, subject: commit.message.split('\n')[0] ?? '' };
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
  await writeFile(`${pointer}.new`, name, { mode: 0o600 });
  await rename(`${pointer}.new`, pointer);
  return join(cacheDir, name);
}

/** What was read whole, last. Moves only after everything of it was there. */
async function markVerified(gitdir: string, wanted: WantedRef, id: string): Promise<void> {
  const file = join(gitdir, 'plumbline-verified');
  await writeFile(`${file}.new`, `${id} ${wanted.ref}\n`, { mode: 0o600 });
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
    if (code === 'SmartHttpError') throw new GitError('not-git', 'the server does not answer as a Git server does: is the address right, or a login needed?');
    if (code === 'HttpError') throw new GitError('network', message);
    if (code === 'UserCanceledError') throw new GitError('unauthorized', 'authentication required');
    if (typeof code === 'string' && code !== 'NotFoundError') throw new GitError('object-invalid', `what the server sent cannot be read: ${message}`);
    throw error;
  }
}
