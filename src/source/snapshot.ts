// The one read-only file system that the build sees: disk, unsaved buffers over disk, a Git tree, an artifact. Synchronous
// on purpose: a build is a pure function of a snapshot. Paths are relative to the snapshot's root, with `/`, without a
// leading `/` or `./`, and never leave the root; the root itself is the empty string.

export type EntryKind = 'file' | 'directory';

export interface Snapshot {
  /** What was read, in Flux's form (`main@sha1:4f2c...`) for a Git tree; a content hash form for a working tree. */
  readonly revision: string;
  /** What stands at a path after symbolic links were followed inside the root; undefined where there is nothing. */
  kind(path: string): EntryKind | undefined;
  /** The text of a file (UTF-8; a byte order mark is kept). Undefined where there is no such file. */
  text(path: string): string | undefined;
  /** The bytes of a file, for generators of binary data. */
  bytes(path: string): Uint8Array | undefined;
  /** Names in a directory, sorted by code unit; empty where there is none. */
  list(path: string): readonly string[];
  /** Where a path leads after symbolic links, where the snapshot has them; undefined where nothing stands. */
  real?(path: string): string | undefined;
  /** Whether a symbolic link stands at a path, wherever it leads, where the snapshot has links. */
  isLink?(path: string): boolean;
}
