// Whether plans that were made at two times are the same: of the same files, for the same cluster, with the same changes.
// Compares; words nothing.
import { equalJson } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { keyOf } from '../../model/objectRef.ts';
import type { Plan } from './plan.ts';

/** What of a plan must stay as it is. */
export interface PlanFacts {
  readonly kustomization: string;
  readonly revision: string;
  readonly server: string;
  readonly entries: readonly EntryFacts[];
}

export interface EntryFacts {
  readonly key: string;
  /** `kind/namespace/name`. */
  readonly object: string;
  readonly action: string;
  readonly changes: readonly JsonObject[];
}

export type PlanDifference =
  /** `paths` where it is known which files are others. */
  | { readonly kind: 'files'; readonly was: string; readonly is: string; readonly paths?: readonly string[] }
  | { readonly kind: 'cluster'; readonly was: string; readonly is: string }
  /** The objects, or whole Kustomizations, of which an apply would do something else by now. */
  | { readonly kind: 'changes'; readonly of: readonly string[] };

export function factsOf({ kustomization, revision, server, entries }: Plan): PlanFacts {
  return {
    kustomization,
    revision,
    server,
    entries: entries.map(({ ref, action, changes }) => ({
      key: keyOf(ref),
      object: [ref.kind, ref.namespace, ref.name].filter((part) => part !== '').join('/'),
      action,
      changes: changes.map(({ path, before, after, fate, owner }) => ({
        path,
        ...(before === undefined ? {} : { before }),
        ...(after === undefined ? {} : { after }),
        ...(fate === undefined ? {} : { fate }),
        ...(owner === undefined ? {} : { owner: owner.manager }),
      })),
    })),
  };
}

/** Undefined where the plans still are the plans. */
export function planDifference(old: readonly PlanFacts[], now: readonly PlanFacts[]): PlanDifference | undefined {
  const [was, is] = [old[0], now[0]];
  if (was?.revision !== is?.revision) return { kind: 'files', was: was?.revision ?? '', is: is?.revision ?? '' };
  if (was?.server !== is?.server) return { kind: 'cluster', was: was?.server ?? '', is: is?.server ?? '' };
  const changed = now.flatMap((plan) => changedEntries(sameOwner(old, plan), plan));
  const gone = old.flatMap((plan) => (sameOwner(now, plan) ? [] : [plan.kustomization]));
  const all = [...gone, ...changed];
  return all.length === 0 ? undefined : { kind: 'changes', of: all };
}

function sameOwner(plans: readonly PlanFacts[], { kustomization }: PlanFacts): PlanFacts | undefined {
  return plans.find((plan) => plan.kustomization === kustomization);
}

/** What an apply would do otherwise than it was planned: action or fields. */
function changedEntries(old: PlanFacts | undefined, now: PlanFacts): string[] {
  const index = (plan: PlanFacts | undefined): Map<string, EntryFacts> =>
    new Map((plan?.entries ?? []).map((entry) => [entry.key, entry]));
  const [before, after] = [index(old), index(now)];
  const same = (a: EntryFacts | undefined, b: EntryFacts | undefined): boolean =>
    a !== undefined && b !== undefined && a.action === b.action && equalJson([...a.changes], [...b.changes]);
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((key) => !same(before.get(key), after.get(key)))
    .map((key) => (before.get(key) ?? after.get(key))?.object ?? key);
}
