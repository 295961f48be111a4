// The resources of a build in order, with an index by identity (upstream's ResMap without its scans). Knows no transformer.
import { currentId, earlierIds, idKey } from './resource.ts';
import type { Resource, ResourceId } from './resource.ts';

export interface ResourceList {
  /** The resources in order. Do not change the array: use the methods. */
  readonly items: readonly Resource[];
  /** The resources whose current identity is `id`. */
  byCurrentId(id: ResourceId): readonly Resource[];
  /** The resources that have or had the identity `id`, in order. */
  byAnyId(id: ResourceId): readonly Resource[];
  /** The resources that have or had a name, in order. */
  byAnyName(name: string): readonly Resource[];
  /** Every identity that some resource has or had; the same one may come more than once. */
  ids(): Iterable<ResourceId>;
  append(resource: Resource): void;
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

interface Index {
  readonly current: Map<string, Resource[]>;
  readonly any: Map<string, Resource[]>;
  readonly names: Map<string, Resource[]>;
  readonly keys: Map<
    Resource,
    { readonly current: string; readonly all: readonly string[]; readonly names: readonly string[] }
  >;
  /** Position for ordering results; only relative values mean something. */
  readonly positions: Map<Resource, number>;
}

export function newResourceList(initial: readonly Resource[] = []): ResourceList {
  let items: Resource[] = [...initial];
  let index: Index | undefined;

  function indexed(): Index {
    if (!index) {
      index = { current: new Map(), any: new Map(), names: new Map(), keys: new Map(), positions: new Map() };
      for (const [position, resource] of items.entries()) {
        index.positions.set(resource, position);
        add(index, resource);
      }
    }
    return index;
  }

  return {
    get items() {
      return items;
    },
    byCurrentId: (id) => sorted(indexed(), indexed().current.get(idKey(id))),
    byAnyId: (id) => sorted(indexed(), indexed().any.get(idKey(id))),
    byAnyName: (name) => sorted(indexed(), indexed().names.get(name)),
    *ids() {
      for (const resource of items) {
        yield* earlierIds(resource);
        yield currentId(resource);
      }
    },
    append(resource) {
      if (index) {
        index.positions.set(resource, items.length);
        add(index, resource);
      }
      items.push(resource);
    },
    remove(resources) {
      if (resources.size === 0) return;
      items = items.filter((item) => !resources.has(item));
      index = undefined;
    },
    replace(old, next) {
      const at = index?.positions.get(old) ?? items.indexOf(old);
      items[at] = next;
      if (index) {
        drop(index, old);
        index.positions.delete(old);
        index.positions.set(next, at);
        add(index, next);
      }
    },
    reset(next) {
      items = [...next];
      index = undefined;
    },
    idChanged(resource) {
      if (!index) return;
      drop(index, resource);
      add(index, resource);
    },
    idsChanged() {
      index = undefined;
    },
  };
}

function sorted(index: Index, found: Resource[] | undefined): readonly Resource[] {
  if (!found || found.length < 2) return found ?? [];
  return found.toSorted((a, b) => (index.positions.get(a) ?? 0) - (index.positions.get(b) ?? 0));
}

function add(index: Index, resource: Resource): void {
  const id = currentId(resource);
  const current = idKey(id);
  const earlier = earlierIds(resource);
  const all = [...new Set([...earlier.map(idKey), current])];
  const names = [...new Set([...earlier.map(({ name }) => name), id.name])];
  index.keys.set(resource, { current, all, names });
  for (const name of names) addTo(index.names, name, resource);
  addTo(index.current, current, resource);
  for (const key of all) addTo(index.any, key, resource);
}

function drop(index: Index, resource: Resource): void {
  const keys = index.keys.get(resource);
  if (!keys) return;
  dropFrom(index.current, keys.current, resource);
  for (const key of keys.all) dropFrom(index.any, key, resource);
  for (const name of keys.names) dropFrom(index.names, name, resource);
  index.keys.delete(resource);
}

function addTo(map: Map<string, Resource[]>, key: string, resource: Resource): void {
  const found = map.get(key);
  if (found) found.push(resource);
  else map.set(key, [resource]);
}

function dropFrom(map: Map<string, Resource[]>, key: string, resource: Resource): void {
  const rest = (map.get(key) ?? []).filter((item) => item !== resource);
  if (rest.length > 0) map.set(key, rest);
  else map.delete(key);
}
