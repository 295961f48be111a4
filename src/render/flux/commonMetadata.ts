// spec.commonMetadata: labels and annotations on every object, set over what it has, after the build and its substitution.
import { child, cloneNode } from '../../model/node.ts';
import type { MapNode, Node } from '../../model/node.ts';
import { newMap, setField, setTextField } from '../write.ts';
import type { Change } from '../write.ts';

/** Whether there is anything to set. */
export function hasCommonMetadata(metadata: Node | undefined): boolean {
  return ['labels', 'annotations'].some((field) => entriesOf(metadata, field).length > 0);
}

/** A copy of the object with the labels and annotations. */
export function withCommonMetadata(node: MapNode, metadata: Node | undefined): MapNode {
  const copy = cloneNode(node);
  for (const field of ['labels', 'annotations']) {
    for (const [key, value] of entriesOf(metadata, field)) {
      const change: Change = { place: value.origin.place, cause: { by: 'flux', field: 'commonMetadata' } };
      const target = mapAt(mapAt(copy, 'metadata', change), field, change);
      if (value.kind === 'scalar') setTextField(target, key, value.text, change);
    }
  }
  return copy;
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
