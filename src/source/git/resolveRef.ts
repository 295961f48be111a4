// Which commit a GitRepository's spec.ref means: commit before name, tag, semver and branch (fluxcd/pkg/git, Client.clone;
// Flux's own pages put semver before tag, its code does not).
import { newestMatching, readRange } from '../semver.ts';
import { GitError } from './gitError.ts';
import type { Refs } from './localRefs.ts';
import type { Commit } from './objects.ts';
import { isObjectId, isRefName } from './refName.ts';

/** spec.ref as it is written; the default branch of Flux is `master`. */
export interface RefSpec {
  readonly branch?: string | undefined;
  readonly tag?: string | undefined;
  readonly semver?: string | undefined;
  readonly name?: string | undefined;
  readonly commit?: string | undefined;
  /** Any of them, by git's own order of preference, as `git fetch` takes it; empty for HEAD. Before all others. */
  readonly revision?: string | undefined;
}

/** A repository that refs are resolved in: on disk, or fetched as far as it is asked for. */
export interface RefAccess {
  readonly refs: Refs;
  /** The commit that a ref leads to, through annotated tags. `id` is what `refs` holds for it. */
  commitOf(ref: string, id: string): Promise<Commit>;
  /** A commit by its id, if it is reached from the ref; from any, where there is none. */
  findCommit(id: string, ref: string | undefined): Promise<Commit | undefined>;
}

/** What a server says that an annotated tag leads to stands under its name with this behind it. */
export const PEELED = /\^\{\}$/;

export interface ResolvedRef {
  readonly commit: Commit;
  /** `main@sha1:...`, as Flux writes it. */
  readonly revision: string;
  /** The full ref that led to the commit; undefined where the commit was named by its id. */
  readonly ref?: string;
}

/** Resolves a spec. Throws GitError where a name cannot be one, or leads nowhere. */
export async function resolveRef(spec: RefSpec, access: RefAccess): Promise<ResolvedRef> {
  if (spec.revision !== undefined) return resolveRevision(spec.revision, access);
  if (spec.name !== undefined && /^\/|\/$/.test(spec.name))
    throw unresolved(`ref ${spec.name} is invalid; Git refs cannot begin or end with a slash '/'`);
  for (const name of [spec.branch, spec.tag, spec.name?.replace(PEELED, '')]) {
    if (name !== undefined && name !== '' && !isRefName(name))
      throw new GitError('ref-invalid', `${JSON.stringify(name)} is not a valid ref name`);
  }
  if (spec.commit) return resolveCommit(spec.commit, spec, access);
  if (spec.name) {
    // A name is a full ref: what HEAD leads to is not followed there.
    if (spec.name === 'HEAD') throw unresolved(`unable to resolve commit object for '${NO_ID}': object not found`);
    if (!access.refs.has(spec.name)) throw unresolved(`unable to resolve ref '${spec.name}' to a specific commit`);
    return resolveName(spec.name, spec.name, access);
  }
  if (spec.tag) return resolveName(`refs/tags/${spec.tag}`, spec.tag, access);
  if (spec.semver) return resolveSemver(spec.semver, access);
  const branch = spec.branch || 'master';
  return resolveName(`refs/heads/${branch}`, branch, access);
}

/** The revision says the name, else the branch, that stands beside the commit; only the branch must have it. */
async function resolveCommit(id: string, spec: RefSpec, access: RefAccess): Promise<ResolvedRef> {
  const branch = spec.branch || undefined;
  const label = spec.name || branch;
  const ref = branch === undefined ? undefined : `refs/heads/${branch}`;
  if (ref !== undefined && !access.refs.has(ref)) throw missing(ref);
  const commit = isObjectId(id) ? await access.findCommit(id, ref) : undefined;
  if (!commit) throw new GitError('commit-missing', `unable to resolve commit object for '${id}': object not found`);
  return { commit, revision: label === undefined ? `sha1:${id}` : `${label}@sha1:${id}` };
}

/** The prefixes that git tries in front of a name (ref_rev_parse_rules). */
const PREFIXES = ['', 'refs/', 'refs/tags/', 'refs/heads/'];

async function resolveRevision(revision: string, access: RefAccess): Promise<ResolvedRef> {
  const name = revision === '' ? 'HEAD' : revision;
  const ref = PREFIXES.map((prefix) => prefix + name).find((each) => access.refs.has(each));
  if (ref !== undefined) return resolveName(ref, name, access);
  if (isObjectId(name)) return resolveCommit(name, {}, access);
  throw missing(name);
}

async function resolveName(ref: string, label: string, access: RefAccess): Promise<ResolvedRef> {
  const id = access.refs.get(ref);
  if (id === undefined) throw missing(ref);
  const commit = await access.commitOf(ref, id);
  return { commit, revision: `${label}@sha1:${commit.id}`, ref };
}

const TAGS = 'refs/tags/';

/** Tags of the same version differ in their build metadata only: the newest commit wins. */
async function resolveSemver(range: string, access: RefAccess): Promise<ResolvedRef> {
  const read = readRange(range);
  if (typeof read === 'string') throw new GitError('semver-invalid', `semver parse error: ${read}`);
  const tags = [...access.refs.keys()]
    .filter((ref) => ref.startsWith(TAGS) && !ref.endsWith('^{}'))
    .map((ref) => ref.slice(TAGS.length));
  const candidates = await Promise.all(newestMatching(range, tags).map((tag) => resolveName(TAGS + tag, tag, access)));
  const [newest] = candidates.sort((a, b) => b.commit.time - a.commit.time);
  if (!newest) throw new GitError('semver-no-match', `no match found for semver: ${range}`);
  return newest;
}

const NO_ID = '0'.repeat(40);

/** What no clone was tried for. */
const unresolved = (message: string): GitError => new GitError('ref-unresolved', message);

function missing(ref: string): GitError {
  return new GitError('ref-missing', `couldn't find remote ref "${ref}"`);
}

/** Whether a commit is the tip or behind it. */
export async function isReached(id: string, tip: string, commit: (id: string) => Promise<Commit>): Promise<boolean> {
  const seen = new Set<string>();
  const open = [tip];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === id) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...(await commit(next)).parents);
  }
  return false;
}
