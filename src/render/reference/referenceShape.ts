// Whether an object could be referred from: looks once over all fields that hold names. Where nothing was renamed, this is all
// that the pass over name references has to do: a field of the wrong form is an error to upstream even then.
import { isNull } from '../patch/nullness.ts';
import { child } from '../../model/node.ts';
import type { Node } from '../../model/node.ts';
import type { FieldTree } from '../transform/fieldTree.ts';

/** Whether every field of the tree can be walked to and holds a name, or a map with one. False may be too strict. */
export function isRegular(node: Node, tree: FieldTree): boolean {
  if (tree.ends.length > 0 && !holdsName(node)) return false;
  if (tree.below.length === 0) return true;
  if (node.kind === 'scalar') return isNull(node);
  if (node.kind === 'list') return node.items.every((item) => isRegular(item, tree));
  for (const below of tree.below) {
    const value = node.entries.get(below.name)?.value;
    if (value && !isRegular(value, below)) return false;
  }
  return true;
}

function holdsName(node: Node): boolean {
  if (node.kind === 'list') return node.items.every((item) => item.kind !== 'list' && holdsName(item));
  return node.kind === 'scalar' || child(node, 'name') !== undefined;
}
