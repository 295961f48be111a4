// Whether an object could be referred from: looks once over all fields that hold names. Where nothing was renamed, this is all
// that the pass over name references has to do: a field of the wrong form is an error to upstream even then.
import { child } from '../../model/node.ts';
import type { Node } from '../../model/node.ts';

/** Fields by their names on the way; `ends` where a path ends. */
export interface PathTree {
  readonly fields: Map<string, PathTree>;
  ends: boolean;
}

export function pathTree(paths: Iterable<readonly string[]>): PathTree {
  const root: PathTree = { fields: new Map(), ends: false };
  for (const path of paths) {
    let at = root;
    for (const name of path) {
      const next: PathTree = at.fields.get(name) ?? { fields: new Map(), ends: false };
      at.fields.set(name, next);
      at = next;
    }
    at.ends = true;
  }
  return root;
}

/** Whether every field of the tree can be walked to and holds a name, or a map with one. False may be too strict. */
export function isRegular(node: Node, tree: PathTree): boolean {
  if (tree.ends && !holdsName(node)) return false;
  if (tree.fields.size === 0) return true;
  if (node.kind === 'scalar') return node.tag === '!!null';
  if (node.kind === 'list') return node.items.every((item) => isRegular(item, tree));
  for (const [name, below] of tree.fields) {
    const value = node.entries.get(name)?.value;
    if (value && !isRegular(value, below)) return false;
  }
  return true;
}

function holdsName(node: Node): boolean {
  if (node.kind === 'list') return node.items.every((item) => item.kind !== 'list' && holdsName(item));
  return node.kind === 'scalar' || child(node, 'name') !== undefined;
}
