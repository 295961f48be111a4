// Where go-yaml v3 writes what it cannot read, for a comment that stood behind a key: within brackets with a comma before it
// (`{spec:, # why`), and in front of an empty map at the margin (`spec: # why`, `{}`). kustomize fails on such an object.
import type { Finding } from '../../model/finding.ts';
import type { ListNode, MapEntry, MapNode, Node, ScalarNode } from '../../model/node.ts';
import type { Place } from '../../model/sourceText.ts';
import { isCommentBehind } from '../commentBehind.ts';
import { resourceInvalid } from '../findings.ts';

type Report = (finding: Finding) => void;

/** Reports the keys of that kind of all block maps right below a node within brackets; to be asked before settleFlow. */
export function reportCommentedKeys(node: Node, report: Report): void {
  if (node.kind === 'scalar' || node.flow !== true) return;
  const children = node.kind === 'list' ? node.items : [...node.entries.values()].map(({ value }) => value);
  for (const each of children) {
    if (each.kind !== 'map' || each.flow === true) continue;
    for (const [key, entry] of each.entries)
      if (entry.value.kind !== 'scalar' && hasCommentBehind(entry))
        reportComment(
          { behind: key, place: entry.keyPlace },
          'the object that this goes into is written within brackets',
          report,
        );
  }
}

/** Whether a map or list has lost all that it held on several lines. */
export function isEmptied(node: Node): node is ListNode | MapNode {
  return node.kind !== 'scalar' && node.flow !== true && sizeOf(node) === 0;
}

/** A comment that is yet to be written, by the words for what it stood behind. */
interface Waiting {
  readonly behind: string;
  readonly place: Place | undefined;
}

/**
 * Reports the comment that an emptied map or list gets. One behind the key of brackets waits there for the next value that is
 * not within any; one behind brackets of which a block was made comes to the next key.
 */
export function reportWaitingComment(root: MapNode, report: Report): void {
  let waiting: Waiting | undefined;
  let nextKeys: Waiting | undefined;
  const walk = (node: Node, entry?: MapEntry, key = ''): void => {
    const own = entry && (hasCommentBehind(entry) ? { behind: key, place: entry.keyPlace } : nextKeys);
    if (entry || node.kind === 'scalar') nextKeys = undefined;
    if (node.kind === 'scalar' ? hasOwnComment(node) : node.flow === true) {
      waiting = own ?? waiting;
      return;
    }
    const found = own ?? waiting;
    if (isEmptied(node) && found)
      reportComment(found, `${own?.behind === key ? 'what stands there' : key} has become empty`, report);
    // The items of a list are written without asking for it, but for the values in them.
    if (entry) waiting = undefined;
    if (node.kind === 'map') for (const [name, each] of node.entries) walk(each.value, each, name);
    else if (node.kind === 'list') for (const item of node.items) walk(item);
    if (node.kind !== 'scalar' && node.comment && sizeOf(node) > 0)
      nextKeys = { behind: `the brackets of ${key}`, place: node.comment };
  };
  walk(root);
}

function reportComment({ behind, place }: Waiting, why: string, report: Report): void {
  const message = `kustomize cannot read what it writes of the comment behind ${behind}: ${why}; put the comment above ${behind}`;
  report(resourceInvalid(message, place));
}

const sizeOf = (node: ListNode | MapNode): number => (node.kind === 'list' ? node.items.length : node.entries.size);

const colonAndComment = /\s*:[ \t]+#/y;

/** Whether a comment stands behind a single value, as it was read: another one cannot be written there. */
function hasOwnComment({ origin: { place, cause } }: ScalarNode): boolean {
  if (!place || (cause.by !== 'resource' && cause.by !== 'patch')) return false;
  behindHeader.lastIndex = place.start;
  return isCommentBehind(place) || behindHeader.test(place.source.text);
}

const behindHeader = /[|>][-+0-9]*[ \t]+#/y;

function hasCommentBehind({ commentedPlace: place }: MapEntry): boolean {
  if (!place) return false;
  colonAndComment.lastIndex = place.end;
  return colonAndComment.test(place.source.text);
}
