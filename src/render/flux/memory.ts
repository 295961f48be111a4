// What is left of earlier renderings of Flux Kustomizations, each known by its object (the same value, not an equal one):
// the last build of each, and what was made of its objects. Renders nothing.
import type { JsonObject } from '../../model/json.ts';
import type { MapNode } from '../../model/node.ts';
import { newRebuilder } from '../rebuild/builder.ts';
import type { Rebuilder } from '../rebuild/builder.ts';
import { asksTheSame } from './afterBuild.ts';
import type { AfterBuild, Finished } from './afterBuild.ts';

export interface FluxMemory {
  readonly again: Rebuilder<JsonObject>;
  /** What was made of built objects by the same wishes; to be added to. */
  finished(kustomization: JsonObject, by: AfterBuild): WeakMap<MapNode, Finished>;
}

/** A memory without anything in it. `took` is told how each build was made. */
export function newFluxMemory(took?: Parameters<typeof newRebuilder>[1]): FluxMemory {
  const known = new WeakMap<JsonObject, { readonly by: AfterBuild; readonly objects: WeakMap<MapNode, Finished> }>();
  return {
    again: newRebuilder<JsonObject>(new WeakMap(), took),
    finished(kustomization, by) {
      const last = known.get(kustomization);
      if (last && asksTheSame(last.by, by)) return last.objects;
      const objects = new WeakMap<MapNode, Finished>();
      known.set(kustomization, { by, objects });
      return objects;
    },
  };
}
