// A plan that was written to a file, and whether it is still the plan: of the same files, for the same cluster, with the same
// changes. Knows nothing of how plans are made.
import { readFileSync } from 'node:fs';
import { getList, getString, isJsonObject } from '../model/json.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { parseJson } from '../model/jsonText.ts';
import { reasonOf } from '../model/reason.ts';
import type { Plan } from '../diff/plan/plan.ts';
import { planDifference } from '../diff/plan/planDifference.ts';
import type { PlanFacts } from '../diff/plan/planDifference.ts';
import { staleReason as sentence } from '../present/plan/stalePlan.ts';
import { planJson } from './planJson.ts';

/** Reads what `plumbline plan --output json` has printed. Throws an Error with one sentence where it is something else. */
export function readPlanFile(file: string): JsonObject[] {
  let value: JsonValue;
  try {
    value = parseJson(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`the plan ${file} cannot be read: ${reasonOf(error)}`, {
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
  const difference = planDifference(
    old.map(factsOfJson),
    now.map((plan) => factsOfJson(planJson(plan))),
  );
  return difference && sentence(difference);
}

function factsOfJson(plan: JsonObject): PlanFacts {
  const field = (object: JsonObject, name: string): string => getString(object, name) ?? '';
  return {
    kustomization: field(plan, 'kustomization'),
    revision: field(plan, 'revision'),
    server: field(plan, 'server'),
    entries: (getList(plan, 'entries') ?? []).filter(isJsonObject).map((entry) => {
      const object = ['kind', 'namespace', 'name'].map((name) => field(entry, name)).filter((part) => part !== '');
      return {
        key: `${field(entry, 'apiVersion')} ${object.join('/')}`,
        object: object.join('/'),
        action: field(entry, 'action'),
        changes: (getList(entry, 'changes') ?? []).filter(isJsonObject),
      };
    }),
  };
}
