// The objects of a watch cache, and what each arrival means: added, modified, deleted, or old news. Knows no network.
import { getObject, getString, isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import type { ListResult } from '../client.ts';

export interface ObjectChange {
  readonly type: 'added' | 'modified' | 'deleted';
  readonly object: JsonObject;
  readonly old?: JsonObject;
}

export interface ObjectStore {
  get(namespace: string, name: string): JsonObject | undefined;
  items(): readonly JsonObject[];
  /** Takes an event in; the changes to tell, none for old news, two where an object was replaced by another of its name. */
  take(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: JsonObject): ObjectChange[];
  /** Takes a whole list in: what is missing in it was deleted, seen or not. */
  replace(list: ListResult): ObjectChange[];
}

const keyOf = (object: JsonObject): string =>
  keyFor(getString(object, 'metadata', 'namespace') ?? '', getString(object, 'metadata', 'name') ?? '');
const keyFor = (namespace: string, name: string): string => `${namespace}/${name}`;
const uidOf = (object: JsonObject): string => getString(object, 'metadata', 'uid') ?? '';
export const versionOf = (object: JsonObject): string => getString(object, 'metadata', 'resourceVersion') ?? '';

/** Whether version `a` is before `b`. Versions that are no numbers have no order. */
export function isBefore(a: string, b: string): boolean {
  if (!/^\d+$/.test(a) || !/^\d+$/.test(b)) return false;
  return a.length === b.length ? a < b : a.length < b.length;
}

/** @param project see WatchOptions */
export function createObjectStore(project: (object: JsonObject) => JsonObject): ObjectStore {
  let objects = new Map<string, JsonObject>();
  // Uids that are gone: a replayed event must not bring one back. Cleared with each list, which is the truth anew.
  const gone = new Set<string>();

  const put = (object: JsonObject): ObjectChange[] => {
    const key = keyOf(object);
    const old = objects.get(key);
    const uid = uidOf(object);
    if (uid !== '' && gone.has(uid)) return [];
    const replaced = old !== undefined && uidOf(old) !== uid;
    if (old && !replaced && !isNewer(object, old)) return [];
    const kept = project(object);
    objects.set(key, kept);
    if (!old) return [{ type: 'added', object: kept }];
    if (!replaced) return [{ type: 'modified', object: kept, old }];
    gone.add(uidOf(old));
    return [
      { type: 'deleted', object: old },
      { type: 'added', object: kept },
    ];
  };

  const remove = (object: JsonObject): ObjectChange[] => {
    const old = objects.get(keyOf(object));
    if (uidOf(object) !== '') gone.add(uidOf(object));
    // The deletion of an earlier object of this name: the one that we have is another.
    if (!old || uidOf(old) !== uidOf(object)) return [];
    objects.delete(keyOf(object));
    return [{ type: 'deleted', object: project(object), old }];
  };

  const replace = ({ items, resourceVersion }: ListResult): ObjectChange[] => {
    gone.clear();
    const before = objects;
    objects = new Map();
    const changes: ObjectChange[] = [];
    const listed = new Set(items.map(keyOf));
    for (const [key, old] of before) if (!listed.has(key)) changes.push({ type: 'deleted', object: old });
    for (const item of items) {
      const old = before.get(keyOf(item));
      if (old) objects.set(keyOf(item), old);
      // A list that is older than what we have comes from a store that was set back: it is the truth now.
      if (old && uidOf(old) === uidOf(item) && isBefore(resourceVersion, versionOf(old))) objects.delete(keyOf(item));
      const found = put(item);
      const setBack = old !== undefined && found[0]?.type === 'added' && uidOf(old) === uidOf(item);
      changes.push(...(setBack && found[0] ? [{ type: 'modified' as const, object: found[0].object, old }] : found));
    }
    return changes;
  };

  return {
    get: (namespace, name) => objects.get(keyFor(namespace, name)),
    items: () => [...objects.values()],
    take: (type, object) => (type === 'DELETED' ? remove(object) : put(object)),
    replace,
  };
}

function isNewer(object: JsonObject, old: JsonObject): boolean {
  return versionOf(object) !== versionOf(old) && !isBefore(versionOf(object), versionOf(old));
}

/** A projection: the same object without managedFields, which are most of its size and of no use to a view. */
export function withoutManagedFields(object: JsonObject): JsonObject {
  const metadata = getObject(object, 'metadata');
  if (!isJsonObject(metadata) || metadata['managedFields'] === undefined) return object;
  const { managedFields: _, ...rest } = metadata;
  return { ...object, metadata: rest };
}
