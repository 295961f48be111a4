// How controllers inside the embedded cluster reach its objects: the same path as a request over HTTP (admission,
// managedFields, watch events), without the HTTP.
import type { JsonObject } from '../model/json.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import type { GroupVersionKind } from '../model/resourceType.ts';

export interface StoreChange {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: JsonObject;
}

/** Synchronous: the store is in memory. Failures throw ApiError (apiserver/errors.ts), as a request would get them. */
export interface ObjectAccess {
  get(ref: ObjectRef): JsonObject | undefined;
  list(gvk: GroupVersionKind, namespace?: string): readonly JsonObject[];
  create(object: JsonObject, manager: string): JsonObject;
  /**
   * Updates an object or its status; the resourceVersion in it is a precondition when it is set. `binding` gives a pod its
   * node, which no update of the pod itself may do.
   */
  update(object: JsonObject, manager: string, subresource?: 'status' | 'binding'): JsonObject;
  delete(
    ref: ObjectRef,
    options?: { readonly propagation?: 'Background' | 'Foreground' | 'Orphan'; readonly uid?: string },
  ): void;
  /** Every change of every kind, after it was stored, in order of resourceVersion. */
  onChange(listener: (change: StoreChange) => void): { dispose(): void };
}
