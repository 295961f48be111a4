// Which files of a repository become part of the artifact: the default excludes of source-controller, .sourceignore files
// and spec.ignore (fluxcd/pkg/sourceignore). Not git's rules: each path is tested alone, directories are not pruned.
import { byCodeUnit } from '../model/byCodeUnit.ts';
import { joinPath } from './paths.ts';
import type { Snapshot } from './snapshot.ts';
import type { TreeSnapshot, UnreadablePaths } from './tree.ts';

const VCS = ['.git/', '.gitignore', '.gitmodules', '.gitattributes'];
const EXTENSIONS = ['*.jpg', '*.jpeg', '*.gif', '*.png', '*.wmv', '*.flv', '*.tar.gz', '*.zip'];
const CI = [
  '.github/',
  '.circleci/',
  '.travis.yml',
  '.gitlab-ci.yml',
  'appveyor.yml',
  '.drone.yml',
  'cloudbuild.yaml',
  'codeship-services.yml',
  'codeship-steps.yml',
];
const EXTRA = ['**/.goreleaser.yml', '**/.sops.yaml', '**/.flux.yaml'];

export const IGNORE_FILE = '.sourceignore';

/** One line of an ignore file, in the scope of the folder that the file stands in. */
export interface IgnorePattern {
  readonly domain: readonly string[];
  readonly segments: readonly string[];
  readonly include: boolean;
  readonly directoryOnly: boolean;
  /** It holds a slash, so it is matched from its folder on and not by name alone. */
  readonly anchored: boolean;
}

export function parsePattern(line: string, domain: readonly string[] = []): IgnorePattern {
  const include = line.startsWith('!');
  let text = include ? line.slice(1) : line;
  if (!text.endsWith('\\ ')) text = text.replace(/ +$/, '');
  const directoryOnly = text.endsWith('/');
  if (directoryOnly) text = text.slice(0, -1);
  return { domain, segments: text.split('/'), include, directoryOnly, anchored: text.includes('/') };
}

/** The patterns of an ignore file's text; comments and blank lines are none. */
export function parsePatterns(text: string, domain: readonly string[] = []): IgnorePattern[] {
  return text
    .split('\n')
    .map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
    .filter((line) => !line.startsWith('#') && line.trim() !== '')
    .map((line) => parsePattern(line, domain));
}

const vcsPatterns = VCS.map((line) => parsePattern(line));
const defaultPatterns = [...EXTENSIONS, ...CI, ...EXTRA].map((line) => parsePattern(line));

/** Whether a path is ignored: the last pattern that matches decides. */
export function isIgnored(patterns: readonly IgnorePattern[], path: readonly string[], isDirectory: boolean): boolean {
  for (let index = patterns.length - 1; index >= 0; index--) {
    const pattern = patterns[index] as IgnorePattern;
    if (matches(pattern, path, isDirectory)) return !pattern.include;
  }
  return false;
}

/** The patterns with source-controller's own before them: those of version control always, the others when there are none. */
export function withDefaults(patterns: readonly IgnorePattern[]): IgnorePattern[] {
  return [...vcsPatterns, ...(patterns.length > 0 ? patterns : defaultPatterns)];
}

/** All default excludes with the patterns after them (NewDefaultMatcher). */
export function withAllDefaults(patterns: readonly IgnorePattern[], domain: readonly string[] = []): IgnorePattern[] {
  const scoped = [...vcsPatterns, ...defaultPatterns].map((pattern) => ({ ...pattern, domain }));
  return [...scoped, ...patterns];
}

/** Whether a file's bytes need not be loaded at all: what is never a manifest (images, archives). */
export function defaultExcludes(): (path: string) => boolean {
  const patterns = EXTENSIONS.map((line) => parsePattern(line));
  return (path) => isIgnored(patterns, path.split('/').slice(-1), false);
}

/** The patterns of all .sourceignore files (parents before children) and of spec.ignore, which comes last. */
export function ignorePatterns(snapshot: Snapshot, specIgnore: string | undefined): IgnorePattern[] {
  const patterns = filePatterns(snapshot);
  return specIgnore === undefined ? patterns : [...patterns, ...parsePatterns(specIgnore)];
}

/** The patterns of all .sourceignore files, but for those in folders of these names. */
export function filePatterns(snapshot: Snapshot, skipped: ReadonlySet<string> = new Set(['.git'])): IgnorePattern[] {
  return patternsBelow(snapshot, '', skipped);
}

function patternsBelow(snapshot: Snapshot, folder: string, skipped: ReadonlySet<string>): IgnorePattern[] {
  const domain = folder === '' ? [] : folder.split('/');
  const own = parsePatterns(snapshot.text(joinPath(folder, IGNORE_FILE)) ?? '', domain);
  const below = snapshot
    .list(folder)
    .filter((name) => !skipped.has(name) && snapshot.kind(joinPath(folder, name)) === 'directory')
    .flatMap((name) => patternsBelow(snapshot, joinPath(folder, name), skipped));
  return [...own, ...below];
}

/** The files that source-controller would put into the artifact, sorted. */
export function archivedPaths(snapshot: TreeSnapshot, specIgnore: string | undefined): string[] {
  const patterns = withDefaults(ignorePatterns(snapshot, specIgnore));
  return snapshot
    .paths()
    .filter((path) => !isIgnored(patterns, path.split('/'), false))
    .sort(byCodeUnit);
}

