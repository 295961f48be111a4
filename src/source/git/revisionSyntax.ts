// What a person calls a revision on a command line, as git reads it: HEAD, a branch, a tag, a remote branch, an id or the
// beginning of one, with `~` and `^` behind. Not what spec.ref means: see resolveRef.ts.
import * as nodeFs from 'node:fs';
import git from 'isomorphic-git';
import { GitError } from './gitError.ts';
import type { Commit } from './objects.ts';
import { isObjectId } from './refName.ts';
import type { LocalRepository } from './repository.ts';
import type { ResolvedRef } from './resolveRef.ts';

/** git's own order of preference (ref_rev_parse_rules). */
const PREFIXES = ['', 'refs/', 'refs/tags/', 'refs/heads/', 'refs/remotes/'];

/** The commit that a revision means. Throws GitError where there is none. */
export async function resolveRevision(repository: LocalRepository, text: string): Promise<ResolvedRef> {
  const [, left, right] = /^(.*)\.\.\.(.*)$/s.exec(text) ?? [];
  if (left !== undefined && right !== undefined) return mergeBase(repository, left, right);
  const [, base = '', steps = ''] = /^(.*?)((?:[~^]\d*)*)$/s.exec(text) ?? [];
  const start = await resolveBase(repository, base, text);
  if (steps === '') return start;
  let { commit } = start;
  for (const [, mark, number] of steps.matchAll(/([~^])(\d*)/g))
    commit = await step(repository, commit, mark === '~', number === '' ? 1 : Number(number), text);
  return { commit, revision: `sha1:${commit.id}` };
}

/** Where two revisions parted, as `git diff A...B` has it. Of several such commits one. */
async function mergeBase(repository: LocalRepository, left: string, right: string): Promise<ResolvedRef> {
  const [a, b] = [await resolveRevision(repository, left), await resolveRevision(repository, right)];
  const oids = [a.commit.id, b.commit.id];
  const found: readonly string[] = await git.findMergeBase({ fs: nodeFs, gitdir: repository.gitdir, oids });
  const [base] = found;
  if (base !== undefined) return named(repository, base, undefined);
  throw new GitError('ref-missing', `"${left || 'HEAD'}" and "${right || 'HEAD'}" have no commit in common`);
}

async function resolveBase(repository: LocalRepository, base: string, text: string): Promise<ResolvedRef> {
  const { refs, head, branch } = await repository.refs();
  if (base === '' || base === '@' || base === 'HEAD') {
    if (head === undefined) throw new GitError('empty-repository', 'the repository has no commit yet');
    return named(repository, head, branch?.replace(/^refs\/heads\//, ''));
  }
  const ref = PREFIXES.map((prefix) => prefix + base).find((name) => refs.has(name));
  if (ref !== undefined)
    return named(repository, refs.get(ref) ?? '', base.replace(/^refs\/(heads|tags|remotes)\//, ''));
  const id = isObjectId(base) ? base : await expanded(repository, base);
  if (id === undefined) throw missing(text);
  try {
    return await named(repository, id, undefined);
  } catch (error) {
    if (error instanceof GitError && error.code === 'object-missing') throw missing(text);
    throw error;
  }
}

async function named(repository: LocalRepository, id: string, name: string | undefined): Promise<ResolvedRef> {
  const commit = await repository.commit(id);
  return { commit, revision: `${name === undefined ? '' : `${name}@`}sha1:${commit.id}` };
}

async function expanded({ gitdir }: LocalRepository, short: string): Promise<string | undefined> {
  if (!/^[0-9a-f]{4,39}$/i.test(short)) return undefined;
  try {
    return await git.expandOid({ fs: nodeFs, gitdir, oid: short.toLowerCase() });
  } catch {
    return undefined; // None, or several: either way it names no commit.
  }
}

async function step(
  repository: LocalRepository,
  from: Commit,
  back: boolean,
  number: number,
  text: string,
): Promise<Commit> {
  if (number === 0) return from;
  let at = from;
  for (let left = back ? number : 1; left > 0; left--) {
    const parent = at.parents[back ? 0 : number - 1];
    if (parent === undefined) throw missing(text);
    at = await repository.commit(parent);
  }
  return at;
}

function missing(text: string): GitError {
  return new GitError('ref-missing', `no commit, branch or tag "${text}" in the repository`);
}
