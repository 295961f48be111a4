// Builds a generated object again, which may get another name by its content, and those that refer to it (takeIdentity.ts).
import type { Recorded } from './recorded.ts';
import { replay } from './replay.ts';
import type { Replayed, StepEdit } from './replay.ts';
import type { Rendering } from '../rendering.ts';
import { areAsBuilt } from './sameOutside.ts';
import { subjectsOf } from './subjects.ts';
import { takeIdentity } from './takeIdentity.ts';
import type { MadeStep } from './trace.ts';

export function rebuildGenerated(
  before: Recorded,
  edit: StepEdit<MadeStep>,
  accept: () => void,
): Rendering | undefined {
  const { trace, end } = before;
  const { step, isInFile } = edit;
  const [object] = step.resources;
  const subject = object && subjectsOf(trace, new Set([object]))?.get(object);
  if (!object || !subject || !end.ordered.includes(object)) return undefined;
  const run = (next: MadeStep): Replayed | undefined => replay(trace, end, [subject], { step, next });
  const was = run(edit.was);
  if (!areAsBuilt(was, [subject])) return undefined;
  const is = run(edit.is);
  const instead = { step, next: edit.is };
  const rendering = is && takeIdentity(before, { subject, instead, was, is, isInFile });
  if (!rendering) return undefined;
  accept();
  trace.steps[trace.steps.indexOf(step)] = edit.is;
  return rendering;
}
