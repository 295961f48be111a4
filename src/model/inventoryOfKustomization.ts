// The inventory in the status of a Flux Kustomization, as references. Unreadable entries are left out.
import { refOfEntry } from './inventory.ts';
import { getList, getString } from './json.ts';
import type { JsonObject } from './json.ts';
import type { ObjectRef } from './objectRef.ts';

/** The objects that a Kustomization owns, in the order of its inventory. */
export function inventoryOfKustomization(kustomization: JsonObject): ObjectRef[] {
  return (getList(kustomization, 'status', 'inventory', 'entries') ?? []).flatMap((entry) => {
    const ref = refOfEntry({ id: getString(entry, 'id') ?? '', v: getString(entry, 'v') ?? '' });
    return ref ? [ref] : [];
  });
}
