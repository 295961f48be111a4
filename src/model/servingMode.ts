// What of the open workspace a loop serves as its repository. Words and their reading only.

/** A branch of a remote as it was last fetched or pushed, as git names it: `origin/main`. */
export type RemoteBranch = `${string}/${string}`;

/** `head` is the last commit, `tree` the files as they are saved. */
export type ServingMode = 'head' | 'tree' | RemoteBranch;

/** The mode that a word of a command line or a setting means; undefined where it means none. */
export function readServingMode(word: string): ServingMode | undefined {
  if (word === 'head' || word === 'tree') return word;
  return /^[^/]+\/.+$/.test(word) ? (word as RemoteBranch) : undefined;
}

export function isRemoteBranch(mode: ServingMode): mode is RemoteBranch {
  return mode !== 'head' && mode !== 'tree';
}

/** As it is shown: `HEAD`, `working tree`, `origin/main`. */
export function printServingMode(mode: ServingMode): string {
  if (mode === 'head') return 'HEAD';
  return mode === 'tree' ? 'working tree' : mode;
}
