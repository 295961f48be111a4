// Paths of the workspace and addresses of documents: `overlays/prod/patch.yaml` and `file:///home/me/repo/...`.
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Place } from '../model/sourceText.ts';

export interface WorkspacePaths {
  /** The repository that the folder belongs to, or the folder where it is in none. */
  readonly root: string;
  /** The path of a document below the root; undefined for documents elsewhere or without a file. */
  pathOf(uri: string): string | undefined;
  uriOf(path: string): string;
  /** A link that opens a file at the line of a place. */
  linkOf(place: Place): string;
}

export function workspacePaths(folder: string): WorkspacePaths {
  const root = repositoryRoot(folder);
  const uriOf = (path: string): string => pathToFileURL(join(root, path)).href;
  return {
    root,
    pathOf: (uri) => {
      if (!uri.startsWith('file:')) return undefined;
      const path = relative(root, realPath(fileURLToPath(uri)))
        .split(sep)
        .join('/');
      return path.startsWith('../') || path === '' || path === '..' ? undefined : path;
    },
    uriOf,
    linkOf: (place) => `${uriOf(place.source.path)}#L${place.source.position(place.start).line}`,
  };
}

/** The nearest folder upwards that has a `.git`; Flux paths are counted from there. */
function repositoryRoot(folder: string): string {
  const start = realPath(folder);
  for (let at = start; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return start;
  }
}

/** With links followed, as far as the file exists: editors may name a folder by a link to it. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), path.slice(parent.length));
  }
}
