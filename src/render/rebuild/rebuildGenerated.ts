// Builds a generated object again, which may get another name by its content, and those that refer to it. Possible only
// where nothing else could be meant by its name; what holds for an edited object (rebuildObject.ts) must hold for each.
import type { Manifest } from '../../model/manifest.ts';
import { orderResources } from '../output/order.ts';
import { areFew, replaced } from './rebuildReached.ts';
import type { Recorded } from './recorded.ts';
import { renameCandidate } from '../reference/referral.ts';
import { replay } from './replay.ts';
import type { Replayed, StepEdit } from './replay.ts';
import type { Rendering } from '../rendering.ts';
import { currentKey, idKey } from '../resource.ts';
import type { Resource } from '../resource.ts';
import { sameNode } from './sameNode.ts';
import { sameOnTheWay, sameOutside } from './sameOutside.ts';
import { subjectsOf } from './subjects.ts';
import type { MadeStep } from './trace.ts';

export function rebuildGenerated(
  before: Recorded,
  edit: StepEdit<MadeStep>,
  accept: () => void,
): Rendering | undefined {
  const { trace, end } = before;
  const { step, was, is, isInFile } = edit;
  const [object] = step.resources;
  const referrers = object && referrersOf(before, object);
  if (!object || !referrers || !end.ordered.includes(object)) return undefined;
  const again = (objects: readonly Resource[], next: MadeStep): Replayed | undefined => {
    const subjects = subjectsOf(trace, new Set(objects));
    return subjects && replay(trace, end, [...subjects.values()], { step, next });
  };
  const isAsBuilt = (found: Replayed | undefined, objects: readonly Resource[]): boolean =>
    found?.resources.every(({ node }, i) => sameNode(node, (objects[i] as Resource).node)) === true;
  const others = [...(subjectsOf(trace, referrers)?.keys() ?? [])];
  const [then, othersThen] = [again([object], was), again(others, was)];
  if (others.length !== referrers.size || !isAsBuilt(then, [object]) || !isAsBuilt(othersThen, others))
    return undefined;
  const now = again([object], is);
  const [made] = now?.resources ?? [];
  if (!then || !othersThen || !now || !made || !sameOnTheWay(then, now, isInFile)) return undefined;

  const { node } = object;
  object.node = made.node;
  const isClear = renameCandidate(end.names.index, object) && isUnique(before, object);
  const othersNow = isClear ? again(others, is) : undefined;
  if (!othersNow || !sameOutside(othersThen, othersNow, others, isInFile)) {
    object.node = node;
    renameCandidate(end.names.index, object);
    return undefined;
  }
  accept();
  trace.steps[trace.steps.indexOf(step)] = is;
  const manifests = [...before.rendering.manifests];
  manifests[end.ordered.indexOf(object)] = { node: object.node };
  before.rendering = { ...before.rendering, manifests };
  reorder(before, object);
  return replaced(before, others, othersNow.resources);
}

/** The objects that have the name of an object in a field; undefined where there are many, or it is among them. */
function referrersOf({ end }: Recorded, object: Resource): Set<Resource> | undefined {
  const ids = new Set(object.referredBy.map(idKey));
  if (ids.size === 0) return new Set();
  const found = new Set(end.ordered.filter((resource) => ids.has(currentKey(resource))));
  return areFew(found.size, end.ordered.length) && !found.has(object) ? found : undefined;
}

function isUnique({ end }: Recorded, object: Resource): boolean {
  const key = currentKey(object);
  return end.ordered.every((one) => one === object || currentKey(one) !== key);
}

/** Puts an object in its place by its new name. */
function reorder(before: Recorded, object: Resource): void {
  const { end, rendering } = before;
  const order = (resources: readonly Resource[]): readonly Resource[] =>
    orderResources(resources, end.kustomization, end.ending.order, () => undefined);
  const at = end.ordered.indexOf(object);
  const near = end.ordered.slice(Math.max(0, at - 1), at + 2);
  if (order(near).every((one, i) => one === near[i])) return;
  const manifests = new Map(end.ordered.map((one, i) => [one, rendering.manifests[i] as Manifest]));
  end.ordered = order(end.context.resources.items);
  before.rendering = { ...rendering, manifests: end.ordered.map((one) => manifests.get(one) ?? { node: one.node }) };
}
