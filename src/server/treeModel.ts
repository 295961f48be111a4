// The trees that the client has seen, flattened, and what changed since. Pure: sends nothing.
import type { TreeNode } from '../present/tree/treeNode.ts';
import type { TreeItemModel } from './protocol.ts';

export interface FlatTree {
  readonly items: ReadonlyMap<string, TreeItemModel>;
  /** Ids of the children by id; the roots under the empty id. */
  readonly children: ReadonlyMap<string, readonly string[]>;
}

export const emptyTree: FlatTree = { items: new Map(), children: new Map([['', []]]) };

/** What nodes look like on their way, by the node: one that is shown again is the same value. */
export type KnownItems = WeakMap<TreeNode, TreeItemModel>;

/** Flattens the nodes; files get their addresses. */
export function flattenTree(
  roots: readonly TreeNode[],
  uriOf: (path: string) => string,
  known: KnownItems = new WeakMap(),
): FlatTree {
  const items = new Map<string, TreeItemModel>();
  const children = new Map<string, readonly string[]>([['', roots.map((node) => node.id)]]);
  const open = [...roots];
  for (let node = open.pop(); node; node = open.pop()) {
    const inner = node.children;
    const item = known.get(node) ?? itemOf(node, uriOf);
    known.set(node, item);
    items.set(node.id, item);
    children.set(
      node.id,
      inner.map((one) => one.id),
    );
    for (const one of inner) open.push(one);
  }
  return { items, children };
}

function itemOf({ children: _, ...item }: TreeNode, uriOf: (path: string) => string): TreeItemModel {
  if (item.target?.file === undefined) return item;
  return { ...item, target: { ...item.target, uri: uriOf(item.target.file) } };
}

/**
 * Ids of the nodes to refresh; the empty id for the roots. Nothing below a node that is refreshed anyway is lost. Where one
 * has gone to another parent all are refreshed together: an editor that sees it come and go apart loses its selection.
 */
export function changedIds(before: FlatTree, after: FlatTree): string[] {
  const ids: string[] = [];
  for (const [id, inner] of after.children) {
    const old = before.children.get(id);
    const item = after.items.get(id);
    const known = before.items.get(id);
    if (id !== '' && !known) {
      if (inner.some((one) => before.items.has(one))) return [''];
      continue;
    }
    if (!old || old.length !== inner.length || inner.some((one, at) => one !== old[at])) {
      const had = new Set(old);
      if (inner.some((one) => !had.has(one) && before.items.has(one))) return [''];
      ids.push(id);
    } else if (item && known && !isSame(item, known)) ids.push(id);
  }
  return ids;
}

/** Plain values only; trees of thousands of rows are compared many times a second, and writing them out would take longest. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => isSame(left[key], right[key]));
}
