// The fields that many paths lead to, found in one walk: the paths of a kind share most of their steps. Makes no field and
// changes nothing; where it cannot tell, each path is walked by itself (fieldSpec.ts).
import type { Node } from '../../model/node.ts';
import { isNull } from '../patch/nullness.ts';

/** Paths by their names on the way. */
export interface FieldTree {
  /** The last name on the way here. */
  readonly name: string;
  readonly below: FieldTree[];
  /** The positions of the paths that end here. */
  readonly ends: number[];
  /** Whether a path says that this is a list, which null is made one for. */
  isList: boolean;
}

/** A field that the path at a position leads to. */
export interface FoundField {
  readonly path: number;
  readonly node: Node;
}

/** The tree of split paths; undefined where a step of them names no field. */
export function fieldTree(paths: readonly (readonly string[])[]): FieldTree | undefined {
  const root = newTree('');
  for (const [position, path] of paths.entries()) {
    let at = root;
    for (const step of path) {
      const name = step.endsWith('[]') ? step.slice(0, -2) : step;
      if (name === '' || namesElement(name)) return undefined;
      let next = at.below.find((each) => each.name === name);
      if (!next) at.below.push((next = newTree(name)));
      next.isList ||= name !== step;
      at = next;
    }
    at.ends.push(position);
  }
  return root;
}

function newTree(name: string): FieldTree {
  return { name, below: [], ends: [], isList: false };
}

/** All fields that the paths lead to, those of the first path first; undefined where one cannot be walked, or may be made. */
export function findFields(root: Node, tree: FieldTree): readonly FoundField[] | undefined {
  const found: FoundField[] = [];
  if (!find(root, tree, found)) return undefined;
  return found.length > 1 ? found.sort((a, b) => a.path - b.path) : found;
}

function find(node: Node, tree: FieldTree, found: FoundField[]): boolean {
  const { below, ends } = tree;
  if (ends.length > 0) {
    for (const path of ends) found.push({ path, node });
    // What is written to a field may be where a longer path leads.
    return below.length === 0;
  }
  if (node.kind === 'list') {
    for (const item of node.items) if (!find(item, tree, found)) return false;
    return true;
  }
  if (node.kind === 'scalar') return isNull(node);
  // A loop over the items makes an object for each where code is not optimised.
  for (let i = 0; i < below.length; i++) {
    const next = below[i] as FieldTree;
    const value = node.entries.get(next.name)?.value;
    if (value && ((next.isList && isNull(value)) || !find(value, next, found))) return false;
  }
  return true;
}

const LEFT_BRACKET = '['.charCodeAt(0);

/** Steps that kyaml's PathGetter takes for elements of a list, or refuses: `3`, `-`, `[name=x]`, and `*`. */
export function namesElement(step: string): boolean {
  // Asked at every step of every walk: nearly all names begin with a small letter, and those are none.
  if (step.charCodeAt(0) > LEFT_BRACKET) return false;
  return step === '*' || step === '-' || /^[+-]?\d+$/.test(step) || /^\[.*\]$/.test(step);
}
