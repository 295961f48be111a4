// What a finished build leaves behind for the next one, where it leaves anything: see the top of rebuild.ts.
import { hasErrors } from '../model/finding.ts';
import type { Snapshot } from '../source/snapshot.ts';
import type { Rendering } from './rendering.ts';
import { currentId, idKey } from './resource.ts';
import type { Trace, TraceEnd } from './trace.ts';

/** A build, with what is needed to build again after an edit. */
export interface Recorded {
  rendering: Rendering;
  readonly trace: Trace;
  readonly end: TraceEnd;
  /** How often each file was read. */
  readonly reads: ReadonlyMap<string, number>;
  /** What stood at every path that was looked at. */
  readonly looked: ReadonlyMap<string, string>;
}

/** What a finished build leaves behind; undefined where only a whole build can follow it. */
export function recorded(rendering: Rendering, trace: Trace, snapshot: Snapshot): Recorded | undefined {
  const { end } = trace;
  if (!end || trace.untraced || hasErrors(rendering.findings) || end.hasVariables) return undefined;
  if (trace.steps.some((step) => step.kind === 'ran' && step.transformer.alone !== true)) return undefined;
  if (Object.values(end.finishing).some(Boolean) || namesMoved(end)) return undefined;
  const looked = new Map([...rendering.files].map((path) => [path, lookAt(snapshot, path)]));
  return { rendering, trace, end, reads: new Map(trace.reads), looked };
}

/** Whether following names changed what is meant by names: then the order in which objects were visited matters. */
function namesMoved({ names }: TraceEnd): boolean {
  for (const candidates of names.index.byEarlierName.values())
    for (const { resource, current } of candidates) if (idKey(currentId(resource)) !== idKey(current)) return true;
  return false;
}

/** What stands at a path, in one text. */
export function lookAt(snapshot: Snapshot, path: string): string {
  const kind = snapshot.kind(path);
  const names = kind === 'directory' ? snapshot.list(path).join('\n') : '';
  return `${kind ?? ''} ${snapshot.real?.(path) ?? ''} ${names}`;
}
