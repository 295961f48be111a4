// Keys `<<` that are still there when JSON is made of an object: those of maps that were merged themselves, and what a JSON
// patch adds. go-yaml resolves them then. Must not look at what readers have merged already.
import { child } from '../../model/node.ts';
import type { Finding } from '../../model/finding.ts';
import type { MapNode, Node } from '../../model/node.ts';
import { mergeOfNoMap } from '../../yaml/findings.ts';
import { removeField, setField } from '../write.ts';

const MERGE_KEY = '<<';

/** Puts what stands under `<<` into its map, behind the map's own keys. What stands below is looked at apart. */
export function resolveMergeKey(node: Node, report: (finding: Finding) => void): void {
  // One in quotes, which came out of a merged map, is a key like any other.
  if (node.kind !== 'map' || node.entries.get(MERGE_KEY)?.keyStyle !== 'plain') return;
  const value = child(node, MERGE_KEY);
  const { place, cause } = node.origin;
  const change = { place, cause };
  removeField(node, MERGE_KEY, change);
  const maps = value?.kind === 'list' ? value.items : value ? [value] : [];
  for (const map of maps) {
    resolveMergeKey(map, report);
    if (map.kind === 'map') inherit(node, map);
    else report(mergeOfNoMap(map.origin.place));
  }
}

function inherit(node: MapNode, from: MapNode): void {
  const change = { place: from.origin.place, cause: from.origin.cause };
  for (const [key, entry] of from.entries) if (!node.entries.has(key)) setField(node, key, entry.value, change, entry);
}
