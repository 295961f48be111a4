// Where go-yaml v3 writes what it cannot read: a comment that stood behind a key is written behind the colon, with a comma
// before it, where the map has come to stand within brackets (`{spec:, # why`). kustomize fails on such an object.
import type { Finding } from '../model/finding.ts';
import type { MapEntry, Node } from '../model/node.ts';
import { resourceInvalid } from './findings.ts';

/** Reports the keys of that kind of all block maps right below a node within brackets; to be asked before settleFlow. */
export function reportCommentedKeys(node: Node, report: (finding: Finding) => void): void {
  if (node.kind === 'scalar' || node.flow !== true) return;
  const children = node.kind === 'list' ? node.items : [...node.entries.values()].map(({ value }) => value);
  for (const each of children) {
    if (each.kind !== 'map' || each.flow === true) continue;
    for (const [key, entry] of each.entries)
      if (hasCommentBehind(entry)) report(resourceInvalid(wordsOf(key), entry.keyPlace));
  }
}

const wordsOf = (key: string): string =>
  `kustomize cannot read what it writes of the comment behind ${key}: the object that this goes into is written within brackets; put the comment above ${key}`;

const colonAndComment = /\s*:[ \t]+#/y;

function hasCommentBehind({ keyPlace, value }: MapEntry): boolean {
  if (!keyPlace || value.kind === 'scalar') return false;
  colonAndComment.lastIndex = keyPlace.end;
  return colonAndComment.test(keyPlace.source.text);
}
