// The resources of a build in order, with indexes by identity (upstream's ResMap without its scans). Knows no transformer.
import { currentId, currentKey, earlierIds, idKey, nameOf } from './resource.ts';
import type { Resource, ResourceId } from './resource.ts';

export interface ResourceList {
  /** The resources in order. Do not change the array: use the methods. */
  readonly items: readonly Resource[];
  /** The resources whose current identity is that of a resource, which need not be among them. */
  sameAs(resource: Resource): readonly Resource[];
  /** The resources that have or had the identity `id`, in order. */
  byAnyId(id: ResourceId): readonly Resource[];
  /** The resources that have or had a name, in order. */
  byAnyName(name: string): readonly Resource[];
  /** Every identity that some resource has or had; the same one may come more than once. */
  ids(): Iterable<ResourceId>;
  append(resource: Resource): void;
  /** Appends a resource unless one of its identity is there, which is given then. */
  appendNew(resource: Resource): Resource | undefined;
  remove(resources: ReadonlySet<Resource>): void;
  /** Puts `next` where `old` stands. */
  replace(old: Resource, next: Resource): void;
  /** Other items, in this order. */
  reset(items: readonly Resource[]): void;
  /** To be called after the identity of one resource changed. */
  idChanged(resource: Resource): void;
  /** To be called after identities of many resources changed; the runner calls it after each transformer. */
  idsChanged(): void;
}

/** Resources by keys of one sort. Made when it is first asked, since most steps of a build ask for one sort or none. */
interface Index {
  readonly keysOf: (resource: Resource) => readonly string[];
  byKey: Map<string, Resource[]> | undefined;
  readonly keys: Map<Resource, readonly string[]>;
}

/** To go through all resources so often takes no longer than to make an index of them. */
const FEW = 4;

export function newResourceList(initial: readonly Resource[] = []): ResourceList {
  let items: Resource[] = [...initial];
  /** Positions for ordering results; only relative values mean something. */
  let positions: Map<Resource, number> | undefined;
  const current = newIndex((resource) => [currentKey(resource)]);
  const any = newIndex((resource) => unique(earlierIds(resource).map(idKey), currentKey(resource)));
  const names = newIndex((resource) =>
    unique(
      resource.earlier.map(({ name }) => name),
      nameOf(resource),
    ),
  );
  const indexes = [current, any, names];
  /** How often all resources were gone through for a name since they last changed. */
  let searches = 0;

  function forget(): void {
    positions = undefined;
    searches = 0;
    for (const index of indexes) {
      index.byKey = undefined;
      index.keys.clear();
    }
  }

  function addToAll(resource: Resource): void {
    add(current, resource);
    add(any, resource);
    add(names, resource);
  }

  /** Few names are asked for between two changes, mostly: an index is made when there are more. */
  function searched(index: Index, name: string): readonly Resource[] | undefined {
    if (index.byKey || ++searches > FEW) return undefined;
    return items.filter((item) => nameOf(item) === name || item.earlier.some((earlier) => earlier.name === name));
  }

  function byAnyId(id: ResourceId): readonly Resource[] {
    const key = idKey(id);
    return searched(any, id.name)?.filter((item) => any.keysOf(item).includes(key)) ?? find(any, key);
  }

  function find(index: Index, key: string): readonly Resource[] {
    const found = made(index, items).get(key);
    if (!found || found.length < 2) return found ?? [];
    const order = (positions ??= new Map(items.map((item, i) => [item, i])));
    return found.toSorted((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
  }

  function append(resource: Resource): void {
    positions?.set(resource, items.length);
    items.push(resource);
    addToAll(resource);
  }

  return {
    get items() {
      return items;
    },
    sameAs: (resource) => find(current, currentKey(resource)),
    byAnyId,
    byAnyName: (name) => searched(names, name) ?? find(names, name),
    *ids() {
      for (const resource of items) {
        yield* earlierIds(resource);
        yield currentId(resource);
      }
    },
    append,
    appendNew(resource) {
      const first = find(current, currentKey(resource))[0];
      if (!first) append(resource);
      return first;
    },
    remove(resources) {
      if (resources.size === 0) return;
      items = items.filter((item) => !resources.has(item));
      forget();
    },
    replace(old, next) {
      items[items.indexOf(old)] = next;
      positions = undefined;
      for (const index of indexes) drop(index, old);
      addToAll(next);
    },
    reset(next) {
      items = [...next];
      forget();
    },
    idChanged(resource) {
      for (const index of indexes) {
        const before = index.keys.get(resource);
        if (!before || !index.byKey) continue;
        const now = index.keysOf(resource);
        if (before.length === now.length && before.every((key, i) => key === now[i])) continue;
        drop(index, resource);
        add(index, resource);
      }
    },
    idsChanged: forget,
  };
}

function newIndex(keysOf: (resource: Resource) => readonly string[]): Index {
  return { keysOf, byKey: undefined, keys: new Map() };
}

function unique(earlier: readonly string[], last: string): readonly string[] {
  const found: string[] = [];
  for (const key of earlier) if (!found.includes(key)) found.push(key);
  if (!found.includes(last)) found.push(last);
  return found;
}

function made(index: Index, items: readonly Resource[]): Map<string, Resource[]> {
  if (!index.byKey) {
    index.byKey = new Map();
    for (const resource of items) add(index, resource);
  }
  return index.byKey;
}

/** Adds a resource to an index that is made already. */
function add(index: Index, resource: Resource): void {
  const { byKey } = index;
  if (!byKey) return;
  const keys = index.keysOf(resource);
  index.keys.set(resource, keys);
  // A loop over the items makes an object for each where code is not optimised.
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string;
    const found = byKey.get(key);
    if (found) found.push(resource);
    else byKey.set(key, [resource]);
  }
}

function drop(index: Index, resource: Resource): void {
  const { byKey } = index;
  if (!byKey) return;
  for (const key of index.keys.get(resource) ?? []) {
    const rest = (byKey.get(key) ?? []).filter((item) => item !== resource);
    if (rest.length > 0) byKey.set(key, rest);
    else byKey.delete(key);
  }
  index.keys.delete(resource);
}
