// One change of the store: what the watch log keeps and what watchers get.
import type { JsonObject } from '../../model/json.ts';

export interface StoreEvent {
  readonly revision: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** The stored resource: `group/plural`, `/configmaps` for the core group. */
  readonly resource: string;
  /** `namespace/name`, or the name alone for cluster-scoped objects. */
  readonly key: string;
  /** The object after the change; for DELETED its last state, with the revision of the deletion. Never changed afterwards. */
  readonly object: JsonObject;
  readonly previous: JsonObject | undefined;
  /** Length of its JSON text: the log is bounded by it. */
  readonly size: number;
}

export function objectKey(namespace: string, name: string): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}
