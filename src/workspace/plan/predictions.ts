// The two speeds of a plan held to each other in the log: how many objects were predicted, and where the server said
// otherwise. Paths only, never values.
import type { Log } from '../../model/log.ts';
import type { Plan } from '../../diff/plan/plan.ts';

/** Writes nothing where the server was not asked. */
export function tellDifferences({ kustomization, prediction }: Plan, log: Log): void {
  if (!prediction) return;
  const { compared, differing } = prediction;
  for (const { object, paths } of differing)
    log.warn('apply', 'the server says otherwise than was predicted', { kustomization, object, paths });
  log.info('apply', 'plan confirmed', { kustomization, compared, differing: differing.length });
}
