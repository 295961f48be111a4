// Reconcile All: asks every Kustomization that is wanted, says how far that is, and ends when nothing more comes of it. What
// fails keeps none of the others back. Words and judgement come from present.
import { deferred } from '../model/deferred.ts';
import { reasonOf } from '../model/reason.ts';
import { lastHandled, reconcileAllFailure, reconcileAllProgress } from '../present/reconcileAll.ts';
import type { Asked, Progress } from '../present/reconcileAll.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { TargetParams } from './protocol.ts';

type Parts = Pick<Workspace, 'changes' | 'reconcile' | 'state'>;

/** What is not ready in the end, in one sentence; undefined where all are. Rejects when cancelled. */
export async function reconcileAll(
  workspace: Parts,
  targets: readonly TargetParams[],
  line: (message: string) => void,
  signal: AbortSignal,
): Promise<string | undefined> {
  const over = deferred<Progress>();
  const all: Asked[] = targets.map(({ cluster, ref }) => ({
    cluster,
    ref,
    before: lastHandled(workspace.state, cluster, ref),
    answer: 'none',
    whenFree: false,
  }));
  let said = '';
  const look = (): void => {
    const progress = reconcileAllProgress(workspace.state, all);
    if (progress.line !== said) line(progress.line);
    said = progress.line;
    if (progress.isOver) return over.resolve(progress);
    for (const [at, standing] of progress.standings.entries()) {
      const asked = all[at];
      if (standing.kind !== 'waiting' || !asked) continue;
      if (!standing.isFree) all[at] = { ...asked, whenFree: false };
      // Who waits looks again now and then; now there is a reason to.
      else if (!asked.whenFree) void ask(at, { ...asked, whenFree: true });
    }
  };
  const ask = async (at: number, asked: Asked): Promise<void> => {
    const { cluster, ref, whenFree } = asked;
    const before = lastHandled(workspace.state, cluster, ref);
    all[at] = { ...asked, before, answer: 'none' };
    try {
      await workspace.reconcile(cluster, ref, { withSource: !whenFree }, signal);
      all[at] = { ...asked, before, answer: 'handled' };
    } catch (error) {
      all[at] = { ...asked, before, answer: { failed: reasonOf(error) } };
    }
    look();
  };
  const stop = (): void => over.reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  const changes = workspace.changes.on(({ type }) => {
    if (type === 'fluxObjects' || type === 'clusters') look();
  });
  try {
    signal.throwIfAborted();
    for (const [at, asked] of all.entries()) void ask(at, asked);
    look();
    return reconcileAllFailure(await over.promise);
  } finally {
    changes.dispose();
    signal.removeEventListener('abort', stop);
  }
}
