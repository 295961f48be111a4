// The `$patch` directive of a strategic merge patch (kyaml merge2/smpdirective.go). Taking it removes it from the patch.
import { child } from '../../model/node.ts';
import type { ListNode, MapNode, Node } from '../../model/node.ts';
import { removeField, setItems } from '../write.ts';
import type { Change } from '../write.ts';
import { isEmptyMap, rawText } from './nullness.ts';
import { PatchFault } from './patchFault.ts';

export type Directive = 'merge' | 'replace' | 'delete';

const KEY = '$patch';

/** Taking a directive off a patch leaves no trace in an origin: the patch's own tree is not part of any manifest yet. */
const UNTRACED: Change = { place: undefined, cause: { by: 'resource' } };

/**
 * Takes the directive off a map or a list of a patch. Where nothing stands yet in the target (`added`), an unknown
 * directive is left alone, as upstream has it; otherwise it is a PatchFault.
 */
export function takeDirective(patch: MapNode | ListNode, when: 'added' | 'merged'): Directive {
  const found = patch.kind === 'map' ? child(patch, KEY) : directiveItem(patch);
  if (!found) return 'merge';
  const word = rawText(found);
  if (word !== 'merge' && word !== 'replace' && word !== 'delete') {
    if (when === 'added') return 'merge';
    throw new PatchFault(`unknown patch directive "${word}": use "delete", "replace" or "merge"`, found);
  }
  if (patch.kind === 'map') removeField(patch, KEY, UNTRACED);
  else
    setItems(
      patch,
      patch.items.filter((item) => !isEmptyMap(item) && rawText(child(item, KEY)) !== word),
      UNTRACED,
    );
  return word;
}

/** A list's directive is an item of its own: the first one with the key, if it has no other key. */
function directiveItem(list: ListNode): Node | undefined {
  const item = list.items.find((candidate) => child(candidate, KEY) !== undefined);
  return item?.kind === 'map' && item.entries.size === 1 ? child(item, KEY) : undefined;
}