/** Of what stands in a tree and cannot be read, what would be part of the artifact; known once its paths were walked. */
export function archivedUnreadable(snapshot: TreeSnapshot, specIgnore: string | undefined): UnreadablePaths {
  const denied = [...(snapshot.unreadable?.() ?? [])];
  if (denied.length === 0) return new Map();
  const patterns = withDefaults(ignorePatterns(snapshot, specIgnore));
  return new Map(denied.filter(([path, kind]) => !isIgnored(patterns, path.split('/'), kind !== 'file')));
}

function matches(pattern: IgnorePattern, path: readonly string[], isDirectory: boolean): boolean {
  if (path.length <= pattern.domain.length) return false;
  if (pattern.domain.some((name, index) => path[index] !== name)) return false;
  const rest = path.slice(pattern.domain.length);
  return pattern.anchored ? matchesFromStart(pattern, rest, isDirectory) : matchesAnyName(pattern, rest, isDirectory);
}

function matchesAnyName(pattern: IgnorePattern, path: readonly string[], isDirectory: boolean): boolean {
  for (const [index, name] of path.entries()) {
    const matched = matchName(pattern.segments[0] as string, name);
    if (matched === undefined) return false;
    if (!matched) continue;
    return !(pattern.directoryOnly && !isDirectory && index === path.length - 1);
  }
  return false;
}

function matchesFromStart(pattern: IgnorePattern, path: readonly string[], isDirectory: boolean): boolean {
  let rest = [...path];
  let matched = false;
  let anyDepth = false;
  for (const [index, segment] of pattern.segments.entries()) {
    if (segment === '') {
      anyDepth = false;
      continue;
    }
    if (segment === '**') {
      if (index === pattern.segments.length - 1) break;
      anyDepth = true;
      continue;
    }
    if (segment.includes('**') || rest.length === 0) return false;
    if (anyDepth) {
      anyDepth = false;
      const at = rest.findIndex((name) => matchName(segment, name) !== false);
      if (at >= 0 && matchName(segment, rest[at] as string) === undefined) return false;
      matched = at >= 0;
      rest = at >= 0 ? rest.slice(at + 1) : [];
    } else {
      if (matchName(segment, rest[0] as string) !== true) return false;
      matched = true;
      rest = rest.slice(1);
    }
  }
  return matched && !(pattern.directoryOnly && !isDirectory && rest.length === 0);
}

/** Go's filepath.Match on one name: `*`, `?`, `[a-z]`, `[^a-z]`, `\` escapes. Undefined where the pattern is malformed. */
export function matchName(pattern: string, name: string): boolean | undefined {
  return matchRunes([...pattern], 0, [...name], 0);
}

function matchRunes(
  pattern: readonly string[],
  from: number,
  name: readonly string[],
  start: number,
): boolean | undefined {
  let at = start;
  for (let index = from; index < pattern.length;) {
    const rune = pattern[index];
    if (rune === '*') return matchStar(pattern, index, name, at);
    if (rune === '[') {
      const found = matchClass(pattern, index, name[at]);
      if (found === undefined) return undefined;
      if (!found.matched) return failed(pattern, found.next);
      index = found.next;
      at++;
      continue;
    }
    let wanted = rune;
    if (rune === '\\') {
      wanted = pattern[++index];
      if (wanted === undefined) return undefined;
    }
    if (at >= name.length || (rune !== '?' && name[at] !== wanted)) return failed(pattern, index + 1);
    index++;
    at++;
  }
  return at === name.length;
}

/** After a mismatch Go still reads the rest of the pattern, so that a malformed one is an error whatever the name. */
function failed(pattern: readonly string[], from: number): false | undefined {
  for (let index = from; index < pattern.length; index++) {
    if (pattern[index] === '\\' && ++index >= pattern.length) return undefined;
    if (pattern[index] === '[') {
      const found = matchClass(pattern, index, undefined);
      if (found === undefined) return undefined;
      index = found.next - 1;
    }
  }
  return false;
}

function matchStar(
  pattern: readonly string[],
  star: number,
  name: readonly string[],
  start: number,
): boolean | undefined {
  let next = star;
  while (pattern[next] === '*') next++;
  for (let at = start; at <= name.length; at++) {
    const matched = matchRunes(pattern, next, name, at);
    if (matched !== false) return matched;
    if (name[at] === '/') return false;
  }
  return false;
}

function matchClass(
  pattern: readonly string[],
  open: number,
  rune: string | undefined,
): { matched: boolean; next: number } | undefined {
  let index = open + 1;
  const negated = pattern[index] === '^';
  if (negated) index++;
  let matched = false;
  for (let ranges = 0; ; ranges++) {
    if (pattern[index] === ']' && ranges > 0) break;
    const low = classRune(pattern, index);
    if (!low) return undefined;
    index = low.next;
    let high = low;
    if (pattern[index] === '-') {
      const end = classRune(pattern, index + 1);
      if (!end) return undefined;
      high = end;
      index = end.next;
    }
    const code = rune?.codePointAt(0);
    if (code !== undefined && low.code <= code && code <= high.code) matched = true;
  }
  return { matched: rune !== undefined && matched !== negated, next: index + 1 };
}

function classRune(pattern: readonly string[], index: number): { code: number; next: number } | undefined {
  let at = index;
  if (pattern[at] === undefined || pattern[at] === '-' || pattern[at] === ']') return undefined;
  if (pattern[at] === '\\') at++;
  const code = pattern[at]?.codePointAt(0);
  // A class that ends the pattern was never closed.
  return code === undefined || at + 1 >= pattern.length ? undefined : { code, next: at + 1 };
}
