// What the plans of single objects share: their context, the making of an entry, and the question to the server.
import type { Finding } from '../../model/finding.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Manifest } from '../../model/manifest.ts';
import { refOf } from '../../model/objectRef.ts';
import type { Origin } from '../../model/origin.ts';
import type { KubeClient, KubeReader, StatusError } from '../../kube/client.ts';
import type { Batch } from './batch.ts';
import { diffDocuments } from '../documents.ts';
import type { Danger, FieldChange, PlanAction, PlanEntry } from './plan.ts';
import type { LacksNamespace } from './planNamespace.ts';
import type { ApplySpec } from './planOwner.ts';
import { asStatusError, dryRunMessage } from './refusal.ts';
import { withoutSecretValues } from '../fields/secrets.ts';
import { stageOf } from '../desired/stages.ts';
import { FIELD_MANAGER } from '../takeover.ts';

export type DryRun = Pick<KubeClient, 'apply'>;

export interface PlanContext {
  readonly reader: KubeReader;
  readonly dryRun?: DryRun;
  readonly spec: ApplySpec;
  /** What the plan itself brings: some objects make room for others (a Namespace, a CRD). */
  readonly batch: Batch;
  /** Looks for the namespace of a new object; absent where no cluster is compared with. */
  readonly lacksNamespace?: LacksNamespace;
  /** See PlanRequest. */
  readonly leaves?: (desired: JsonObject) => boolean;
  readonly overrideManagers?: readonly string[];
  readonly migrateApiVersion?: boolean;
  /** What the server refuses is added here. */
  readonly findings: Finding[];
  /** Where prediction and server are compared. */
  readonly predictions: { compared: number; differing: { object: string; paths: readonly string[] }[] };
}

export interface PlannedEntry {
  readonly entry: PlanEntry;
  /** False where the server was not asked, or could not be yet. */
  readonly confirmed: boolean;
}

export interface Item {
  readonly manifest: Manifest;
  readonly desired: JsonObject;
}

export type Make = (
  action: PlanAction,
  reason: string,
  changes: readonly FieldChange[],
  more?: { readonly dangers?: readonly Danger[]; readonly after?: JsonObject },
) => PlanEntry;

export function entryMaker(desired: JsonObject, live: JsonObject | undefined, origin: Origin | undefined): Make {
  const ref = refOf(desired);
  return (action, reason, changes, { dangers = [], after = desired } = {}) => {
    const documents = diffDocuments(after, live);
    return {
      ref,
      action,
      stage: stageOf(ref),
      reason,
      changes,
      ...(dangers.length === 0 ? {} : { dangers }),
      ...(origin ? { origin } : {}),
      ...(documents.desired ? { desired: documents.desired } : {}),
      ...(documents.live ? { live: documents.live } : {}),
    };
  };
}

export type Answer =
  | { readonly object: JsonObject }
  /** `message` is in Flux's words, without a value of a Secret. */
  | { readonly refusal: StatusError; readonly message: string };

/** What the server says to a dry-run. Throws StatusError where it cannot be reached. */
export async function askServer(
  desired: JsonObject,
  live: JsonObject | undefined,
  client: DryRun,
  signal?: AbortSignal,
): Promise<Answer> {
  try {
    return { object: await client.apply(desired, { fieldManager: FIELD_MANAGER, force: true, dryRun: true }, signal) };
  } catch (error) {
    const refusal = asStatusError(error);
    if (!refusal || refusal.code === 0 || refusal.code === 401) throw error;
    return { refusal, message: withoutSecretValues(dryRunMessage(refOf(desired), refusal), [desired, live]) };
  }
}
