// Reads files for one kustomization under the load restriction of the build, and remembers every path that was looked at.
// Paths are those of the snapshot; nothing outside of it can be named.
import type { Finding } from '../../model/finding.ts';
import { SourceText } from '../../model/sourceText.ts';
import type { Place } from '../../model/sourceText.ts';
import type { EntryKind, Snapshot } from '../../source/snapshot.ts';
import type { Fetched, Wanted } from '../../source/wanted.ts';
import type { Collector } from '../collect.ts';
import { fileText } from './fileText.ts';
import {
  fileMissing,
  fileNotText,
  fileOutside,
  notAFile,
  outsideSnapshot,
  remoteFailed,
  remotePending,
  remoteRefused,
} from '../findings.ts';
import { meantInstead } from './meant.ts';
import { isHttpAddress } from '../remote/address.ts';
import type { Trace } from '../rebuild/trace.ts';
import type { Loader } from '../transform/transformer.ts';

export type AboveRoot = 'nothing' | 'root';

/** What all loaders of one build share. */
export interface LoaderBase extends Omit<Collector, 'finish'> {
  readonly snapshot: Snapshot;
  readonly restrictor: 'rootOnly' | 'none';
  /** What `..` of the snapshot's root is: nothing, or in a whole file system the root. */
  readonly aboveRoot: AboveRoot;
  readonly files: Set<string>;
  /** Texts by path, so that places in one file share one source. */
  readonly sources: Map<string, SourceText>;
  /** Texts of an earlier build, to be taken again where they are what stands in the file. */
  readonly earlier?: ReadonlyMap<string, SourceText>;
  /** In front of the paths of a fetched repository, where places are shown. */
  readonly address?: string;
  readonly trace?: Trace | undefined;
  /** Asks for something from elsewhere. Undefined: it is still to be fetched, which the rendering then says. */
  ask(wanted: Wanted): Fetched | undefined;
  /** How messages write a path of the snapshot. */
  display(path: string): string;
}

export interface DirectoryLoader extends Loader {
  readonly base: LoaderBase;
  /** What stands at a path relative to the root; undefined also where it leaves the snapshot. */
  kind(path: string): EntryKind | undefined;
  /** The path in the snapshot, or undefined where it leaves it. */
  resolve(path: string): string | undefined;
  /** The finding that nothing stands at a path that is named there, with what it was probably meant to be. */
  missing(path: string, namedAt: Place | undefined): Finding;
}

export function newLoader(base: LoaderBase, root: string): DirectoryLoader {
  function find(path: string, namedAt: Place | undefined): string | undefined {
    if (isRemote(path)) return refuse(remoteRefused(path, undefined, namedAt));
    const found = resolvePath(root, path, base.aboveRoot);
    if (found === undefined) return refuse(outsideSnapshot(path, namedAt));
    base.files.add(found);
    const kind = base.snapshot.kind(found);
    if (kind === undefined) return refuse(missing(path, namedAt));
    if (kind === 'directory') return refuse(notAFile(path, namedAt));
    // A link is judged by where it leads, as kustomize does.
    const real = (one: string): string => base.snapshot.real?.(one) ?? one;
    if (base.restrictor === 'rootOnly' && !isInside(real(found), real(root))) {
      const target = isInside(found, root) ? base.display(real(found)) : undefined;
      return refuse(fileOutside(path, base.display(root), target, namedAt));
    }
    return found;
  }

  function fromWeb(url: string, namedAt: Place | undefined): SourceText | undefined {
    const known = base.sources.get(url);
    if (known) return known;
    const answer = base.ask({ kind: 'file', url });
    if (answer?.kind === 'text') {
      const source = new SourceText(url, answer.text);
      base.sources.set(url, source);
      return source;
    }
    if (answer?.kind === 'refused') return refuse(remoteRefused(url, answer.reason, namedAt));
    if (answer?.kind === 'failed') return refuse(remoteFailed(url, answer.reason, namedAt));
    return answer ? undefined : refuse(remotePending(url, namedAt));
  }

  function resolve(path: string): string | undefined {
    return resolvePath(root, path, base.aboveRoot);
  }

  function missing(path: string, namedAt: Place | undefined): Finding {
    return fileMissing(path, meantInstead(base.snapshot, path, resolve), namedAt);
  }

  function refuse(finding: Finding): undefined {
    base.report(finding);
    return undefined;
  }

  return {
    base,
    root,
    ask: (wanted) => base.ask(wanted),
    text(path, namedAt) {
      if (isHttpAddress(path)) return fromWeb(path, namedAt);
      const found = find(path, namedAt);
      return found === undefined ? undefined : sourceAt(base, found);
    },
    bytes(path, namedAt) {
      if (isHttpAddress(path)) {
        const source = fromWeb(path, namedAt);
        return source && new TextEncoder().encode(source.text);
      }
      const found = find(path, namedAt);
      return found === undefined ? undefined : bytesAt(base, found);
    },
    kind(path) {
      const found = resolvePath(root, path, base.aboveRoot);
      if (found === undefined) return undefined;
      base.files.add(found);
      return base.snapshot.kind(found);
    },
    resolve,
    missing,
    folder(path) {
      const found = resolvePath(root, path, base.aboveRoot);
      return found === undefined || base.snapshot.kind(found) !== 'directory' ? undefined : filesBelow(base, found);
    },
  };
}

