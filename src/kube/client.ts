// What the rest of the engine may ask of a cluster. Bodies are raw JSON with exact integers; failures are StatusError
// with the server's own Status, never matched by message text.
import type { JsonObject } from '../model/json.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import type { GroupVersionKind, ResourceType } from '../model/resourceType.ts';

/** A Kubernetes `Status` answer as an exception. `code` 0 means that no answer came (connection refused, reset, timeout). */
export class StatusError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly status: JsonObject | undefined;
  /** Seconds of a Retry-After header. */
  readonly retryAfter: number | undefined;

  constructor(code: number, reason: string, message: string, status?: JsonObject, retryAfter?: number) {
    super(message);
    this.name = 'StatusError';
    this.code = code;
    this.reason = reason;
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

export interface ApplyOptions {
  readonly fieldManager: string;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly subresource?: string;
}

export interface DeleteOptions {
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan';
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly dryRun?: boolean;
}

export type PatchType =
  | 'application/json-patch+json'
  | 'application/merge-patch+json'
  | 'application/strategic-merge-patch+json';

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: JsonObject;
}

export interface ListResult {
  readonly items: JsonObject[];
  readonly resourceVersion: string;
}

export interface WatchOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Applied to each object as it arrives, to keep less of it (`withoutManagedFields`). Must keep metadata's uid, name and resourceVersion. */
  readonly project?: (object: JsonObject) => JsonObject;
}

export interface KubeReader {
  /** The type of a kind as discovery has it; undefined where the cluster does not serve it. Cached; see `forgetTypes`. */
  resourceType(gvk: GroupVersionKind, signal?: AbortSignal): Promise<ResourceType | undefined>;
  resourceTypes(signal?: AbortSignal): Promise<readonly ResourceType[]>;
  /** The object, or undefined where it does not exist (404 with the object's name). Other failures are StatusError. */
  get(ref: ObjectRef, signal?: AbortSignal): Promise<JsonObject | undefined>;
  list(
    type: ResourceType,
    options: { namespace?: string; labelSelector?: string; fieldSelector?: string },
    signal?: AbortSignal,
  ): Promise<ListResult>;
}

export interface KubeClient extends KubeReader {
  /** `https://127.0.0.1:6443`: for messages. Never holds credentials. */
  readonly server: string;
  forgetTypes(): void;
  /** The same cluster in the name of another user, over the same connection. Dispose it when it is not needed any more. */
  impersonate(user: string): KubeClient;
  apply(object: JsonObject, options: ApplyOptions, signal?: AbortSignal): Promise<JsonObject>;
  create(object: JsonObject, options: { fieldManager: string }, signal?: AbortSignal): Promise<JsonObject>;
  update(
    object: JsonObject,
    options: { fieldManager: string; subresource?: string },
    signal?: AbortSignal,
  ): Promise<JsonObject>;
  patch(
    ref: ObjectRef,
    type: PatchType,
    body: JsonObject | JsonObject[],
    options: { fieldManager: string; subresource?: string; dryRun?: boolean },
    signal?: AbortSignal,
  ): Promise<JsonObject>;
  delete(ref: ObjectRef, options: DeleteOptions, signal?: AbortSignal): Promise<void>;
  /** A raw request, for what has no verb here (`/readyz`, `/version`, `/openapi/v3`). */
  raw(method: string, path: string, signal?: AbortSignal): Promise<{ code: number; text: string }>;
  /** A live cache of a type, kept by list and watch (see watchCache.ts). The caller disposes it. */
  watch(type: ResourceType, options: WatchOptions): WatchCache;
  dispose(): void;
}

/** A cache that follows the cluster: client-go's reflector and indexer in one. */
export interface WatchCache {
  /** Resolves when the first list is in; rejects only when disposed. */
  synced(): Promise<void>;
  /** Resolves when the first list is in or was refused; `failure` says so then. Rejects only when disposed. */
  answered(): Promise<void>;
  get(namespace: string, name: string): JsonObject | undefined;
  items(): readonly JsonObject[];
  /** Called after each change of one object; `object` is the last known state for a deletion. */
  onChange(
    listener: (change: { type: 'added' | 'modified' | 'deleted'; object: JsonObject; old?: JsonObject }) => void,
  ): { dispose(): void };
  /** The last failure while it lasts (403, connection refused); undefined when the watch is healthy. */
  readonly failure: StatusError | undefined;
  dispose(): void;
}
