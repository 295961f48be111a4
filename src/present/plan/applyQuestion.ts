// What a person is asked before a plan is applied, and what is said after: the cluster, what goes and what is replaced by name,
// the dangers. Pure.
import type { Plan, PlanAction, PlanEntry } from '../../diff/plan/plan.ts';
import { printServingMode } from '../../model/servingMode.ts';
import type { ApplyResult, Offer } from '../../workspace/plan/applying.ts';
import type { ClusterState } from '../../workspace/state.ts';
import { heldUntil } from '../tree/clusterTree.ts';
import { count, objectName } from '../names.ts';
import { planCounts } from './planText.ts';

export interface ApplyQuestion {
  readonly question: string;
  /** Lines below the question. */
  readonly detail: string;
  /** The word on the button that applies. */
  readonly button: string;
  /** Something is lost or made anew: the safe answer comes first. */
  readonly destructive: boolean;
}

/** Names beyond these are counted: a dialog does not scroll. */
const SHOWN = 8;

export function applyQuestion(
  offer: Offer,
  cluster: Pick<ClusterState, 'name' | 'provider' | 'loop' | 'serving'>,
): ApplyQuestion {
  const entries = offer.plans.flatMap((plan) => plan.entries);
  const of = (action: PlanAction): PlanEntry[] => entries.filter((entry) => entry.action === action);
  const [deleted, replaced] = [of('prune'), of('replace')];
  const dangers = entries.flatMap((entry) =>
    (entry.dangers ?? []).map(({ message }) => `${objectName(entry.ref)}: ${message}`),
  );
  const lines = [
    ...names('Deleted', deleted),
    ...names('Deleted and made again', replaced),
    ...list(dangers, 'Danger'),
    filesLine(offer),
    ...(cluster.loop === 'controlling' ? [`The loop stays at these files ${heldUntil(cluster)}.`] : []),
  ];
  return {
    question: `Apply to the ${cluster.provider === 'kubeconfig' ? '' : `${cluster.provider} `}cluster "${cluster.name}": ${planCounts(entries).join(', ')}?`,
    detail: lines.join('\n'),
    button: `Apply to ${cluster.name}`,
    destructive: deleted.length + replaced.length + dangers.length > 0,
  };
}

/** The sentence that refuses a plan with errors; undefined where it has none. */
export function planErrors(plans: readonly Plan[]): string | undefined {
  const errors = plans.flatMap(({ kustomization, findings }) =>
    findings.filter(({ severity }) => severity === 'error').map(({ message }) => `${kustomization}: ${message}`),
  );
  const [first] = errors;
  if (first === undefined) return undefined;
  const more = errors.length > 1 ? ` (and ${count(errors.length - 1, 'more error')})` : '';
  return `the plan has errors, and nothing is applied while it has: ${first}${more}`;
}

/** How an apply ended, in one line; `ok` where everything is ready. */
export function applyOutcome(
  { results, held }: Extract<ApplyResult, { kind: 'applied' }>,
  cluster: Pick<ClusterState, 'name' | 'serving'>,
): { readonly ok: boolean; readonly message: string } {
  const unready = results.filter(({ ready }) => !ready);
  const [first] = unready;
  if (!first) {
    const kept = held ? ` The loop stays at these files ${heldUntil(cluster)}.` : '';
    return { ok: true, message: `Applied to ${cluster.name}: ${count(results.length, 'kustomization')} ready.${kept}` };
  }
  const more = unready.length > 1 ? `; ${unready.length - 1} more not ready` : '';
  return {
    ok: false,
    message: `Applied to ${cluster.name}, but ${first.kustomization} is not ready: ${first.message}${more}`,
  };
}

/** What becomes of an apply that was cancelled, in one line. */
export function cancelledOutcome(
  { begun, takenBack }: Extract<ApplyResult, { kind: 'cancelled' }>,
  { name, serving }: Pick<ClusterState, 'name' | 'serving'>,
): string {
  if (!begun) return `Apply to ${name} was cancelled: nothing is applied.`;
  return takenBack
    ? `Apply to ${name} was cancelled: the loop goes back to ${printServingMode(serving)}.`
    : `Apply to ${name} was cancelled: what was applied stays, and the plan says what is left.`;
}

function names(title: string, entries: readonly PlanEntry[]): string[] {
  return list(
    entries.map(({ ref }) => objectName(ref)),
    title,
  );
}

function list(said: readonly string[], title: string): string[] {
  if (said.length === 0) return [];
  const left = said.length - SHOWN;
  return [
    `${title}:`,
    ...said.slice(0, SHOWN).map((one) => `  • ${one}`),
    ...(left > 0 ? [`  • and ${left} more`] : []),
    '',
  ];
}

function filesLine({ unsaved }: Offer): string {
  return unsaved === 0 ? 'From the files as they are now.' : `From the files as they are now, ${unsaved} not saved.`;
}
