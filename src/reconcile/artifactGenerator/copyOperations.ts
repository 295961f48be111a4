// What an ArtifactGenerator copies: files of its sources into a new tree, by cp's rules (source-watcher, internal/builder).
// Reads snapshots and writes a map; touches no disk.
import { getList, getPath, getString } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { byCodeUnit } from '../../model/byCodeUnit.ts';
import { reasonOf } from '../../model/reason.ts';
import { joinPath, normalizePath, parentPath } from '../../source/paths.ts';
import type { Snapshot } from '../../source/snapshot.ts';
import { extractTarball, isTarball } from '../../source/tarball.ts';
import { filesBelow, globFiles, globPaths, hasGlob, matchesDoublestar, patternProblem } from './globPath.ts';

/** A copy that cannot be made; the message is source-watcher's. */
export class CopyError extends Error {}

export interface CopyContext {
  /** By alias. */
  readonly sources: ReadonlyMap<string, Snapshot>;
  /** Merges two YAML texts as Helm merges values; throws CopyError's message as an Error. */
  readonly mergeYaml: (base: string, overlay: string) => string;
}

interface Operation {
  readonly source: Snapshot;
  readonly alias: string;
  readonly pattern: string;
  /** Inside the artifact; empty for its root. */
  readonly to: string;
  readonly toFolder: boolean;
  readonly strategy: 'Overwrite' | 'Merge' | 'Extract';
  readonly exclude: readonly string[];
  readonly optional: boolean;
  readonly files: Map<string, Uint8Array>;
  readonly mergeYaml: CopyContext['mergeYaml'];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The files of an artifact: what its `copy` operations make, in their order. Throws CopyError. */
export function copyFiles(artifact: JsonObject, context: CopyContext): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const one of getList(artifact, 'copy') ?? []) {
    const [from, to] = [getString(one, 'from') ?? '', getString(one, 'to') ?? ''];
    try {
      copy(readOperation(one, from, to, files, context));
    } catch (error) {
      if (!(error instanceof CopyError)) throw error;
      throw new CopyError(
        `failed to apply copy operations: failed to apply copy operation from '${from}' to '${to}': ${error.message}`,
      );
    }
  }
  return files;
}

function readOperation(
  one: JsonValue,
  from: string,
  to: string,
  files: Map<string, Uint8Array>,
  context: CopyContext,
): Operation {
  const [, alias, pattern] = /^@([^/]*)\/(.*)$/s.exec(from) ?? [];
  if (alias === undefined || pattern === undefined)
    throw new CopyError(`invalid copy source '${from}': source format must be '@alias/pattern'`);
  if (!to.startsWith('@artifact/'))
    throw new CopyError(`invalid copy destination '${to}': destination must start with '@artifact/'`);
  const target = normalizePath(to.slice('@artifact/'.length));
  if (target === undefined || to.split('/').includes('..'))
    throw new CopyError(`invalid copy destination '${to}': destination path must not contain '..'`);
  const source = context.sources.get(alias);
  if (!source) throw new CopyError(`source alias '${alias}' not found`);
  const exclude = (getList(one, 'exclude') ?? []).filter((each) => typeof each === 'string');
  for (const each of [pattern, ...exclude]) {
    const problem = patternProblem(each);
    if (problem !== undefined) throw new CopyError(`invalid pattern '${each}': ${problem}`);
  }
  const strategy = getString(one, 'strategy');
  return {
    source,
    alias,
    pattern,
    to: target,
    toFolder: to.endsWith('/'),
    strategy: strategy === 'Merge' || strategy === 'Extract' ? strategy : 'Overwrite',
    exclude,
    optional: getPath(one, 'optional') === true,
    files,
    mergeYaml: context.mergeYaml,
  };
}

function copy(operation: Operation): void {
  const { source, alias, pattern, strategy, optional, exclude } = operation;
  if (!hasGlob(pattern)) return copyOne(operation);
  const matches = strategy === 'Extract' ? globFiles(source, pattern) : globPaths(source, pattern);
  if (matches.length === 0) {
    if (optional) return;
    throw new CopyError(`no files match pattern '${pattern}' in source '${alias}'`);
  }
  const base = literalPrefix(pattern);
  const kept = matches.filter((path) => !isExcluded(path, base, exclude));
  if (kept.length === 0) {
    if (optional) return;
    throw new CopyError(`all files matching pattern '${pattern}' in source '${alias}' were excluded`);
  }
  for (const path of kept) {
    if (strategy !== 'Extract') copyPath(operation, path, joinPath(operation.to, globTarget(pattern, path)), base);
    else if (isTarball(path)) extract(operation, path);
  }
}

