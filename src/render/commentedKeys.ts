// Where go-yaml v3 writes what it cannot read, for a comment that stood behind a key: within brackets with a comma before it
// (`{spec:, # why`), and in front of an empty map at the margin (`spec: # why`, `{}`). kustomize fails on such an object.
import type { Finding } from '../model/finding.ts';
import type { ListNode, MapEntry, MapNode, Node } from '../model/node.ts';
import { resourceInvalid } from './findings.ts';

type Report = (finding: Finding) => void;

/** Reports the keys of that kind of all block maps right below a node within brackets; to be asked before settleFlow. */
export function reportCommentedKeys(node: Node, report: Report): void {
  if (node.kind === 'scalar' || node.flow !== true) return;
  const children = node.kind === 'list' ? node.items : [...node.entries.values()].map(({ value }) => value);
  for (const each of children) {
    if (each.kind !== 'map' || each.flow === true) continue;
    for (const [key, entry] of each.entries)
      if (hasCommentBehind(entry))
        reportKey(key, entry, 'the object that this goes into is written within brackets', report);
  }
}

/** Whether a map or list has lost all that it held on several lines. */
export function isEmptied(node: Node): node is ListNode | MapNode {
  return node.kind !== 'scalar' && node.flow !== true && sizeOf(node) === 0;
}

/**
 * Reports the comment that an emptied map or list gets. One behind the key of brackets waits there for the next value that is
 * not within any.
 */
export function reportWaitingComment(root: MapNode, report: Report): void {
  let waiting: { readonly key: string; readonly entry: MapEntry } | undefined;
  const walk = (node: Node, entry?: MapEntry, key = ''): void => {
    if (node.kind !== 'scalar' && node.flow === true) {
      if (entry && hasCommentBehind(entry)) waiting = { key, entry };
      return;
    }
    if (isEmptied(node)) {
      const own = entry && hasCommentBehind(entry) ? { key, entry } : undefined;
      const found = own ?? waiting;
      if (found) reportKey(found.key, found.entry, `${own ? 'what stands there' : key} has become empty`, report);
    }
    // The items of a list are written without asking for it, but for the values in them.
    if (entry) waiting = undefined;
    if (node.kind === 'map') for (const [name, each] of node.entries) walk(each.value, each, name);
    else if (node.kind === 'list') for (const item of node.items) walk(item);
  };
  walk(root);
}

function reportKey(key: string, { keyPlace }: MapEntry, why: string, report: Report): void {
  const message = `kustomize cannot read what it writes of the comment behind ${key}: ${why}; put the comment above ${key}`;
  report(resourceInvalid(message, keyPlace));
}

const sizeOf = (node: ListNode | MapNode): number => (node.kind === 'list' ? node.items.length : node.entries.size);

const colonAndComment = /\s*:[ \t]+#/y;

function hasCommentBehind({ commentedPlace: place, value }: MapEntry): boolean {
  if (!place || value.kind === 'scalar') return false;
  colonAndComment.lastIndex = place.end;
  return colonAndComment.test(place.source.text);
}
