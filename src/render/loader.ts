// Reads files for one kustomization under the load restriction of the build, and remembers every path that was looked at.
// Paths are those of the snapshot; nothing outside of it can be named.
import type { Finding } from '../model/finding.ts';
import { SourceText } from '../model/sourceText.ts';
import type { Place } from '../model/sourceText.ts';
import type { EntryKind, Snapshot } from '../source/snapshot.ts';
import { fileMissing, fileOutside, notAFile, outsideSnapshot, remoteRefused } from './findings.ts';
import type { Loader } from './transformer.ts';

export type AboveRoot = 'nothing' | 'root';

/** What all loaders of one build share. */
export interface LoaderBase {
  readonly snapshot: Snapshot;
  readonly restrictor: 'rootOnly' | 'none';
  /** What `..` of the snapshot's root is: nothing, or in a whole file system the root. */
  readonly aboveRoot: AboveRoot;
  readonly files: Set<string>;
  /** Texts by path, so that places in one file share one source. */
  readonly sources: Map<string, SourceText>;
  report(finding: Finding): void;
}

export interface DirectoryLoader extends Loader {
  /** What stands at a path relative to the root; undefined also where it leaves the snapshot. */
  kind(path: string): EntryKind | undefined;
  /** The path in the snapshot, or undefined where it leaves it. */
  resolve(path: string): string | undefined;
}

export function newLoader(base: LoaderBase, root: string): DirectoryLoader {
  function find(path: string, namedAt: Place | undefined): string | undefined {
    if (isRemote(path)) return refuse(remoteRefused(path, namedAt));
    const found = resolvePath(root, path, base.aboveRoot);
    if (found === undefined) return refuse(outsideSnapshot(path, namedAt));
    base.files.add(found);
    const kind = base.snapshot.kind(found);
    if (kind === undefined) return refuse(fileMissing(path, namedAt));
    if (kind === 'directory') return refuse(notAFile(path, namedAt));
    // A link is judged by where it leads, as kustomize does.
    const real = (one: string): string => base.snapshot.real?.(one) ?? one;
    if (base.restrictor === 'rootOnly' && !isInside(real(found), real(root)))
      return refuse(fileOutside(path, root, namedAt));
    return found;
  }

  function refuse(finding: Finding): undefined {
    base.report(finding);
    return undefined;
  }

  return {
    root,
    text(path, namedAt) {
      const found = find(path, namedAt);
      return found === undefined ? undefined : sourceAt(base, found);
    },
    bytes(path, namedAt) {
      const found = find(path, namedAt);
      return found === undefined ? undefined : base.snapshot.bytes(found);
    },
    kind(path) {
      const found = resolvePath(root, path, base.aboveRoot);
      if (found === undefined) return undefined;
      base.files.add(found);
      return base.snapshot.kind(found);
    },
    resolve: (path) => resolvePath(root, path, base.aboveRoot),
  };
}

/** The text of a file of the snapshot, one SourceText for each path. */
export function sourceAt(base: LoaderBase, path: string): SourceText | undefined {
  const known = base.sources.get(path);
  if (known) return known;
  const text = base.snapshot.text(path);
  if (text === undefined) return undefined;
  const source = new SourceText(path, text);
  base.sources.set(path, source);
  return source;
}

/** Whether a path is a directory or stands below it. */
export function isInside(path: string, directory: string): boolean {
  return directory === '' || path === directory || path.startsWith(`${directory}/`);
}

/** A path relative to a directory of the snapshot, made normal; undefined where it leaves the snapshot. */
export function resolvePath(root: string, path: string, aboveRoot: AboveRoot = 'nothing'): string | undefined {
  const parts = path.startsWith('/') || root === '' ? [] : root.split('/');
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined && aboveRoot === 'nothing') return undefined;
  }
  return parts.join('/');
}

/** Whether an entry names something on another host, in any of the forms that kustomize fetches. */
export function isRemote(path: string): boolean {
  return (
    /^(?:https?|ssh|git|file|ftp|oci|s3|gcs):\/\//i.test(path) ||
    /^[a-z0-9]+::/i.test(path) ||
    /^(?:git::)?[\w.-]+@[\w.-]+:/.test(path) ||
    /^(?:www\.)?github\.com[/:]/i.test(path) ||
    (/\.git(?:$|[/?])/.test(path.replace(/^\.\.?\//, '')) && /^[^./]/.test(path)) ||
    /(?:^|\/)_git\//.test(path)
  );
}
