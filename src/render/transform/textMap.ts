// Labels and annotations written anew as a whole, as kyaml does whenever it sets one of them beside the others
// (RNode.SetAnnotations). Must not decide what is among them.
import { byCodeUnit } from '../../model/byCodeUnit.ts';
import { child, lastEntries } from '../../model/node.ts';
import type { MapEntry, MapNode, Node } from '../../model/node.ts';
import { keysInOrder } from '../../yaml/keyOrder.ts';
import { isOddText } from './setEntry.ts';
import { newMap, newText, removeField, setField } from '../write.ts';
import type { Change } from '../write.ts';

/**
 * All values become texts in styles of the build's own, keys are sorted, of keys that stand twice the last one counts, and an
 * empty map goes. Where the map itself stands twice, what is in the first goes into the second. Origins stay.
 */
export function rewriteTexts(metadata: MapNode, field: 'labels' | 'annotations', change: Change): void {
  const map = child(metadata, field);
  if (!map) return;
  removeField(metadata, field, change);
  if (map.kind !== 'map' || map.entries.size === 0) return;
  const second = child(metadata, field);
  const texts: MapNode =
    second?.kind === 'map' ? second : { ...newMap({ place: map.origin.place, cause: map.origin.cause }), anew: true };
  const last = lastEntries(map);
  const keys = keysInOrder(last, byCodeUnit);
  // A loop over the items makes an object for each where code is not optimised.
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string;
    const entry = last.get(key) as MapEntry;
    setField(texts, key, asText(entry.value, change), change, entry);
  }
  setField(metadata, field, texts, change);
}

function asText(node: Node, change: Change): Node {
  if (node.kind !== 'scalar') return newText('', change);
  const { untagged: _, tagged: __, ...scalar } = node;
  const style = node.text.includes('\n') ? 'literal' : isOddText(node.text) ? 'double' : 'plain';
  return { ...scalar, value: node.text, tag: '!!str', style, anew: true };
}
