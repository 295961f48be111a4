// The plan: what an apply would do, object by object and field by field, and from which revision it was made.
import type { Finding } from '../model/finding.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import type { Origin } from '../model/origin.ts';

export type PlanAction = 'create' | 'configure' | 'replace' | 'prune' | 'orphan' | 'skip' | 'unchanged';

/** Flux's stages of an apply: definitions (CRD, Namespace, ClusterRole), then kinds that end in Class, then the rest. */
export type Stage = 'definitions' | 'classes' | 'rest';

export interface FieldChange {
  /** `spec.template.spec.containers[web].image`: keyed lists by their key, others by index. */
  readonly path: string;
  /** Undefined where the field is added. Values of Secrets are {@link MASKED}. */
  readonly before?: JsonValue;
  /** Undefined where the field is removed. */
  readonly after?: JsonValue;
  /** The manager that owns the live value, where it is not ours, with the time of its managedFields entry. */
  readonly owner?: { readonly manager: string; readonly time?: string };
  readonly origin?: Origin;
}

/** Stands for every value of a Secret, in plans, diffs, hovers and logs. */
export const MASKED = '••• (changed)';

export interface PlanEntry {
  readonly ref: ObjectRef;
  readonly action: PlanAction;
  readonly stage: Stage;
  /** Why it is skipped, replaced or orphaned; empty where the action speaks for itself. */
  readonly reason: string;
  readonly changes: readonly FieldChange[];
  /** One sentence where the action loses something (a Job is deleted and run again); absent where it does not. */
  readonly danger?: string;
  /** Masked where it is a Secret. */
  readonly desired?: JsonObject;
  readonly live?: JsonObject;
}

export interface Plan {
  /** `namespace/name` of the Kustomization. */
  readonly kustomization: string;
  /** The revision that was rendered, and the cluster's address: an apply refuses a plan of another revision. */
  readonly revision: string;
  readonly server: string;
  /** True when every entry was confirmed by a dry-run of the server; false for a prediction. */
  readonly confirmed: boolean;
  readonly entries: readonly PlanEntry[];
  readonly findings: readonly Finding[];
}
