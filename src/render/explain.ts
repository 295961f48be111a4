// Where a field of a rendered manifest comes from: its value and the chain of origins, newest first. Reads what the build
// wrote into the nodes and computes nothing of its own.
import { nodeAtPath, parseFieldPath, stepToItem } from '../model/fieldPath.ts';
import type { FieldStep } from '../model/fieldPath.ts';
import { printFieldPath } from '../model/fieldPath.ts';
import type { Manifest } from '../model/manifest.ts';
import { manifestRef } from '../model/manifest.ts';
import type { Node } from '../model/node.ts';
import type { Origin } from '../model/origin.ts';
import { MASK } from './write.ts';

/** One link of a chain: what stood there, who put it there, and where that is written. */
export interface Explained {
  /** The value that this link wrote, as short text; masked for data of Secrets. */
  readonly value: string;
  readonly origin: Origin;
}

export interface Explanation {
  readonly path: string;
  /** The value as it is now. */
  readonly value: string;
  /** Newest first; the last one is where the field was first written. */
  readonly chain: readonly Explained[];
}

/** Explains a field; undefined where the manifest has none at that path or the path is malformed. */
export function explain(manifest: Manifest, path: string): Explanation | undefined {
  const steps = parseFieldPath(path);
  const node = steps && nodeAtPath(manifest.node, steps);
  return steps && node ? explanation(manifest, steps, node) : undefined;
}

/** Explains every scalar of a manifest, and every empty map and list, in the order of the tree. */
export function explainAll(manifest: Manifest): Explanation[] {
  const found: Explanation[] = [];
  const walk = (node: Node, steps: readonly FieldStep[]): void => {
    if (node.kind === 'map' && node.entries.size > 0) {
      for (const [key, { value }] of node.entries) walk(value, [...steps, { kind: 'key', key }]);
    } else if (node.kind === 'list' && node.items.length > 0) {
      for (const [i, item] of node.items.entries()) walk(item, [...steps, stepToItem(node.items, i)]);
    } else {
      found.push(explanation(manifest, steps, node));
    }
  };
  walk(manifest.node, []);
  return found;
}

function explanation(manifest: Manifest, steps: readonly FieldStep[], node: Node): Explanation {
  const [first] = steps;
  const secret =
    manifestRef(manifest).kind === 'Secret' &&
    first?.kind === 'key' &&
    (first.key === 'data' || first.key === 'stringData');
  const value = secret && node.kind === 'scalar' ? MASK : shortText(node);
  const chain: Explained[] = [];
  let at: Origin | undefined = node.origin;
  for (let text = value; at; at = at.overridden?.origin) {
    chain.push({ value: text, origin: at });
    text = secret && node.kind === 'scalar' ? MASK : (at.overridden?.value ?? '');
  }
  return { path: printFieldPath(steps), value, chain };
}

function shortText(node: Node): string {
  return node.kind === 'scalar' ? node.text : node.kind;
}
