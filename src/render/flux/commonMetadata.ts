// spec.commonMetadata: labels and annotations on every object, set over what it has, after the build and its substitution
// (fluxcd/pkg/ssa SetCommonMetadata, over Kubernetes' Unstructured).
import { child, cloneNode } from '../../model/node.ts';
import type { MapNode, Node } from '../../model/node.ts';
import { newMap, removeField, setField, setTextField } from '../write.ts';
import type { Change } from '../write.ts';

/** Whether there is anything to do: empty metadata too makes texts of the nulls that an object has. */
export function hasCommonMetadata(metadata: Node | undefined): boolean {
  return metadata?.kind === 'map';
}

/**
 * A copy of the object with the labels and annotations. Where one that it has is neither text nor null, the controller sees none
 * of them, and sets its own in their place.
 */
export function withCommonMetadata(node: MapNode, metadata: Node | undefined): MapNode {
  const copy = cloneNode(node);
  for (const field of ['labels', 'annotations']) {
    const common = entriesOf(metadata, field);
    tidyOwn(child(copy, 'metadata'), field, common[0]?.[1] ?? metadata, common.length > 0);
    for (const [key, value] of common) {
      const change = changeFor(value);
      const target = mapAt(mapAt(copy, 'metadata', change), field, change);
      if (value.kind === 'scalar') setTextField(target, key, value.text, change);
    }
  }
  return copy;
}

function tidyOwn(own: Node | undefined, field: string, asking: Node | undefined, isReplaced: boolean): void {
  const map = child(own, field);
  if (own?.kind !== 'map' || map?.kind !== 'map') return;
  const values = [...map.entries].map(([key, { value }]) => ({
    key,
    value: value.kind === 'scalar' ? value.value : 0,
  }));
  if (values.some(({ value }) => value !== null && typeof value !== 'string')) {
    if (isReplaced) removeField(own, field, changeFor(asking));
    return;
  }
  for (const { key, value } of values) if (value === null) setTextField(map, key, '', changeFor(asking));
}

function changeFor(value: Node | undefined): Change {
  return { place: value?.origin.place, cause: { by: 'flux', field: 'commonMetadata' } };
}

function entriesOf(metadata: Node | undefined, field: string): [string, Node][] {
  const map = child(metadata, field);
  return map?.kind === 'map' ? [...map.entries].map(([key, { value }]) => [key, value]) : [];
}

function mapAt(map: MapNode, key: string, change: Change): MapNode {
  const found = child(map, key);
  if (found?.kind === 'map') return found;
  const made = newMap(change);
  setField(map, key, made, change);
  return made;
}
