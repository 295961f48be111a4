// A Git tree as entries in memory. Names that would be dangerous on a disk are refused by name, although nothing is ever
// checked out: what we accept, the real source-controller must be able to check out after a hand-over.
import type { TreeEntry } from '../tree.ts';
import { joinPath } from '../paths.ts';
import { GitError } from './gitError.ts';
import type { ObjectReader } from './objects.ts';

export interface TreeLimits {
  /** Most bytes of all files together. */
  readonly bytes: number;
  readonly files: number;
}

export const DEFAULT_LIMITS: TreeLimits = { bytes: 200 * 1024 * 1024, files: 100_000 };

export interface LoadedTree {
  readonly entries: ReadonlyMap<string, TreeEntry>;
  /** Submodules, which stand for nothing here. */
  readonly submodules: readonly Submodule[];
  readonly bytes: number;
}

/** The place of another repository's commit in a tree. */
export interface Submodule {
  readonly path: string;
  readonly commit: string;
}

/** Blobs by id, kept from one tree to the next so that a commit costs only what it changed. */
export type BlobCache = Map<string, Uint8Array>;

interface RawEntry {
  readonly mode: number;
  readonly name: string;
  readonly id: string;
}

const TYPE = 0o170000;
const DIRECTORY = 0o040000;
const LINK = 0o120000;
const SUBMODULE = 0o160000;

const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const asciiDecoder = new TextDecoder('latin1');

/**
 * Loads everything below a tree but the files that `skip` names (what the default excludes drop: images, archives).
 * `blobs` is left holding exactly what this tree holds.
 */
export async function loadTree(
  objects: ObjectReader,
  tree: string,
  options: { readonly skip: (path: string) => boolean; readonly limits: TreeLimits; readonly blobs: BlobCache },
  signal: AbortSignal,
): Promise<LoadedTree> {
  const entries = new Map<string, TreeEntry>();
  const submodules: Submodule[] = [];
  const used: BlobCache = new Map();
  let bytes = 0;

  async function blob(id: string): Promise<Uint8Array> {
    let content = used.get(id) ?? options.blobs.get(id);
    if (!content) content = (await objects.read(id)).bytes;
    used.set(id, content);
    return content;
  }

  async function load(id: string, folder: string): Promise<void> {
    signal.throwIfAborted();
    const object = await objects.read(id);
    if (object.type !== 'tree') throw new GitError('object-invalid', `object ${id} is a ${object.type}, not a tree`);
    for (const entry of parseTree(object.bytes, folder)) {
      const path = joinPath(folder, entry.name);
      const kind = kindOfMode(entry.mode);
      if (kind === 'directory') await load(entry.id, path);
      else if (kind === 'submodule') submodules.push({ path, commit: entry.id });
      else if (!options.skip(path)) {
        const content = await blob(entry.id);
        bytes += content.length;
        entries.set(path, kind === 'link' ? { link: new TextDecoder().decode(content) } : content);
      }
      if (bytes > options.limits.bytes || entries.size > options.limits.files) throw tooLarge(options.limits);
    }
  }

  await load(tree, '');
  options.blobs.clear();
  for (const [id, content] of used) options.blobs.set(id, content);
  return { entries, submodules, bytes };
}

export function tooLarge(limits: TreeLimits): GitError {
  return new GitError(
    'too-large',
    `the tree holds more than ${limits.files} files or ${limits.bytes / 1024 / 1024} MiB`,
  );
}

/** What an entry of a tree is; all that is nothing else is a file. */
export function kindOfMode(mode: number): 'file' | 'directory' | 'link' | 'submodule' {
  const type = mode & TYPE;
  return type === DIRECTORY ? 'directory' : type === LINK ? 'link' : type === SUBMODULE ? 'submodule' : 'file';
}

/** Reads the entries of a tree object and refuses what no checkout should make. */
export function parseTree(bytes: Uint8Array, folder: string): RawEntry[] {
  const entries: RawEntry[] = [];
  const seen = new Set<string>();
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at);
    const end = bytes.indexOf(0, space);
    if (space < 0 || end < 0 || end + 21 > bytes.length)
      throw new GitError('object-invalid', `the tree of "${folder}" is cut off`);
    const name = nameOf(bytes.subarray(space + 1, end), folder);
    const mode = Number.parseInt(asciiDecoder.decode(bytes.subarray(at, space)), 8);
    if (seen.has(name)) throw new GitError('tree-unsafe', `"${joinPath(folder, name)}" is there twice`);
    seen.add(name);
    entries.push({ mode, name, id: hex(bytes.subarray(end + 1, end + 21)) });
    at = end + 21;
  }
  return entries;
}

function nameOf(bytes: Uint8Array, folder: string): string {
  let name: string;
  try {
    name = strictDecoder.decode(bytes);
  } catch {
    throw new GitError('tree-unsafe', `a file name in "${folder}" is not UTF-8`);
  }
  if (isUnsafeName(name))
    throw new GitError('tree-unsafe', `the name ${JSON.stringify(joinPath(folder, name))} is not allowed in a source`);
  return name;
}

// Characters that HFS+ ignores in names.
const IGNORED_BY_HFS = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/** Names that lead out of a folder or into `.git`, on any of the usual file systems (git's verify_path and fsck). */
export function isUnsafeName(name: string): boolean {
  if (name === '' || name === '.' || name === '..' || /[/\\\0]/.test(name)) return true;
  const plain = name.replaceAll(IGNORED_BY_HFS, '').toLowerCase();
  const stem = plain.split(':')[0] ?? '';
  return /^\.git[ .]*$/.test(stem) || /^git~\d+[ .]*$/.test(stem);
}

function hex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}
