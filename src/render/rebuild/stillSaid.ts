// Whether steps of a build miss what they are for as they did, after some of its objects were built again: a patch that is for
// one of these no more, or is now, must be for some other object too. Changes nothing.
import type { Resource } from '../resource.ts';
import type { Recorded } from './recorded.ts';
import { contextOfStep, replay } from './replay.ts';
import type { Instead, Replayed } from './replay.ts';
import { subjectsOf } from './subjects.ts';
import type { Subject } from './subjects.ts';
import type { RanStep } from './trace.ts';

export interface BuiltAgain {
  /** The objects of the last build, and what it takes to build them. */
  readonly subjects: readonly Subject[];
  /** What is done in place of a step. */
  readonly instead?: Instead;
  /** They alone, as they were built and as they are to be. */
  readonly was: Replayed;
  readonly is: Replayed;
}

/** Whether each step says what it said, as far as the objects tell, or another one beside them does. */
export function isStillSaid(before: Recorded, { subjects, instead, was, is }: BuiltAgain): boolean {
  const [missed, misses] = [missedBy(was), missedBy(is)];
  const objects = new Set(subjects.map(({ object }) => object));
  const steps = new Set([...missed.keys(), ...misses.keys()]);
  const differing = [...steps].filter((step) => missed.get(step) !== misses.get(step));
  return differing.every((step) => {
    const witness = witnessOf(before, step, objects);
    const alone = witness && replay(before.trace, before.end, [witness]);
    const beside = witness && replay(before.trace, before.end, [witness, ...subjects], instead);
    return alone?.ran.has(step) === true && !missedBy(alone).has(step) && beside?.findings.length === 0;
  });
}

/** What each step missed, in one text. */
function missedBy({ absences }: Replayed): Map<RanStep, string> {
  const missed = new Map<RanStep, string>();
  for (const { step, what } of absences) missed.set(step, `${missed.get(step) ?? ''}${what}\n`);
  return missed;
}

/** An object beside these that a step may be for. */
function witnessOf({ trace, end }: Recorded, step: RanStep, objects: ReadonlySet<Resource>): Subject | undefined {
  const later = trace.steps.slice(trace.steps.indexOf(step) + 1).filter((one) => one.kind === 'ran');
  const reach = step.transformer.reach?.(contextOfStep(step), step.use, later);
  const witness = reach && end.ordered.find((one) => !objects.has(one) && reach.has(one));
  return witness && subjectsOf(trace, new Set([witness]))?.get(witness);
}
