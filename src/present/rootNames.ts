// How a root is called, and which roots count where a file is read by several. Pure.
import { refOf } from '../model/objectRef.ts';
import { joinPath } from '../source/paths.ts';
import type { Root, RootRendering, WorkspaceState } from '../workspace/state.ts';
import { KUSTOMIZATION_NAMES } from './sourceFile/kustomizationFile.ts';

/** The name of a Flux Kustomization, or the folder of a kustomization. */
export function rootLabel(root: Root): string {
  return root.kind === 'flux' ? refOf(root.object).name : root.id;
}

/** The label as short as it still says which: `overlays/production` of `apps/web/overlays/production`. */
export function shortRootLabel(root: Root): string {
  return root.kind === 'flux' ? rootLabel(root) : root.id.split('/').slice(-2).join('/');
}

/**
 * The renderings that a file ends up in: of the roots that are made from it, those that no other root builds upon. A base counts
 * only where nothing uses it, and an overlay that a Flux Kustomization applies counts as that Kustomization. In the order
 * of the names: which was rendered first says nothing.
 */
export function finalRenderings(state: WorkspaceState, path: string): RootRendering[] {
  const reading = [...state.renderings.values()]
    .filter((one) => isMadeFrom(one, path))
    .toSorted((a, b) => (a.root.id < b.root.id ? -1 : 1));
  return reading.filter((one) => one.root.kind === 'flux' || !reading.some((other) => buildsUpon(other, one.root)));
}

/** True where a rendering reads a file, takes a variable from it, or is of a Flux object that is written in it. */
export function isMadeFrom({ files, variableFiles, root }: RootRendering, path: string): boolean {
  return (
    files.has(path) || variableFiles?.has(path) === true || (root.kind === 'flux' && root.place.source.path === path)
  );
}

function buildsUpon(rendering: RootRendering, root: Root): boolean {
  if (rendering.root.id === root.id) return false;
  const folder = root.path;
  return KUSTOMIZATION_NAMES.some((name) => rendering.files.has(joinPath(folder, name)));
}
