// The plan: what an apply would do, object by object and field by field, and from which revision it was made.
import type { Finding } from '../../model/finding.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import type { Origin } from '../../model/origin.ts';

/** `handover`: the object leaves this Kustomization and another one of the same plan takes it. `orphan`: it stays in the cluster. */
export type PlanAction = 'create' | 'configure' | 'replace' | 'handover' | 'prune' | 'orphan' | 'skip' | 'unchanged';

/** Flux's stages of an apply: definitions (CRD, Namespace, ClusterRole), then kinds that end in Class, then the rest. */
export type Stage = 'definitions' | 'classes' | 'rest';

/**
 * What becomes of a field for another reason than its value in Git. `takeover`: it goes, since Flux takes the fields of kubectl
 * and Git does not have it. `adopt`, `strip`: spec.ignore names it; its live value stays, as ours or as its other manager's.
 */
export type FieldFate = 'takeover' | 'adopt' | 'strip';

export interface FieldChange {
  /** `spec.template.spec.containers[web].image`: keyed lists by their key, others by index. */
  readonly path: string;
  /** Undefined where the field is added. Values of Secrets are {@link MASKED}. */
  readonly before?: JsonValue;
  /** Undefined where the field is removed. */
  readonly after?: JsonValue;
  /** The manager that owns the live value, where it is not ours, with the time of its managedFields entry. */
  readonly owner?: { readonly manager: string; readonly time?: string };
  readonly fate?: FieldFate;
  readonly origin?: Origin;
}

/** Stands for every value of a Secret, in plans, diffs, hovers and logs. */
export const MASKED = '••• (changed)';

export type DangerCode =
  | 'data-loss'
  | 'namespace-removal'
  | 'definition-removal'
  | 'replacement'
  | 'immutable'
  | 'selector'
  | 'zero-replicas'
  | 'wider-rbac';

/** What an action loses, breaks or opens, in one sentence without a full stop. */
export interface Danger {
  readonly code: DangerCode;
  readonly message: string;
}

/** Why an entry is skipped that the loop would leave as it is: see PlanRequest. */
export const LEFT_DRIFT = 'its drift is only detected';

export interface PlanEntry {
  readonly ref: ObjectRef;
  readonly action: PlanAction;
  readonly stage: Stage;
  /** Why it is skipped, replaced or orphaned; empty where the action speaks for itself. */
  readonly reason: string;
  readonly changes: readonly FieldChange[];
  /** Absent where there are none. */
  readonly dangers?: readonly Danger[];
  /** Where the object was written; absent where nothing in Git makes it. */
  readonly origin?: Origin;
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
  /** What it waits for, and what waits for it: `namespace/name` of Kustomizations. */
  readonly dependsOn?: readonly string[];
  readonly dependents?: readonly string[];
  /** Nobody applies it as it is built: it is suspended, its source is elsewhere, or it is deleted by this very plan. */
  readonly idle?: boolean;
  /** How the prediction did where the server was asked too. */
  readonly prediction?: Prediction;
}

/** The two speeds of a plan compared: a difference is a fault of ours, or a webhook's work. */
export interface Prediction {
  /** How many objects were predicted and then confirmed. */
  readonly compared: number;
  /** Those of which the server said otherwise, with the paths that differ; never with values. */
  readonly differing: readonly { readonly object: string; readonly paths: readonly string[] }[];
}
