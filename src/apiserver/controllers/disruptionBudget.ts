// PodDisruptionBudgets: the counts of the pods that they select.
import { getObject, getPath, getString } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { runReconciler } from './controller.ts';
import type { ReconcileContext } from './controller.ts';
import { DISRUPTION_BUDGET, POD } from './kinds.ts';
import { condition, isDeleting, isReady, setStatus } from './owned.ts';

/** Pods do not wake their budgets: a slow look is enough for a number that nothing waits for. */
const LOOK_AGAIN_MS = 10_000;

export const disruptionBudgets = runReconciler({ kind: DISRUPTION_BUDGET, owns: [], reconcile });

function reconcile(budget: JsonObject, { access, time }: ReconcileContext): number | undefined {
  if (isDeleting(budget)) return undefined;
  const wanted = Object.entries(getObject(budget, 'spec', 'selector', 'matchLabels') ?? {});
  const pods = access
    .list(POD, getString(budget, 'metadata', 'namespace') ?? '')
    .filter((pod) => wanted.every(([key, value]) => getPath(pod, 'metadata', 'labels', key) === value));
  const healthy = pods.filter(isReady).length;
  const most = getPath(budget, 'spec', 'maxUnavailable');
  const desired =
    most === undefined
      ? share(getPath(budget, 'spec', 'minAvailable'), pods.length)
      : pods.length - share(most, pods.length);
  const allowed = Math.max(0, healthy - desired);
  setStatus(access, budget, {
    observedGeneration: getPath(budget, 'metadata', 'generation') ?? 1,
    disruptionsAllowed: allowed,
    currentHealthy: healthy,
    desiredHealthy: desired,
    expectedPods: pods.length,
    conditions: [
      condition(budget, time, {
        type: 'DisruptionAllowed',
        status: allowed > 0 ? 'True' : 'False',
        reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods',
        message: '',
      }),
    ],
  });
  return LOOK_AGAIN_MS;
}

/** A number, or a percentage rounded up. */
function share(value: JsonValue | undefined, total: number): number {
  if (typeof value === 'number') return value;
  const percent = typeof value === 'string' ? /^(\d+)%$/.exec(value) : null;
  return percent ? Math.ceil((Number(percent[1]) * total) / 100) : 0;
}
