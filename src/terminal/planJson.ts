// A plan for programs: what `plumbline plan --output json` prints. Values of Secrets are masked already.
import type { Plan } from '../diff/plan/plan.ts';
import { findingText } from './findingText.ts';
import type { JsonObject } from '../model/json.ts';
import { apiVersionOf } from '../model/objectRef.ts';
import { printPlace } from '../model/sourceText.ts';

export function planJson(plan: Plan): JsonObject {
  return {
    kustomization: plan.kustomization,
    revision: plan.revision,
    server: plan.server,
    confirmed: plan.confirmed,
    dependsOn: [...(plan.dependsOn ?? [])],
    dependents: [...(plan.dependents ?? [])],
    ...(plan.prediction
      ? {
          prediction: {
            compared: plan.prediction.compared,
            differing: plan.prediction.differing.map(({ object, paths }) => ({ object, paths: [...paths] })),
          },
        }
      : {}),
    findings: plan.findings.map((finding) => findingText(finding)),
    entries: plan.entries.map((entry) => ({
      apiVersion: apiVersionOf(entry.ref),
      kind: entry.ref.kind,
      namespace: entry.ref.namespace,
      name: entry.ref.name,
      action: entry.action,
      stage: entry.stage,
      reason: entry.reason,
      dangers: (entry.dangers ?? []).map(({ code, message }) => ({ code, message })),
      ...(entry.origin?.place ? { origin: printPlace(entry.origin.place) } : {}),
      changes: entry.changes.map((change) => ({
        path: change.path,
        ...(change.before === undefined ? {} : { before: change.before }),
        ...(change.after === undefined ? {} : { after: change.after }),
        ...(change.owner === undefined ? {} : { owner: change.owner.manager }),
        ...(change.fate === undefined ? {} : { fate: change.fate }),
        ...(change.origin?.place ? { origin: printPlace(change.origin.place) } : {}),
      })),
    })),
  };
}
