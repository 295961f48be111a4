// Which renderings of the folder are of a Kustomization of a cluster: a folder may write several of one name, one for each
// cluster, which their paths tell apart. Pure.
import { getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import type { RootRendering, WorkspaceState } from '../state.ts';

type Renderings = Pick<WorkspaceState, 'renderings'>;
type Named = Pick<ObjectRef, 'namespace' | 'name'>;

/** The renderings of a Kustomization: of its name and its path. */
export function renderingsOf(state: Renderings, kustomization: JsonObject): RootRendering[] {
  const path = getString(kustomization, 'spec', 'path');
  return named(state, refOf(kustomization)).filter((one) => pathOf(one) === path);
}

/** The rendering that is meant by a name and a path: where none has that path, the first of the name. */
export function renderingMeant(state: Renderings, owner: Named, path: string | undefined): RootRendering | undefined {
  const found = named(state, owner);
  return found.find((one) => pathOf(one) === path) ?? found[0];
}

function named({ renderings }: Renderings, { namespace, name }: Named): RootRendering[] {
  return [...renderings.values()].filter(({ root }) => {
    const own = root.kind === 'flux' ? refOf(root.object) : undefined;
    return own?.namespace === namespace && own.name === name;
  });
}

function pathOf({ root }: RootRendering): string | undefined {
  return root.kind === 'flux' ? getString(root.object, 'spec', 'path') : undefined;
}
