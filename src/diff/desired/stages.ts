// The stages of an apply (fluxcd/pkg/ssa, ApplyAllStaged): definitions, then classes, then the rest, each in apply order.
import { compareApplyOrder } from '../../model/inventory.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import type { Stage } from '../plan/plan.ts';

export const STAGES: readonly Stage[] = ['definitions', 'classes', 'rest'];

/** The stage of an object. A definition must be of its own group: another group's "Namespace" is a resource like any other. */
export function stageOf(ref: ObjectRef): Stage {
  const kind = ref.kind.toLowerCase();
  if (kind === 'customresourcedefinition' && ref.group === 'apiextensions.k8s.io') return 'definitions';
  if (kind === 'namespace' && ref.group === '' && ref.version === 'v1') return 'definitions';
  if (kind === 'clusterrole' && ref.group === 'rbac.authorization.k8s.io') return 'definitions';
  return ref.kind.endsWith('Class') ? 'classes' : 'rest';
}

/** The items of one stage, in the order in which they are applied. */
export function inStage<T>(items: readonly T[], stage: Stage, refOfItem: (item: T) => ObjectRef): T[] {
  return items
    .filter((item) => stageOf(refOfItem(item)) === stage)
    .toSorted((a, b) => compareApplyOrder(refOfItem(a), refOfItem(b)));
}
