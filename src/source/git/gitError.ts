// What can be wrong with a repository, in words for a person. Codes are for programs; messages never hold credentials.

export type GitErrorCode =
  | 'not-a-repository'
  | 'unsupported-repository'
  | 'empty-repository'
  | 'ref-invalid'
  | 'ref-missing'
  | 'ref-unresolved'
  | 'commit-missing'
  | 'semver-no-match'
  | 'semver-invalid'
  | 'object-missing'
  | 'object-invalid'
  | 'tree-unsafe'
  | 'too-large'
  | 'unsupported-url'
  | 'unauthorized'
  | 'not-found'
  | 'not-git'
  | 'timeout'
  | 'network';

export class GitError extends Error {
  readonly code: GitErrorCode;

  constructor(code: GitErrorCode, message: string) {
    super(message);
    this.name = 'GitError';
    this.code = code;
  }
}

/** A URL without its credentials, for messages. */
export function redactUrl(url: string): string {
  return url.replace(/^([a-z+]+:\/\/)[^/@]*@/i, '$1');
}
