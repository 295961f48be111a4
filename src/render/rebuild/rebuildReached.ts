// Builds the objects again that one use of a transformer could reach, or can reach now: once as they were and once with the
// use as it is now. What holds for an edited object (rebuildObject.ts) must hold for each of them; all others are never
// looked at.
import type { Checkpoint } from './checkpoint.ts';
import type { Recorded } from './recorded.ts';
import { contextOfStep, replay } from './replay.ts';
import type { Replayed, StepEdit } from './replay.ts';
import type { Rendering } from '../rendering.ts';
import type { Resource } from '../resource.ts';
import { sameNode, samePlaceInText } from './sameNode.ts';
import { sameOutside } from './sameOutside.ts';
import { subjectsOf } from './subjects.ts';
import type { RanStep } from './trace.ts';
import type { Reach } from '../transform/transformer.ts';

/** Whether so few of all objects are to be built, each from its text, that it is quicker than to build all from a checkpoint. */
export function areFew(count: number, all: number): boolean {
  return count <= Math.max(50, all / 8);
}

/** The rendering after the edit; undefined where the objects are not few, or others are concerned. `from` stands still. */
export function rebuildReached(
  before: Recorded,
  edit: StepEdit<RanStep>,
  accept: () => void,
  from: Checkpoint | undefined,
): Rendering | undefined {
  const { step, was, is } = edit;
  const last = lastOf(before, step);
  const objects = reached(before, edit, last, from !== undefined);
  const subjects = objects && subjectsOf(before.trace, objects);
  if (!subjects) return undefined;
  const built = [...subjects.keys()];
  const run = (next: RanStep): ReturnType<typeof replay> =>
    replay(before.trace, before.end, [...subjects.values()], { step, next }, from);
  const then = replayedOf(last, built) ?? run(was);
  if (!then?.resources.every(({ node }, i) => sameNode(node, (built[i] as Resource).node))) return undefined;
  const now = run(is);
  if (!now || !sameOutside(then, now, built, edit.isInFile)) return undefined;
  accept();
  before.trace.steps[before.trace.steps.indexOf(step)] = is;
  const rendering = replaced(before, built, now.resources);
  before.reached = { rendering, step: is, built, replayed: now };
  return rendering;
}

type Reached = NonNullable<Recorded['reached']>;

/** What the last edit of the same step led to, where nothing was edited since. */
function lastOf({ reached: last, rendering }: Recorded, step: RanStep): Reached | undefined {
  return last?.step === step && last.rendering === rendering ? last : undefined;
}

function replayedOf(last: Reached | undefined, built: readonly Resource[]): Replayed | undefined {
  const isSame = last?.built.length === built.length && built.every((one, i) => one === last.built[i]);
  return isSame ? last.replayed : undefined;
}

/** The objects that a use can change as it was or as it is; undefined where there are many, or where that is not known. */
function reached(
  { trace, end }: Recorded,
  { step, was, is }: StepEdit<RanStep>,
  last: Reached | undefined,
  isFromCheckpoint: boolean,
): Set<Resource> | undefined {
  // Of what is not among the output it cannot be told whether it would be.
  const ordered = new Set(end.ordered);
  if (trace.steps.some((one) => one.kind === 'read' && one.resources.some((resource) => !ordered.has(resource))))
    return undefined;
  const later = trace.steps.slice(trace.steps.indexOf(step) + 1).filter((one) => one.kind === 'ran');
  const reachOf = (one: RanStep): ReturnType<Reach> => step.transformer.reach?.(contextOfStep(one), one.use, later);
  const before = last && new Set(last.built);
  const [old, now] = [before ? (one: Resource): boolean => before.has(one) : reachOf(was), reachOf(is)];
  if (!old || !now) return undefined;
  const objects = new Set(end.ordered.filter((resource) => old(resource) || now(resource)));
  const all = end.ordered.length;
  const isFew = areFew(objects.size, all) || (isFromCheckpoint && objects.size <= all / 2);
  return objects.size > 0 && isFew ? objects : undefined;
}

/** The rendering with other objects in the places of some. */
export function replaced(before: Recorded, built: readonly Resource[], next: readonly Resource[]): Rendering {
  const manifests = [...before.rendering.manifests];
  const places = new Map(before.end.ordered.map((resource, i) => [resource, i]));
  for (const [i, resource] of built.entries()) {
    const { node } = next[i] as Resource;
    const at = places.get(resource);
    if (at === undefined || sameNode(resource.node, node, samePlaceInText)) continue;
    resource.node = node;
    manifests[at] = { node };
  }
  before.rendering = { ...before.rendering, manifests };
  return before.rendering;
}
