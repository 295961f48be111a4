// Whether garbage collection may delete a live object: only what carries our owner labels and is not opted out.
import type { JsonObject } from '../../model/json.ts';
import type { Owner } from './desired.ts';
import { FLUX_GROUP, hasControl, ownerLabels, textMap } from './metadata.ts';

/** Why an object that left the inventory stays in the cluster; undefined where it is deleted. */
export function keepReason(live: JsonObject, owner: Owner): string | undefined {
  const labels = textMap(live, 'labels');
  if (!ownerLabels(owner).every(({ key, value }) => labels.get(key) === value)) {
    const [namespace, name] = [labels.get(`${FLUX_GROUP}/namespace`), labels.get(`${FLUX_GROUP}/name`)];
    return name === undefined ? 'it does not carry our owner labels' : `it belongs to ${namespace ?? ''}/${name}`;
  }
  if (hasControl(live, 'prune', 'disabled')) return 'prune is disabled on it';
  if (hasControl(live, 'reconcile', 'disabled')) return 'reconcile is disabled on it';
  if (hasControl(live, 'ssa', 'Ignore')) return 'ssa is Ignore on it';
  return undefined;
}
