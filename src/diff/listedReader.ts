// Reads the objects of a Kustomization by a list of each kind where its inventory has many of one: a plan of hundreds of objects
// would ask as often. What a list does not show is asked for by its name, so that nothing is taken for missing.
import type { InventoryEntry } from '../model/inventory.ts';
import { refOfEntry } from '../model/inventory.ts';
import { getString } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import type { KubeReader } from '../kube/client.ts';
import type { Owner } from './desired/desired.ts';
import { ownerLabels } from './desired/metadata.ts';

/** From so many of one kind in a namespace a list costs less than asking for each. */
const MANY = 8;

type Listed = ReadonlyMap<string, JsonObject>;

/** The reader, with lists in front of it that are made once, when they are first needed. */
export function listedReader(reader: KubeReader, inventory: readonly InventoryEntry[], owner: Owner): KubeReader {
  const labelSelector = ownerLabels(owner)
    .map(({ key, value }) => `${key}=${value}`)
    .join(',');
  const counts = new Map<string, number>();
  for (const entry of inventory) {
    const ref = refOfEntry(entry);
    if (ref) counts.set(groupOf(ref), (counts.get(groupOf(ref)) ?? 0) + 1);
  }
  const lists = new Map<string, Promise<Listed | undefined>>();

  const list = async (ref: ObjectRef, signal: AbortSignal | undefined): Promise<Listed | undefined> => {
    const type = await reader.resourceType(ref, signal);
    if (!type) return undefined;
    const namespace = ref.namespace === '' ? {} : { namespace: ref.namespace };
    const { items } = await reader.list(type, { ...namespace, labelSelector }, signal);
    return new Map(items.map((item) => [getString(item, 'metadata', 'name') ?? '', item]));
  };

  return {
    resourceType: (gvk, signal) => reader.resourceType(gvk, signal),
    resourceTypes: (signal) => reader.resourceTypes(signal),
    list: (type, options, signal) => reader.list(type, options, signal),
    async get(ref, signal) {
      if ((counts.get(groupOf(ref)) ?? 0) < MANY) return reader.get(ref, signal);
      const key = `${ref.version} ${groupOf(ref)}`;
      // Who may get need not be allowed to list: then each is asked for.
      const listing = lists.get(key) ?? list(ref, signal).catch(() => undefined);
      lists.set(key, listing);
      return (await listing)?.get(ref.name) ?? reader.get(ref, signal);
    },
  };
}

const groupOf = ({ group, kind, namespace }: ObjectRef): string => `${group}/${kind} ${namespace}`;
