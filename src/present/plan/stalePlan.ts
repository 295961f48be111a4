// The sentence that says why a plan is not the plan any more. Pure.
import type { PlanDifference } from '../../diff/plan/planDifference.ts';
import { shortRevision } from '../revision.ts';

/** Objects or files that are named. */
const SHOWN = 5;

export function staleReason(difference: PlanDifference): string {
  if (difference.kind === 'files' && difference.paths && difference.paths.length > 0)
    return `${listed(difference.paths)} ${difference.paths.length === 1 ? 'has' : 'have'} changed since the plan was made`;
  if (difference.kind === 'files')
    return `the plan was made from ${shortRevision(difference.was)}, and the files are ${shortRevision(difference.is)} now: make a new plan`;
  if (difference.kind === 'cluster')
    return `the plan was made for the cluster at ${difference.was}, and this is ${difference.is}`;
  return `the cluster has changed since the plan was made (${listed(difference.of)}): make a new plan`;
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, SHOWN).join(', ')}${names.length > SHOWN ? ` and ${names.length - SHOWN} more` : ''}`;
}
