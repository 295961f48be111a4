// A folder as the artifact of a source would have it: what source-controller leaves out is not there, and what the source
// includes is. Looks at the folder when it is asked, so that what changes there is seen; the artifact itself is artifact.ts.
import { byCodeUnit } from '../model/byCodeUnit.ts';
import { joinPath, normalizePath } from './paths.ts';
import type { EntryKind, Snapshot } from './snapshot.ts';
import { isIgnored, withDefaults } from './sourceignore.ts';
import type { IgnorePattern } from './sourceignore.ts';
import { checksOut } from './sparse.ts';

export interface ViewOptions {
  /** Of .sourceignore files and of spec.ignore, which comes last. */
  readonly patterns: readonly IgnorePattern[];
  /** spec.sparseCheckout; empty for all. */
  readonly directories: readonly string[];
}

export interface ArtifactView extends Snapshot {
  /** What stands at these paths may be something else by now, a link for one. */
  touched(paths: readonly string[]): void;
}

/** The folder without what is ignored, not checked out, or a symbolic link. */
export function artifactView(folder: Snapshot, { patterns, directories }: ViewOptions): ArtifactView {
  const all = withDefaults(patterns);
  const isChosen = checksOut(directories);
  /** Whether a file at a path would be kept. Asked for each file at each keystroke. */
  const kept = new Map<string, boolean>();

  const isLink = (path: string): boolean => {
    const real = folder.real?.(path);
    return real !== undefined && real !== path;
  };
  const isKept = (path: string): boolean => {
    const known = kept.get(path);
    if (known !== undefined) return known;
    const normal = normalizePath(path);
    const found =
      normal !== undefined && isChosen(normal) && !isIgnored(all, normal.split('/'), false) && !isLink(normal);
    kept.set(path, found);
    return found;
  };
  const isSeen = (directory: string, name: string): boolean => {
    const path = joinPath(directory, name);
    return kept.get(path) ?? kindOf(path) !== undefined;
  };
  const kindOf = (path: string): EntryKind | undefined => {
    const kind = folder.kind(path);
    if (kind === 'file') return isKept(path) ? kind : undefined;
    const normal = kind === undefined ? undefined : normalizePath(path);
    if (normal === '') return kind;
    // No artifact holds an empty directory.
    const isThere = normal !== undefined && !isLink(normal) && folder.list(normal).some((name) => isSeen(normal, name));
    return isThere ? kind : undefined;
  };
  return {
    get revision() {
      return folder.revision;
    },
    kind: (path) => kindOf(path),
    text: (path) => (isKept(path) ? folder.text(path) : undefined),
    bytes: (path) => (isKept(path) ? folder.bytes(path) : undefined),
    list: (path) => {
      const normal = normalizePath(path);
      if (normal === undefined || isLink(normal)) return [];
      return folder.list(normal).filter((name) => isSeen(normal, name));
    },
    touched: (paths) => paths.forEach((path) => void kept.delete(path)),
  };
}

/** What a view holds of another one, below a path of its own. */
export interface IncludedView {
  readonly snapshot: Snapshot;
  /** Both are normal paths. */
  readonly from: string;
  readonly to: string;
}

/** The view with what is included. What cannot be put there (source/include.ts says why) stands behind what is there. */
export function includingViews(view: Snapshot, includes: readonly IncludedView[]): Snapshot {
  if (includes.length === 0) return view;
  const within = (path: string): { readonly snapshot: Snapshot; readonly path: string } | undefined => {
    const found = includes.find(({ to }) => path === to || path.startsWith(to === '' ? '' : `${to}/`));
    if (!found || view.kind(path) === 'file') return undefined;
    const rest = path.slice(found.to === '' ? 0 : found.to.length + 1);
    return { snapshot: found.snapshot, path: rest === '' ? found.from : joinPath(found.from, rest) };
  };
  const above = (path: string): string[] =>
    includes.flatMap(({ to }) => {
      const start = path === '' ? '' : `${path}/`;
      return to !== path && to.startsWith(start) ? [to.slice(start.length).split('/')[0] ?? ''] : [];
    });
  const read = <T>(path: string, one: (snapshot: Snapshot, path: string) => T): T => {
    const normal = normalizePath(path);
    const found = normal === undefined ? undefined : within(normal);
    return found ? one(found.snapshot, found.path) : one(view, path);
  };
  return {
    get revision() {
      return view.revision;
    },
    kind: (path) =>
      read(path, (snapshot, at) => snapshot.kind(at)) ??
      (above(normalizePath(path) ?? '').length > 0 ? 'directory' : undefined),
    text: (path) => read(path, (snapshot, at) => snapshot.text(at)),
    bytes: (path) => read(path, (snapshot, at) => snapshot.bytes(at)),
    list: (path) => {
      const names = read(path, (snapshot, at) => snapshot.list(at));
      const more = above(normalizePath(path) ?? '');
      return more.length === 0 ? names : [...new Set([...names, ...more])].sort(byCodeUnit);
    },
  };
}
