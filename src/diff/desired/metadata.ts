// Labels and annotations of an object, and the control values that Flux reads from them. Reads only.
import { getObject, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';

/** The API group of Flux's Kustomization: the prefix of its labels and annotations. */
export const FLUX_GROUP = 'kustomize.toolkit.fluxcd.io';

export type ControlKey = 'ssa' | 'force' | 'prune' | 'reconcile';

/** The text values of a map of metadata; values of other types do not count. */
export function textMap(object: JsonObject | undefined, field: 'labels' | 'annotations'): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const [key, value] of Object.entries(getObject(object, 'metadata', field) ?? {})) {
    if (typeof value === 'string') texts.set(key, value);
  }
  return texts;
}

/** Whether a control is set on an object, as a label or as an annotation, in any case (fluxcd/pkg/ssa, AnyInMetadata). */
export function hasControl(object: JsonObject | undefined, key: ControlKey, value: string): boolean {
  const name = `${FLUX_GROUP}/${key}`;
  const wanted = value.toLowerCase();
  return ['labels', 'annotations'].some(
    (field) => getString(object, 'metadata', field, name)?.toLowerCase() === wanted,
  );
}

/** The labels by which prune knows its own objects. */
export function ownerLabels(owner: {
  readonly namespace: string;
  readonly name: string;
}): { key: string; value: string }[] {
  return [
    { key: `${FLUX_GROUP}/name`, value: owner.name },
    { key: `${FLUX_GROUP}/namespace`, value: owner.namespace },
  ];
}

/** Why Flux leaves an object as it is; undefined where it is to be applied. */
export function skipReason(desired: JsonObject, live: JsonObject | undefined): string | undefined {
  for (const [object, where] of [
    [desired, 'in Git'],
    [live, 'on the live object'],
  ] as const) {
    if (hasControl(object, 'reconcile', 'disabled')) return `reconcile is disabled ${where}`;
    if (hasControl(object, 'ssa', 'Ignore')) return `ssa is Ignore ${where}`;
  }
  // Read from Git alone: on a live object it is data that an earlier apply left.
  if (live && hasControl(desired, 'ssa', 'IfNotPresent')) return 'it exists, and ssa is IfNotPresent';
  return undefined;
}

/** Whether an immutable change may delete and recreate the object. */
export function forceWanted(desired: JsonObject, live: JsonObject | undefined, force: boolean): boolean {
  return force || hasControl(desired, 'force', 'Enabled') || hasControl(live, 'force', 'Enabled');
}
