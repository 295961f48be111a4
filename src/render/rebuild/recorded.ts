// What a finished build leaves behind for the next one, where it leaves anything: see the top of rebuild.ts.
import { hasErrors } from '../../model/finding.ts';
import type { Snapshot } from '../../source/snapshot.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Replayed } from './replay.ts';
import type { Subject } from './subjects.ts';
import type { Rendering } from '../rendering.ts';
import { currentId, idKey } from '../resource.ts';
import type { Resource } from '../resource.ts';
import type { ResourceList } from '../resourceList.ts';
import type { Trace, TraceEnd, TraceStep } from './trace.ts';

/** Some objects of a build that an edit concerns. */
export interface Concerned {
  /** What they were told by. */
  readonly by: string;
  /** What it takes to build each of them. */
  readonly subjects: ReadonlyMap<Resource, Subject>;
  /** Where each stands in the output. */
  readonly places: ReadonlyMap<Resource, number>;
}

/** A build, with what is needed to build again after an edit. */
export interface Recorded {
  rendering: Rendering;
  trace: Trace;
  end: TraceEnd;
  /** What stood at every path that was looked at. */
  looked: ReadonlyMap<string, string>;
  /** Where each file was read. What is built again reads some anew. */
  reads: Trace['reads'];
  /** Whether some objects can be taken through the steps without the others. */
  treatsEachAlone: boolean;
  checkpoint: Checkpoint | undefined;
  /** What was built again of some objects alone, with what it led to. */
  reached?: Concerned & {
    readonly rendering: Rendering;
    readonly step: TraceStep;
    readonly replayed: Replayed;
  };
  /** All objects that were read or made, whatever became of them; listed when they are first asked for. */
  everyone?: ResourceList | undefined;
  /** A build that went on from here did not come to its end: nothing can follow any more. */
  isSpoiled: boolean;
}

/** What a finished build leaves behind; undefined where only a whole build can follow it. */
export function recorded(
  rendering: Rendering,
  trace: Trace,
  snapshot: Snapshot,
  checkpoint: Checkpoint | undefined,
): Recorded | undefined {
  const { end } = trace;
  if (!end || trace.untraced || end.hasVariables || hasErrors(rendering.findings)) return undefined;
  const looked = new Map([...rendering.files].map((path) => [path, lookAt(snapshot, path)]));
  return {
    rendering,
    trace,
    end,
    looked,
    reads: new Map(trace.reads),
    treatsEachAlone: treatsEachAlone(rendering, trace, end),
    checkpoint,
    isSpoiled: false,
  };
}

/** Whether each step of a build treated each object alone, and nothing was said to be wrong. */
export function treatsEachAlone({ findings }: Rendering, { steps }: Trace, end: TraceEnd): boolean {
  const { managedByLabel, originAnnotations, transformerAnnotations } = end.ending;
  return (
    !hasErrors(findings) &&
    steps.every((step) => step.kind !== 'ran' || step.transformer.alone !== undefined) &&
    managedByLabel === undefined &&
    !originAnnotations &&
    !transformerAnnotations &&
    !namesMoved(end)
  );
}

/** Whether following names changed what is meant by names: then the order in which objects were visited matters. */
function namesMoved({ names }: TraceEnd): boolean {
  for (const candidates of names.index.byEarlierName.values())
    for (const { resource, current } of candidates) {
      const now = currentId(resource);
      if (now !== current && idKey(now) !== idKey(current)) return true;
    }
  return false;
}

/** What stands at a path, in one text. */
export function lookAt(snapshot: Snapshot, path: string): string {
  const kind = snapshot.kind(path);
  const names = kind === 'directory' ? snapshot.list(path).join('\n') : '';
  return `${kind ?? ''} ${snapshot.real?.(path) ?? ''} ${names}`;
}
