// The annotations of an object, for those that write some: the map is made where there is none.
import { child } from '../../model/node.ts';
import type { MapNode } from '../../model/node.ts';
import { isNull } from '../patch/nullness.ts';
import { newMap, setField } from '../write.ts';
import type { Change } from '../write.ts';

/** The map of annotations, made by the change where there is none; undefined where the metadata are no map. */
export function makeAnnotations(node: MapNode, change: Change): MapNode | undefined {
  let metadata = child(node, 'metadata');
  if (!metadata || isNull(metadata)) {
    metadata = newMap(change);
    setField(node, 'metadata', metadata, change);
  }
  if (metadata.kind !== 'map') return undefined;
  const annotations = child(metadata, 'annotations');
  if (annotations?.kind === 'map') return annotations;
  const made = newMap(change);
  setField(metadata, 'annotations', made, change);
  return made;
}
