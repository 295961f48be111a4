// What every verb works with: the store, the served kinds, the clock. One value for a running server.
import type { Clock } from '../model/clock.ts';
import type { JsonObject } from '../model/json.ts';
import type { Log } from '../model/log.ts';
import type { GroupVersionKind } from '../model/resourceType.ts';
import type { KindContext } from './kinds/kind.ts';
import type { ServedResource, ServedSet } from './served.ts';
import type { Store } from './store/store.ts';
import type { Emptied } from './write/goDecode.ts';
import type { GoTypes } from './write/goTypes.ts';

export interface Api {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** What is served now; asked anew for each request, since CRDs come and go. */
  readonly served: () => ServedSet;
  /** Makes a uid; a parameter so that tests can count them. */
  readonly newUid: () => string;
  /** Makes the five letters that follow a generateName. */
  readonly newSuffix: () => string;
  readonly version: string;
  readonly types: GoTypes;
}

/** One object, or one collection where the name is empty. */
export interface Target {
  readonly resource: ServedResource;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
  /** What was sent empty, of a built-in object: only words depend on it. */
  readonly emptied?: readonly Emptied[];
  /** Asked before anything is stored or deleted. Absent: nobody is. */
  readonly admission?: Admission;
}

/** A write in the words of k8s.io/apiserver's admission.Attributes. */
export interface Act {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly target: Target;
  /** Empty for collections. */
  readonly name: string;
  /** As it is about to be stored; undefined for deletions. Has the working version. */
  readonly object: JsonObject | undefined;
  readonly old: JsonObject | undefined;
  /** Of the objects, where it is not that of the resource: a Scale. */
  readonly kind?: GroupVersionKind;
}

/** What is asked about a write after it was found valid, and told. Belongs to one request, whose user and options it knows. */
export interface Admission {
  /** Throws the ApiError of a refusal. */
  validate(act: Act): void;
  /** Tells the client something, whether the write goes on or not. */
  warn(text: string): void;
}

/** The time of now as Kubernetes writes it. */
export function timeNow(api: Api): string {
  return timeText(api.clock.now());
}

/** RFC 3339 in UTC, to the second. */
export function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

export function kindContext(api: Api): KindContext {
  const storedOf = (gvk: GroupVersionKind): string | undefined => api.served().ofKind(gvk)?.stored;
  return {
    now: timeNow(api),
    get: (gvk, namespace, name): JsonObject | undefined => {
      const stored = storedOf(gvk);
      return stored === undefined ? undefined : api.store.get(stored, namespace, name);
    },
    list: (gvk, namespace) => {
      const stored = storedOf(gvk);
      return stored === undefined ? [] : api.store.list(stored, namespace);
    },
  };
}