/** All files below a folder, by path relative to it. */
function filesBelow(base: LoaderBase, folder: string): Map<string, Uint8Array> {
  if (base.trace) base.trace.untraced = true;
  const found = new Map<string, Uint8Array>();
  const walk = (relative: string): void => {
    const path = relative === '' ? folder : joined(folder, relative);
    for (const name of base.snapshot.list(path)) {
      const below = relative === '' ? name : `${relative}/${name}`;
      const at = joined(folder, below);
      base.files.add(at);
      const bytes = base.snapshot.kind(at) === 'file' ? base.snapshot.bytes(at) : undefined;
      if (bytes) found.set(below, bytes);
      else if (base.snapshot.kind(at) === 'directory') walk(below);
    }
  };
  walk('');
  return found;
}

function joined(folder: string, path: string): string {
  return folder === '' ? path : `${folder}/${path}`;
}

/** The text of a file of the snapshot, one SourceText for each path; undefined, after a report, where it is no text. */
export function sourceAt(base: LoaderBase, path: string): SourceText | undefined {
  countRead(base, path);
  const known = base.sources.get(path);
  if (known) return known;
  const text = base.snapshot.text(path);
  if (text === undefined) return undefined;
  const read = fileText(text, () => base.snapshot.bytes(path));
  const earlier = base.earlier?.get(path);
  const source = earlier?.text === read.text ? earlier : new SourceText((base.address ?? '') + path, read.text);
  if (read.fault !== undefined) {
    base.report(fileNotText({ source, start: read.fault, end: read.fault + 1 }));
    return undefined;
  }
  base.sources.set(path, source);
  return source;
}

function bytesAt(base: LoaderBase, path: string): Uint8Array | undefined {
  countRead(base, path);
  const bytes = base.snapshot.bytes(path);
  base.trace?.binaries.set(path, bytes);
  return bytes;
}

function countRead({ trace }: LoaderBase, path: string): void {
  if (!trace) return;
  const readers = trace.reads.get(path) ?? [];
  // One entry of a kustomization may look at the bytes and at the text.
  if (!trace.here || readers.at(-1) !== trace.here) trace.reads.set(path, [...readers, trace.here]);
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
  // What all of them have: most entries are asked no more than this.
  if (!/:|git/i.test(path)) return false;
  return (
    /^(?:https?|ssh|git|file|ftp|oci|s3|gcs):\/\//i.test(path) ||
    /^[a-z0-9]+::/i.test(path) ||
    /^(?:git::)?[\w.-]+@[\w.-]+:/.test(path) ||
    /^(?:www\.)?github\.com[/:]/i.test(path) ||
    (/\.git(?:$|[/?])/.test(path.replace(/^\.\.?\//, '')) && /^[^./]/.test(path)) ||
    /(?:^|\/)_git\//.test(path)
  );
}
