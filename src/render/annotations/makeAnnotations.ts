// The annotations of an object, for those that write some: the map is made where there is none.
import { child } from '../../model/node.ts';
import type { MapNode, Node } from '../../model/node.ts';
import { isNullOrMissing } from '../patch/nullness.ts';
import { newMap, setField } from '../write.ts';
import type { Change } from '../write.ts';

/** The metadata, made by the change where there are none or null. */
export function makeMetadata(node: MapNode, change: Change): Node {
  const metadata = child(node, 'metadata');
  if (!isNullOrMissing(metadata)) return metadata;
  const made = newMap(change);
  setField(node, 'metadata', made, change);
  return made;
}

/** The map of annotations, made by the change where there is none; undefined where the metadata are no map. */
export function makeAnnotations(node: MapNode, change: Change): MapNode | undefined {
  const metadata = makeMetadata(node, change);
  if (metadata.kind !== 'map') return undefined;
  const annotations = child(metadata, 'annotations');
  if (annotations?.kind === 'map') return annotations;
  const made = newMap(change);
  setField(metadata, 'annotations', made, change);
  return made;
}
