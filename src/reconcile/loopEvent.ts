// What the loop tells while it works. State that lasts is in the cluster's Flux objects; this is the rest.
import type { ChangeSet } from '../model/changeSet.ts';
import type { FieldChange } from '../diff/plan/plan.ts';
import type { Finding } from '../model/finding.ts';
import type { JsonObject } from '../model/json.ts';
import type { Manifest } from '../model/manifest.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import type { Flapping } from './drift/flapping.ts';

export type Phase = 'fetching' | 'building' | 'applying' | 'waiting' | 'pruning' | 'idle';

export type LoopEvent =
  | { readonly type: 'phase'; readonly owner: ObjectRef; readonly phase: Phase; readonly detail: string }
  /** A build ended; `manifests` is what was rendered (with origins) and `findings` what was wrong with it. */
  | {
      readonly type: 'rendered';
      readonly owner: ObjectRef;
      readonly revision: string;
      readonly manifests: readonly Manifest[];
      readonly findings: readonly Finding[];
    }
  | { readonly type: 'applied'; readonly owner: ObjectRef; readonly revision: string; readonly changes: ChangeSet }
  /** The live state of an object of an inventory differs from what was applied; no changes means that the drift is gone. */
  | {
      readonly type: 'drift';
      readonly owner: ObjectRef;
      readonly ref: ObjectRef;
      readonly changes: readonly FieldChange[];
      readonly desired: JsonObject | undefined;
      readonly live: JsonObject | undefined;
      /** It was healed before and comes back, time after time. */
      readonly flapping?: Flapping;
    }
  /** A Kubernetes Event that was recorded, in its words. */
  | {
      readonly type: 'event';
      readonly owner: ObjectRef;
      readonly severity: 'Normal' | 'Warning';
      readonly reason: string;
      readonly message: string;
    };
