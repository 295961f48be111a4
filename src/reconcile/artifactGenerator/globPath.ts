// The two kinds of path patterns that an ArtifactGenerator has: Go's fs.Glob for what is copied, and doublestar (`**`, `{a,b}`)
// for what is left out or extracted. Looks at a snapshot only.
import { joinPath } from '../../source/paths.ts';
import type { Snapshot } from '../../source/snapshot.ts';
import { matchName } from '../../source/sourceignore.ts';

/** Whether a path names more than itself. */
export function hasGlob(path: string): boolean {
  return /[*?[\]]/.test(path);
}

/** The paths that a pattern of Go's fs.Glob matches: each segment for itself, so that `**` is no more than `*`. */
export function globPaths(snapshot: Snapshot, pattern: string): string[] {
  let found = [''];
  for (const segment of pattern.split('/').filter((part) => part !== '')) {
    found = found.flatMap((folder) =>
      hasGlob(segment) || segment.includes('\\')
        ? snapshot.list(folder).flatMap((name) => (matchName(segment, name) === true ? [joinPath(folder, name)] : []))
        : snapshot.kind(joinPath(folder, segment)) === undefined
          ? []
          : [joinPath(folder, segment)],
    );
  }
  return found.filter((path) => path !== '');
}

/** The files that a doublestar pattern matches. */
export function globFiles(snapshot: Snapshot, pattern: string): string[] {
  return [...filesBelow(snapshot, '')].filter((path) => matchesDoublestar(pattern, path));
}

/** Every file below a folder. */
export function* filesBelow(snapshot: Snapshot, folder: string): Generator<string> {
  for (const name of snapshot.list(folder)) {
    const path = joinPath(folder, name);
    if (snapshot.kind(path) === 'directory') yield* filesBelow(snapshot, path);
    else yield path;
  }
}

/** Whether a path matches a pattern in which `**` stands for any number of segments and `{a,b}` for one of several texts. */
export function matchesDoublestar(pattern: string, path: string): boolean {
  return alternatives(pattern).some((one) => matchesSegments(one.split('/'), path.split('/')));
}

function matchesSegments(pattern: readonly string[], path: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return path.length === 0;
  if (first === '**') return path.some((_, at) => matchesSegments(rest, path.slice(at))) || matchesSegments(rest, []);
  return path[0] !== undefined && matchName(first, path[0]) === true && matchesSegments(rest, path.slice(1));
}

/** source-watcher's limit of commas in braces: each may double the work. */
const ALTERNATIVES_LIMIT = 20;

/** Why a pattern cannot be taken; undefined where it can. */
export function patternProblem(pattern: string): string | undefined {
  let depth = 0;
  let commas = 0;
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at];
    if (character === '\\') at++;
    else if (character === '{') depth++;
    else if (character === '}') depth = Math.max(depth - 1, 0);
    else if (character === ',' && depth > 0) commas++;
  }
  if (commas <= ALTERNATIVES_LIMIT) return undefined;
  return `pattern has ${commas} alternatives in '{}' groups, at most ${ALTERNATIVES_LIMIT} are allowed`;
}

/** The pattern without braces: one for each choice. */
function alternatives(pattern: string): string[] {
  const open = pattern.indexOf('{');
  if (open < 0) return [pattern];
  const parts: string[] = [];
  let depth = 0;
  let start = open + 1;
  for (let at = open; at < pattern.length; at++) {
    const character = pattern[at];
    if (character === '{') depth++;
    else if (character === ',' && depth === 1) {
      parts.push(pattern.slice(start, at));
      start = at + 1;
    } else if (character === '}' && --depth === 0) {
      parts.push(pattern.slice(start, at));
      return parts.flatMap((part) => alternatives(pattern.slice(0, open) + part + pattern.slice(at + 1)));
    }
  }
  return [pattern];
}
