// Which commit a GitRepository's spec.ref means: commit before name, semver, tag and branch (source-controller's order).
import { isObjectId, isRefName } from './refName.ts';
import { GitError } from './gitError.ts';
import type { Refs } from './localRefs.ts';
import { newestMatching } from '../semver.ts';

/** spec.ref as it is written; the default branch of Flux is `master`. */
export interface RefSpec {
  readonly branch?: string | undefined;
  readonly tag?: string | undefined;
  readonly semver?: string | undefined;
  readonly name?: string | undefined;
  readonly commit?: string | undefined;
}

export interface WantedRef {
  /** The full name of the ref to fetch. */
  readonly ref: string;
  /** The commit that must be reached from it. */
  readonly commit?: string;
  /** Whether the revision is written with the full name (`refs/heads/main@sha1:...`), as for spec.ref.name. */
  readonly absolute: boolean;
}

/** The ref that a spec asks for. Throws GitError where a name cannot be one, or no tag matches. */
export function wantedRef(spec: RefSpec, refs: () => Iterable<string>): WantedRef {
  for (const name of [spec.branch, spec.tag, spec.name]) {
    if (name !== undefined && name !== '' && !isRefName(name)) throw new GitError('ref-invalid', `${JSON.stringify(name)} is not a valid ref name`);
  }
  const branch = `refs/heads/${spec.branch || 'master'}`;
  if (spec.commit) {
    if (!isObjectId(spec.commit)) throw new GitError('ref-invalid', `${JSON.stringify(spec.commit)} is not a commit id`);
    return { ref: branch, commit: spec.commit, absolute: false };
  }
  if (spec.name) return { ref: spec.name, absolute: true };
  if (spec.semver) return { ref: tagOf(spec.semver, refs()), absolute: false };
  if (spec.tag) return { ref: `refs/tags/${spec.tag}`, absolute: false };
  return { ref: branch, absolute: false };
}

function tagOf(range: string, refs: Iterable<string>): string {
  const tags = [...refs].filter((ref) => ref.startsWith('refs/tags/') && !ref.endsWith('^{}')).map((ref) => ref.slice('refs/tags/'.length));
  const found = newestMatching(range, tags);
  if (found === undefined) throw new GitError('ref-missing', `no match found for semver: ${range}`);
  return `refs/tags/${found}`;
}

/** `main@sha1:...`: the revision as Flux writes it. */
export function revisionOf(wanted: WantedRef, commit: string): string {
  if (wanted.commit !== undefined && wanted.ref === 'refs/heads/master') return `sha1:${commit}`;
  const name = wanted.absolute ? wanted.ref : wanted.ref.split('/').slice(2).join('/');
  return name === '' ? `sha1:${commit}` : `${name}@sha1:${commit}`;
}

/** The object that a ref names among local refs. */
export function lookUp(refs: Refs, wanted: WantedRef): string {
  const id = wanted.commit ?? refs.get(wanted.ref);
  if (id === undefined) throw new GitError('ref-missing', `couldn't find remote ref "${wanted.ref}"`);
  return id;
}
