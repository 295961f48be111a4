// A plan that was written to a file, and whether it is still the plan: of the same files, for the same cluster, with the same
// changes. Knows nothing of how plans are made.
import { readFileSync } from 'node:fs';
import { equalJson, getList, getString, isJsonObject } from '../model/json.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { parseJson } from '../model/jsonText.ts';
import type { Plan } from '../diff/plan.ts';
import { shortRevision } from '../present/revision.ts';
import { planJson } from './planJson.ts';

/** Reads what `plumbline plan --output json` has printed. Throws an Error with one sentence where it is something else. */
export function readPlanFile(file: string): JsonObject[] {
  let value: JsonValue;
  try {
    value = parseJson(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`the plan ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  const plans = Array.isArray(value) ? value.filter(isJsonObject) : [];
  if (plans.length === 0 || plans.some((plan) => getString(plan, 'revision') === undefined))
    throw new Error(`${file} is no plan: write one with "plumbline plan --output json > ${file}"`);
  return plans;
}

/** The sentence that says why a plan is not the plan any more; undefined where it still is. */
export function staleReason(old: readonly JsonObject[], now: readonly Plan[]): string | undefined {
  const fresh = now.map(planJson);
  const [was, is] = [getString(old[0] ?? {}, 'revision') ?? '', getString(fresh[0] ?? {}, 'revision') ?? ''];
  if (was !== is)
    return `the plan was made from ${shortRevision(was)}, and the files are ${shortRevision(is)} now: make a new plan`;
  const [there, here] = [getString(old[0] ?? {}, 'server'), getString(fresh[0] ?? {}, 'server')];
  if (there !== here) return `the plan was made for the cluster at ${there ?? ''}, and this is ${here ?? ''}`;
  const changed = fresh.flatMap((plan) => changedEntries(sameOwner(old, plan), plan));
  const gone = old.flatMap((plan) => (sameOwner(fresh, plan) ? [] : [getString(plan, 'kustomization') ?? '']));
  const all = [...gone, ...changed];
  if (all.length === 0) return undefined;
  const more = all.length > SHOWN ? ` and ${all.length - SHOWN} more` : '';
  return `the cluster has changed since the plan was made (${all.slice(0, SHOWN).join(', ')}${more}): make a new plan`;
}

const SHOWN = 5;

function sameOwner(plans: readonly JsonObject[], { kustomization }: JsonObject): JsonObject | undefined {
  return plans.find((plan) => plan['kustomization'] === kustomization);
}

/** What an apply would do otherwise than it was planned: action or fields. */
function changedEntries(old: JsonObject | undefined, now: JsonObject): string[] {
  const print = (entry: JsonObject): string =>
    [getString(entry, 'kind'), getString(entry, 'namespace'), getString(entry, 'name')].filter(Boolean).join('/');
  const index = (plan: JsonObject | undefined): Map<string, JsonObject> =>
    new Map(
      (getList(plan, 'entries') ?? [])
        .filter(isJsonObject)
        .map((entry) => [`${getString(entry, 'apiVersion') ?? ''} ${print(entry)}`, entry]),
    );
  const [before, after] = [index(old), index(now)];
  const same = (a: JsonObject | undefined, b: JsonObject | undefined): boolean =>
    a !== undefined && b !== undefined && a['action'] === b['action'] && equalJson(a['changes'], b['changes']);
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((key) => !same(before.get(key), after.get(key)))
    .map((key) => print(before.get(key) ?? after.get(key) ?? {}));
}