/** A path without a pattern: a folder goes into the target, a file becomes the target or goes into it. */
function copyOne(operation: Operation): void {
  const { source, strategy, optional, exclude, files, to } = operation;
  const path = normalizePath(operation.pattern) ?? '';
  const kind = source.kind(path);
  if (kind === undefined) {
    if (optional) return;
    throw new CopyError(`source '${path}' does not exist`);
  }
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (kind === 'directory') {
    if (strategy === 'Extract') throw new CopyError(`extract strategy is not supported for directories, got '${path}'`);
    return copyPath(operation, path, joinPath(to, name), path);
  }
  if (isExcluded(path, '', exclude)) return;
  if (strategy === 'Extract') {
    if (!isTarball(path))
      throw new CopyError(`extract strategy requires tarball file (.tar.gz or .tgz), got '${path}'`);
    return extract(operation, path);
  }
  const intoFolder = operation.toFolder || to === '' || [...files.keys()].some((file) => file.startsWith(`${to}/`));
  copyPath(operation, path, intoFolder ? joinPath(to, name) : to, '');
}

/** A file, or a folder with what is below it. */
function copyPath(operation: Operation, path: string, to: string, base: string): void {
  const { source, exclude } = operation;
  if (source.kind(path) !== 'directory') return writeFile(operation, path, to);
  const below = `${path}/`;
  for (const file of filesBelow(source, path)) {
    const relative = file.slice(below.length);
    const folders = relative.split('/').map((_, at, parts) => below + parts.slice(0, at + 1).join('/'));
    if (!folders.some((one) => isExcluded(one, base, exclude))) writeFile(operation, file, joinPath(to, relative));
  }
}

function writeFile({ source, strategy, files, mergeYaml }: Operation, from: string, to: string): void {
  const bytes = source.bytes(from);
  if (!bytes) throw new CopyError(`failed to copy file '${from}' to '${to}': it cannot be read`);
  if ([...files.keys()].some((file) => file.startsWith(`${to}/`)))
    throw new CopyError(`failed to copy file '${from}' to '${to}': is a directory`);
  for (let parent = parentPath(to); parent !== ''; parent = parentPath(parent))
    if (files.has(parent)) throw new CopyError(`failed to create destination directory: ${parent}: not a directory`);
  const there = files.get(to);
  if (strategy !== 'Merge' || !there) files.set(to, bytes);
  else files.set(to, encoder.encode(merged(mergeYaml, decoder.decode(there), decoder.decode(bytes))));
}

function merged(mergeYaml: CopyContext['mergeYaml'], base: string, overlay: string): string {
  try {
    return mergeYaml(base, overlay);
  } catch (error) {
    throw new CopyError(`failed to merge YAML: ${reasonOf(error)}`);
  }
}

function extract({ source, to, files }: Operation, path: string): void {
  try {
    const entries = extractTarball(source.bytes(path) ?? new Uint8Array());
    for (const [name, bytes] of [...entries].sort(([a], [b]) => byCodeUnit(a, b))) files.set(joinPath(to, name), bytes);
  } catch (error) {
    throw new CopyError(`failed to extract tarball '${path}' to '${to === '' ? '.' : to}': ${reasonOf(error)}`);
  }
}

/** `dir/**` loses its folder, every other match keeps its whole path. */
function globTarget(pattern: string, path: string): string {
  const folder = pattern.endsWith('/**') ? pattern.slice(0, -'**'.length) : undefined;
  return folder !== undefined && path.startsWith(folder) ? path.slice(folder.length) : path;
}

/** The path before the first segment with a pattern: what excludes are relative to. */
function literalPrefix(pattern: string): string {
  const parts = pattern.split('/');
  const first = parts.findIndex(hasGlob);
  return normalizePath(parts.slice(0, first < 0 ? parts.length : first).join('/')) ?? '';
}

function isExcluded(path: string, base: string, patterns: readonly string[]): boolean {
  const inside = base !== '' && path.startsWith(`${base}/`) ? path.slice(base.length + 1) : undefined;
  const name = path.slice(path.lastIndexOf('/') + 1);
  return patterns.some(
    (pattern) =>
      matchesDoublestar(pattern, path) ||
      (inside !== undefined && matchesDoublestar(pattern, inside)) ||
      (!pattern.includes('/') && matchesDoublestar(pattern, name)),
  );
}
