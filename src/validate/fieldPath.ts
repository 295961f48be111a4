// Paths of rendered fields as messages write them: `spec.template.spec.containers[web].ports[0]`.
import { child, textOf } from '../model/node.ts';
import type { Node } from '../model/node.ts';
import type { SchemaNode } from '../schema/schemaSet.ts';

export function fieldPath(parent: string, name: string): string {
  if (!/^[\w$-]+$/.test(name)) return `${parent}[${name}]`;
  return parent === '' ? name : `${parent}.${name}`;
}

/** Items of lists that merge by name are called by it, all others by their position. */
export function itemPath(parent: string, index: number, item: Node, list: SchemaNode): string {
  const keys = list.listMapKeys ?? (list.patchMergeKey === undefined ? [] : [list.patchMergeKey]);
  const name = keys.length === 1 && keys[0] === 'name' ? textOf(child(item, 'name')) : undefined;
  return `${parent}[${name ?? index}]`;
}
