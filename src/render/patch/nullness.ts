// What counts as null and as empty for kyaml's merge. Reads only.
import type { Node } from '../../model/node.ts';

/** A scalar that is tagged null; what the build wrote without a tag is not. */
export function isNull(node: Node): boolean {
  return node.kind === 'scalar' && node.tag === '!!null' && node.untagged !== true;
}

export function isNullOrMissing(node: Node | undefined): node is undefined {
  return node === undefined || isNull(node);
}

export function isEmptyMap(node: Node | undefined): boolean {
  return isNullOrMissing(node) || isMapWithoutEntries(node);
}

function isMapWithoutEntries(node: Node): boolean {
  return node.kind === 'map' && node.entries.size === 0;
}

/** Missing, null, an empty map or an empty list. */
export function isEmpty(node: Node | undefined): boolean {
  return isEmptyMap(node) || (node?.kind === 'list' && node.items.length === 0);
}

/** The text of a scalar, null included; empty for anything else. */
export function rawText(node: Node | undefined): string {
  return node?.kind === 'scalar' ? node.text : '';
}
