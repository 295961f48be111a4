// Builds the objects again that one use of a transformer could reach, or can reach now: once as they were and once with the
// use as it is now. What holds for an edited object (rebuildObject.ts) must hold for each of them; all others are never
// looked at.
import type { Checkpoint } from './checkpoint.ts';
import type { Concerned, Recorded } from './recorded.ts';
import { contextOfStep, replay } from './replay.ts';
import type { StepEdit } from './replay.ts';
import type { Rendering } from '../rendering.ts';
import type { Resource } from '../resource.ts';
import { sameNode, samePlaceInText } from './sameNode.ts';
import { areAsBuilt, sameOutside } from './sameOutside.ts';
import { isStillSaid } from './stillSaid.ts';
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
  const concerned = concernedBy(before, edit, last, from !== undefined);
  if (!concerned) return undefined;
  const { subjects } = concerned;
  const built = [...subjects.keys()];
  const run = (next: RanStep): ReturnType<typeof replay> =>
    replay(before.trace, before.end, [...subjects.values()], { step, next }, from);
  const then = last?.subjects === subjects ? last.replayed : run(was);
  if (!areAsBuilt(then, [...subjects.values()])) return undefined;
  const now = run(is);
  if (!now || !sameOutside(then, now, built, edit.isInFile)) return undefined;
  if (!isStillSaid(before, { subjects: [...subjects.values()], instead: { step, next: is }, was: then, is: now }))
    return undefined;
  accept();
  before.trace.steps[before.trace.steps.indexOf(step)] = is;
  const rendering = replaced(before, built, now.resources, concerned.places);
  before.reached = { ...concerned, rendering, step: is, replayed: now };
  return rendering;
}

/** What the last edit of the same step led to, where nothing was edited since. */
function lastOf({ reached: last, rendering }: Recorded, step: RanStep): Recorded['reached'] {
  return last?.step === step && last.rendering === rendering ? last : undefined;
}

/**
 * The objects that a use can change as it was or as it is; undefined where there are many, or where that is not known. Those of
 * the last edit where both are told by the same: all others are what they were then.
 */
function concernedBy(
  { trace, end }: Recorded,
  { step, was, is }: StepEdit<RanStep>,
  last: Recorded['reached'],
  isFromCheckpoint: boolean,
): Concerned | undefined {
  const later = trace.steps.slice(trace.steps.indexOf(step) + 1).filter((one) => one.kind === 'ran');
  const reachOf = (one: RanStep): ReturnType<Reach> => step.transformer.reach?.(contextOfStep(one), one.use, later);
  const all = end.ordered.length;
  const isFew = (count: number): boolean => areFew(count, all) || (isFromCheckpoint && count <= all / 2);
  const now = reachOf(is);
  if (!now) return undefined;
  if (last?.by === now.by) return isFew(last.subjects.size) ? last : undefined;
  // Of what is not among the output it cannot be told whether it would be.
  const ordered = new Set(end.ordered);
  if (trace.steps.some((one) => one.kind === 'read' && one.resources.some((resource) => !ordered.has(resource))))
    return undefined;
  const old = last ? last.subjects : reachOf(was);
  if (!old) return undefined;
  const objects = new Set(end.ordered.filter((resource) => old.has(resource) || now.has(resource)));
  const subjects = objects.size > 0 && isFew(objects.size) ? subjectsOf(trace, objects) : undefined;
  return subjects && { by: now.by, subjects, places: placesOf(end.ordered, objects) };
}

/** Where some resources stand among all. */
function placesOf(ordered: readonly Resource[], some: ReadonlySet<Resource>): ReadonlyMap<Resource, number> {
  const places = new Map<Resource, number>();
  for (const [i, resource] of ordered.entries()) if (some.has(resource)) places.set(resource, i);
  return places;
}

/** The rendering with other objects in the places of some. */
export function replaced(
  before: Recorded,
  built: readonly Resource[],
  next: readonly Resource[],
  places: ReadonlyMap<Resource, number> = placesOf(before.end.ordered, new Set(built)),
): Rendering {
  const manifests = [...before.rendering.manifests];
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
