// A file tree held in memory, the common ground of every snapshot that was read before it is used. Reads nothing itself.
import { byCodeUnit } from '../model/byCodeUnit.ts';
import { joinPath, normalizePath, parentPath } from './paths.ts';
import type { EntryKind, Snapshot } from './snapshot.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/** What stands at a path of a tree: bytes, text that is encoded when asked, or a symbolic link by its target. */
export type TreeEntry = Uint8Array | string | { readonly link: string };

/** What stands at paths that could not be read; undefined where not even that is known. */
export type UnreadablePaths = ReadonlyMap<string, EntryKind | undefined>;

/** A snapshot that can also say which files it holds. */
export interface TreeSnapshot extends Snapshot {
  /** Every regular file and every link, sorted by code unit; links are listed under their own names. */
  paths(): readonly string[];
  /** Whether a symbolic link stands at the path itself. An artifact holds none. */
  isLink(path: string): boolean;
  /** What stands there and could not be read, as far as it was looked at: of a folder on disk, and of what was made of one. */
  unreadable?(): UnreadablePaths;
}

const LINK_LIMIT = 40;

/**
 * The snapshot of entries by normal path. Symbolic links are followed only inside the root; one that leaves it, is
 * absolute, or goes in circles stands for nothing.
 */
export function treeSnapshot(entries: ReadonlyMap<string, TreeEntry>, revision: string | (() => string)): TreeSnapshot {
  const directories = directoriesOf(entries.keys());
  const texts = new Map<string, string>();

  function resolve(path: string): string | undefined {
    const start = normalizePath(path);
    if (start === undefined) return undefined;
    if (directories.has(start)) return start;
    const entry = entries.get(start);
    if (entry !== undefined && !isLink(entry)) return start;
    return followLinks(start);
  }

  function followLinks(path: string): string | undefined {
    let rest = path.split('/');
    let at = '';
    for (let links = 0; rest.length > 0;) {
      const next = joinPath(at, rest[0] as string);
      rest = rest.slice(1);
      const entry = entries.get(next);
      if (entry === undefined || !isLink(entry)) {
        at = next;
        continue;
      }
      if (++links > LINK_LIMIT || entry.link.startsWith('/')) return undefined;
      const target = normalizePath(joinPath(at, entry.link));
      if (target === undefined) return undefined;
      rest = [...target.split('/').filter((part) => part !== ''), ...rest];
      at = '';
    }
    return at;
  }

  function file(path: string): Uint8Array | string | undefined {
    const found = resolve(path);
    const entry = found === undefined ? undefined : entries.get(found);
    return entry === undefined || isLink(entry) ? undefined : entry;
  }

  return {
    get revision() {
      return typeof revision === 'string' ? revision : revision();
    },
    kind(path): EntryKind | undefined {
      const found = resolve(path);
      if (found === undefined) return undefined;
      if (directories.has(found)) return 'directory';
      const entry = entries.get(found);
      return entry === undefined || isLink(entry) ? undefined : 'file';
    },
    text(path) {
      const entry = file(path);
      if (entry === undefined || typeof entry === 'string') return entry;
      let text = texts.get(path);
      if (text === undefined) texts.set(path, (text = decoder.decode(entry)));
      return text;
    },
    bytes(path) {
      const entry = file(path);
      return typeof entry === 'string' ? encoder.encode(entry) : entry;
    },
    list(path) {
      const found = resolve(path);
      return found === undefined ? [] : (directories.get(found) ?? []);
    },
    real(path) {
      const found = resolve(path);
      return found !== undefined && (directories.has(found) || entries.has(found)) ? found : undefined;
    },
    paths: () => [...entries.keys()].sort(byCodeUnit),
    isLink(path) {
      const entry = entries.get(normalizePath(path) ?? '');
      return entry !== undefined && isLink(entry);
    },
  };
}

function isLink(entry: TreeEntry): entry is { readonly link: string } {
  return typeof entry === 'object' && 'link' in entry;
}

/** The names in each directory, sorted. The root is always there. */
function directoriesOf(paths: Iterable<string>): Map<string, readonly string[]> {
  const names = new Map<string, Set<string>>([['', new Set()]]);
  for (const path of paths) {
    for (let at = path; at !== ''; at = parentPath(at)) {
      const parent = parentPath(at);
      const siblings = names.get(parent);
      const name = at.slice(parent === '' ? 0 : parent.length + 1);
      if (siblings?.has(name)) break;
      if (siblings) siblings.add(name);
      else names.set(parent, new Set([name]));
    }
  }
  const sorted = new Map<string, readonly string[]>();
  for (const [path, set] of names) sorted.set(path, [...set].sort(byCodeUnit));
  return sorted;
}
