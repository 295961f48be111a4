// Files on disk with unsaved buffers over them, read when asked and kept until told that they changed. Writes nothing,
// and follows symbolic links only inside the root.
import { lstatSync, readFileSync, readdirSync, realpathSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { join, relative, sep } from 'node:path';
import process from 'node:process';
import { byCodeUnit } from '../model/byCodeUnit.ts';
import { joinPath, normalizePath, parentPath } from './paths.ts';
import type { EntryKind } from './snapshot.ts';
import type { TreeSnapshot } from './tree.ts';

/** A snapshot of a folder as it is now. What was read is kept: call {@link DiskSnapshot.invalidate} after a change. */
export interface DiskSnapshot extends TreeSnapshot {
  /** Forgets what was read of these paths (relative to the root) and of the folders that they stand in; of all without them. */
  invalidate(paths?: Iterable<string>): void;
}

interface Read {
  /** Where the path leads after links, relative to the root; undefined where nothing stands or it leads outside. */
  readonly real: string | undefined;
  readonly kind: EntryKind | undefined;
  bytes?: Uint8Array | undefined;
  text?: string | undefined;
  names?: readonly string[];
}

/** Folders that no GitOps source is made of, and that would make a walk endless. */
const NEVER_WALKED = new Set(['.git', 'node_modules']);

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();
const NOTHING: Read = { real: undefined, kind: undefined };

/**
 * The snapshot of a folder. `overlay` holds the unsaved texts by path relative to the root; it is read at each call. `reading` is
 * told of each text that is read from the disk, in characters.
 */
export function diskSnapshot(
  root: string,
  overlay: ReadonlyMap<string, string> = new Map(),
  reading: (characters: number) => void = () => undefined,
): DiskSnapshot {
  const reads = new Map<string, Read>();
  const denied = new Map<string, EntryKind | undefined>();
  let realRoot: string | undefined;
  let revision: string | undefined;

  function look(path: string): Read {
    const normal = normalizePath(path);
    if (normal === undefined) return NOTHING;
    let read = reads.get(normal);
    if (!read) reads.set(normal, (read = lookAt(normal)));
    return read;
  }

  function lookAt(path: string): Read {
    try {
      realRoot ??= realpathSync(root);
      const above = path === '' ? NOTHING : look(parentPath(path));
      if (above.kind === 'directory' && above.real !== undefined) {
        // In a folder that is known, what is no link takes one question instead of one for each folder on the way.
        const real = joinPath(above.real, path.slice(path.lastIndexOf('/') + 1));
        const stat = lstatSync(join(realRoot, real), { throwIfNoEntry: false });
        if (!stat?.isSymbolicLink()) return readOf(real, stat);
      }
      const real = realpathSync(join(realRoot, path));
      const inside = relative(realRoot, real).split(sep).join('/');
      if (inside === '..' || inside.startsWith('../')) return NOTHING;
      return readOf(inside, statSync(real));
    } catch (error) {
      if (isDenied(error)) denied.set(path, undefined);
      refuseToGuess(error);
      return NOTHING;
    }
  }

  /** What is asked of the disk at a path, or the answer without it. What may not be read is remembered. */
  function orElse<T>(path: string, kind: EntryKind, ask: () => T, otherwise: T): T {
    try {
      return ask();
    } catch (error) {
      if (isDenied(error)) denied.set(path, kind);
      refuseToGuess(error);
      return otherwise; // Gone since it was looked at: the same as never there.
    }
  }

  function buffer(path: string): string | undefined {
    if (overlay.size === 0) return undefined;
    const normal = normalizePath(path);
    if (normal === undefined) return undefined;
    return overlay.get(look(normal).real ?? normal) ?? overlay.get(normal);
  }

  function bytesOf(path: string): Uint8Array | undefined {
    const read = look(path);
    if (read.kind !== 'file' || read.real === undefined || realRoot === undefined) return undefined;
    const file = join(realRoot, read.real);
    if (!read.bytes) read.bytes = orElse(read.real, 'file', () => readFileSync(file), undefined);
    return read.bytes;
  }

  function namesOf(path: string): readonly string[] {
    const read = look(path);
    const fromBuffers = namesBelow(overlay, read.real ?? normalizePath(path));
    if (read.kind !== 'directory' || read.real === undefined || realRoot === undefined) return fromBuffers;
    const folder = join(realRoot, read.real);
    read.names ??= orElse(read.real, 'directory', () => readdirSync(folder).sort(byCodeUnit), []);
    return fromBuffers.length === 0 ? read.names : [...new Set([...read.names, ...fromBuffers])].sort(byCodeUnit);
  }

  const snapshot: DiskSnapshot = {
    get revision() {
      revision ??= `sha256:${hashOf(snapshot)}`;
      return revision;
    },
    kind(path) {
      if (buffer(path) !== undefined) return 'file';
      return look(path).kind ?? (namesOf(path).length > 0 ? 'directory' : undefined);
    },
    text(path) {
      const unsaved = buffer(path);
      if (unsaved !== undefined) return unsaved;
      const bytes = bytesOf(path);
      const read = look(path);
      if (!bytes || read.text !== undefined) return read.text;
      read.text = decoder.decode(bytes);
      reading(read.text.length);
      return read.text;
    },
    bytes(path) {
      const unsaved = buffer(path);
      return unsaved === undefined ? bytesOf(path) : encoder.encode(unsaved);
    },
    list: namesOf,
    real: (path) => look(path).real,
    paths: () => walk(snapshot, '', []),
    unreadable: () => denied,
    isLink: (path) => {
      const { real } = look(path);
      return real === undefined ? isDeadLink(path) : real !== normalizePath(path);
    },
    invalidate(paths) {
      revision = undefined;
      for (const path of denied.keys()) forget(path);
      denied.clear();
      if (!paths) {
        reads.clear();
        realRoot = undefined;
        return;
      }
      for (const path of paths) forget(path);
    },
  };

  /** A link that leads nowhere, or out of the root. */
  function isDeadLink(path: string): boolean {
    const normal = normalizePath(path);
    if (normal === undefined || realRoot === undefined) return false;
    return lstatSync(join(realRoot, normal), { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  }

  /** A changed path may be seen through a link elsewhere: every read that ended there goes too. */
  function forget(path: string): void {
    const normal = normalizePath(path);
    if (normal === undefined) return;
    const parent = parentPath(normal);
    for (const [key, read] of reads) {
      const real = read.real ?? key;
      const below = real.startsWith(`${normal}/`) || key.startsWith(`${normal}/`);
      if (key === normal || real === normal || key === parent || real === parent || below) reads.delete(key);
    }
  }

  return snapshot;
}

function readOf(real: string, stat: Stats | undefined): Read {
  const kind = stat?.isFile() ? 'file' : stat?.isDirectory() ? 'directory' : undefined;
  return kind ? { real, kind } : NOTHING;
}

/** Failures that say nothing about the file: too many are open, no memory, a disk that fails. What is not read is not absent. */
const NO_ANSWER = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'EIO', 'EAGAIN', 'EBUSY', 'ESTALE', 'ETIMEDOUT']);

/** Whether the system had no answer, for want of files or memory or a disk that works. Another look may get one. */
export function isNoAnswer(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && NO_ANSWER.has(String(error.code));
}

/** Throws where a file may be there all the same: taken for absent, what it makes would be deleted from a cluster. */
function refuseToGuess(error: unknown): void {
  if (isNoAnswer(error)) throw error;
}

/** Nothing is known of it but that somebody forbids to look. */
function isDenied(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM');
}

/** The names that unsaved files add to a directory. */
function namesBelow(overlay: ReadonlyMap<string, string>, path: string | undefined): readonly string[] {
  if (overlay.size === 0 || path === undefined) return [];
  const prefix = path === '' ? '' : `${path}/`;
  const names = new Set<string>();
  for (const key of overlay.keys()) {
    if (key.startsWith(prefix)) names.add(key.slice(prefix.length).split('/')[0] as string);
  }
  return [...names].sort(byCodeUnit);
}

function walk(snapshot: DiskSnapshot, folder: string, found: string[]): string[] {
  for (const name of snapshot.list(folder)) {
    if (NEVER_WALKED.has(name)) continue;
    const path = joinPath(folder, name);
    const kind = snapshot.kind(path);
    if (kind === 'file') found.push(path);
    else if (kind === 'directory' && found.length < 100_000 && !loops(path)) walk(snapshot, path, found);
  }
  return found;
}

/** A link to a folder above itself would be walked for ever: no path of a source repeats the same name that often. */
function loops(path: string): boolean {
  return path.split('/').length > 64;
}

function hashOf(snapshot: DiskSnapshot): string {
  // Loaded when it is asked for: a build needs no hash of the files, and the module takes a while.
  const hash = process.getBuiltinModule('node:crypto').createHash('sha256');
  for (const path of snapshot.paths()) {
    const bytes = snapshot.bytes(path);
    if (bytes) hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
}
