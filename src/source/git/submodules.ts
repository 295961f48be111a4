// Submodules: where .gitmodules says that a gitlink's commit is found, and the trees of them put into the tree that names
// them. As go-git's recursive clone does it; reads nothing itself.
import { joinPath } from '../paths.ts';
import type { TreeEntry } from '../tree.ts';
import { GitError, redactUrl } from './gitError.ts';
import { DEFAULT_LIMITS, tooLarge } from './tree.ts';
import type { LoadedTree } from './tree.ts';

export const GITMODULES = '.gitmodules';

/** go-git's DefaultSubmoduleRecursionDepth. */
const DEPTH_LIMIT = 10;

/**
 * Puts the trees of all submodules into `entries`; `read` brings a commit of an address. Gives back the submodules that
 * .gitmodules says nothing of: they stand for nothing, as for git.
 */
export async function addSubmodules(
  entries: Map<string, TreeEntry>,
  tree: LoadedTree,
  url: string,
  read: (url: string, commit: string) => Promise<LoadedTree>,
): Promise<string[]> {
  const left: string[] = [];
  let { bytes } = tree;

  async function add(into: LoadedTree, at: string, base: string, depth: number): Promise<void> {
    const text = into.entries.get(GITMODULES);
    const urls = parseGitmodules(text instanceof Uint8Array ? new TextDecoder().decode(text) : '');
    for (const { path, commit } of into.submodules) {
      const whole = joinPath(at, path);
      const written = urls.get(path);
      if (written === undefined) {
        left.push(whole);
        continue;
      }
      if (depth >= DEPTH_LIMIT)
        throw new GitError('unsupported-repository', `submodule "${whole}" is nested more than ${DEPTH_LIMIT} deep`);
      const address = submoduleUrl(base, written);
      const inner = await named(whole, () => read(address, commit));
      bytes += inner.bytes;
      for (const [name, entry] of inner.entries) if (name !== GITMODULES) entries.set(joinPath(whole, name), entry);
      if (bytes > DEFAULT_LIMITS.bytes || entries.size > DEFAULT_LIMITS.files) throw tooLarge(DEFAULT_LIMITS);
      await add(inner, whole, address, depth + 1);
    }
  }

  await add(tree, '', url, 0);
  return left;
}

async function named<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw new GitError(error.code, `submodule "${path}": ${error.message}`);
  }
}

/** The addresses of submodules by their paths (git-config(5), as far as git writes .gitmodules). */
export function parseGitmodules(text: string): Map<string, string> {
  const urls = new Map<string, string>();
  let path: string | undefined;
  let url: string | undefined;
  const close = (): void => {
    if (path !== undefined && url !== undefined) urls.set(path.replace(/\/$/, ''), url);
    path = url = undefined;
  };
  for (const line of text.split('\n')) {
    if (/^\s*\[/.test(line)) close();
    const [, key = '', value = ''] = /^\s*(path|url)\s*=\s*(.*?)\s*$/i.exec(line) ?? [];
    const plain = value.replace(/^"(.*)"$/, '$1').replaceAll(/\\(["\\])/g, '$1');
    if (key.toLowerCase() === 'path') path = plain;
    else if (key.toLowerCase() === 'url') url = plain;
  }
  close();
  return urls;
}

/** The address of a submodule; one that starts with `./` or `../` is relative to that of its parent (gitmodules(5)). */
export function submoduleUrl(parent: string, url: string): string {
  if (!/^\.\.?(\/|$)/.test(url)) return url;
  const [, root, folder] =
    /^([a-z+]+:\/\/[^/]*)(\/.*)?$/i.exec(parent) ?? /^((?:[^@/]+@)?[^:/]+:)(.*)$/.exec(parent) ?? [];
  if (root === undefined) throw new GitError('unsupported-url', `${redactUrl(url)} is relative to no address`);
  const parts = (folder ?? '').split('/').filter((part) => part !== '');
  for (const part of url.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined)
      throw new GitError('unsupported-url', `the submodule's address ${redactUrl(url)} leads out of its server`);
  }
  const isAbsolute = root.includes('://') || folder?.startsWith('/') === true;
  return `${root}${isAbsolute ? '/' : ''}${parts.join('/')}`;
}
