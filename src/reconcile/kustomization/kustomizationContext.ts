// What the Kustomization controller needs beside the loop's own context, and how it records events.
import type { ChangeSet } from '../../model/changeSet.ts';
import { getPath, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { printRef } from '../../model/objectRef.ts';
import { getCondition } from '../conditions.ts';
import type { Blocked } from './blocked.ts';
import type { LoopContext } from '../context.ts';
import type { Drift } from '../drift/drift.ts';
import { ORIGIN_REVISION, sourceRefOf } from '../fluxKinds.ts';
import type { HandOvers } from './handOvers.ts';
import type { Interrupts } from '../queue/interrupts.ts';

export interface KustomizationContext extends LoopContext {
  /** Rejects where another loop may work on the cluster by now: asked before each stage, and before anything is deleted. */
  readonly confirmLead: () => Promise<void>;
  readonly drift: Drift;
  readonly blocked: Blocked;
  readonly handOvers: HandOvers;
  /** All Kustomizations as the watch has them. */
  readonly kustomizations: () => readonly JsonObject[];
  readonly requeueDependencyMs: number;
  readonly interrupts: Interrupts;
}

/** An event in the words of Ready's reason, as kustomize-controller writes them. */
export function record(
  context: LoopContext,
  object: JsonObject,
  severity: 'Normal' | 'Warning',
  message: string,
  revision: string | undefined,
): void {
  const reason = getCondition(object, 'Ready')?.reason ?? (severity === 'Warning' ? 'error' : 'info');
  context.kustomizeEvents.record(object, severity, reason, message, revisionAnnotations(context, object, revision));
}

/** The event that lists what was done to the objects, a line each. */
export function recordChanges(
  context: LoopContext,
  object: JsonObject,
  changes: ChangeSet,
  revision: string | undefined,
): void {
  const lines = changes.map(({ ref, action }) => `${printRef(ref)} ${action}`);
  record(context, object, 'Normal', lines.join('\n'), revision);
}

/** The revision that an event is about, and the one that it was made from where the source says so. */
export function revisionAnnotations(
  context: LoopContext,
  object: JsonObject,
  revision: string | undefined,
): Record<string, string> {
  if (revision === undefined || revision === '') return {};
  const origin = originRevisionOf(context, object, revision);
  return {
    'kustomize.toolkit.fluxcd.io/revision': revision,
    ...(origin === undefined ? {} : { 'kustomize.toolkit.fluxcd.io/originRevision': origin }),
  };
}

/** What the artifact of a revision was made from, as its metadata says; undefined for most sources. */
export function originRevisionOf(context: LoopContext, object: JsonObject, revision: string): string | undefined {
  const artifact = getPath(context.cached(sourceRefOf(object)), 'status', 'artifact');
  if (getString(artifact, 'revision') === revision)
    return getString(artifact, 'metadata', ORIGIN_REVISION) || undefined;
  const isApplied = getString(object, 'status', 'lastAppliedRevision') === revision;
  return isApplied ? getString(object, 'status', 'lastAppliedOriginRevision') : undefined;
}
