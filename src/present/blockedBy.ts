// What keeps a Kustomization waiting: the Kustomizations that it depends on and that are not ready themselves. Pure.
import { dependenciesOf } from '../model/dependsOn.ts';
import type { JsonObject } from '../model/json.ts';
import { keyOf, refOf } from '../model/objectRef.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import type { ClusterState } from '../workspace/state.ts';
import { fluxState } from './fluxState.ts';
import { scopedName } from './names.ts';

export interface Blocking {
  readonly ref: ObjectRef;
  /** Undefined where the cluster has none of that name. */
  readonly object: JsonObject | undefined;
}

/** In the order of spec.dependsOn. Empty does not say that it may go on: an expression, or a revision, may keep it too. */
export function blockedBy(
  { kustomizations }: Pick<ClusterState, 'kustomizations'>,
  kustomization: JsonObject,
): Blocking[] {
  return dependencyRefs(kustomization).flatMap((ref) => {
    const key = keyOf(ref);
    const object = kustomizations.find((one) => keyOf(refOf(one)) === key);
    return object && fluxState(object).word === 'ready' ? [] : [{ ref, object }];
  });
}

/** The Kustomizations of spec.dependsOn, in its order. */
export function dependencyRefs(kustomization: JsonObject): ObjectRef[] {
  const own = refOf(kustomization);
  return dependenciesOf(kustomization).map(({ namespace, name }) => ({ ...own, namespace, name }));
}

/** How a Kustomization is called beside another one: `infra`, or `other/infra` where that is of another namespace. */
export function nameBeside(ref: ObjectRef, own: Pick<ObjectRef, 'namespace'>): string {
  return ref.namespace === own.namespace ? ref.name : scopedName(ref);
}
