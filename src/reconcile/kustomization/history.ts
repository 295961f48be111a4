// status.history: the last five builds that were applied, by digest and result (fluxcd/pkg/apis/meta, History.Upsert).
import { getList, getPath, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { statusOf, timestamp } from '../conditions.ts';
import { printDuration } from '../duration.ts';

export interface HistoryEntry {
  readonly digest: string;
  readonly status: string;
  readonly revision: string;
  readonly originRevision?: string | undefined;
  readonly now: number;
  readonly durationMs: number;
}

const LIMIT = 5;

/** Records a result: a known one is counted up and moves to the front. */
export function recordHistory(object: JsonObject, entry: HistoryEntry): void {
  const history = getList(object, 'status', 'history') ?? [];
  const known = history.find(
    (one) => getString(one, 'digest') === entry.digest && getString(one, 'lastReconciledStatus') === entry.status,
  );
  const count = getPath(known, 'totalReconciliations');
  const now = timestamp(entry.now);
  const snapshot: JsonObject = {
    digest: entry.digest,
    firstReconciled: getString(known, 'firstReconciled') ?? now,
    lastReconciled: now,
    lastReconciledDuration: printDuration(entry.durationMs),
    lastReconciledStatus: entry.status,
    metadata: {
      revision: entry.revision,
      ...(entry.originRevision === undefined ? {} : { originRevision: entry.originRevision }),
    },
    totalReconciliations: typeof count === 'number' ? count + 1 : 1,
  };
  statusOf(object)['history'] = [snapshot, ...history.filter((one) => one !== known)].slice(0, LIMIT);
}
