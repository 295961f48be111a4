// Every value of a rendered object with its path and the place of its key. Pure.
import type { Node } from '../model/node.ts';
import type { Place } from '../model/sourceText.ts';

export interface WalkedNode {
  readonly node: Node;
  readonly path: readonly (string | number)[];
  readonly keyPlace: Place | undefined;
}

/** Depth first, parents before children. */
export function* walkNode(root: Node): Generator<WalkedNode> {
  const open: WalkedNode[] = [{ node: root, path: [], keyPlace: undefined }];
  for (let at = open.pop(); at; at = open.pop()) {
    yield at;
    const { node, path } = at;
    if (node.kind === 'map')
      for (const [key, entry] of [...node.entries].reverse())
        open.push({ node: entry.value, path: [...path, key], keyPlace: entry.keyPlace });
    else if (node.kind === 'list')
      for (let index = node.items.length - 1; index >= 0; index--)
        open.push({ node: node.items[index] as Node, path: [...path, index], keyPlace: undefined });
  }
}
