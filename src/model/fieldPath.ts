// Paths of fields as users read and write them: `.spec.containers[web].image`, `.data["a.b"]`, `.args[0]`. Text in
// brackets names a map's key in quotes, or an item of a list by its index or its name. Knows no schema.
import { child, textOf } from './node.ts';
import type { Node } from './node.ts';

/** A step: a key, an index, or an item of a list by the value of its `name`. */
export type FieldStep =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'named'; readonly name: string };

const PLAIN_KEY = /^[A-Za-z_$][\w$-]*$/;

/** Parses a path; undefined where it is malformed. A leading dot may be left out; the empty path is the root. */
export function parseFieldPath(text: string): FieldStep[] | undefined {
  const steps: FieldStep[] = [];
  const pattern = /\.?([^.[\]"]+)|\.?\[(?:"((?:[^"\\]|\\.)*)"|(\d+)|([^\]"]+))\]/y;
  for (let at = 0; at < text.length;) {
    if (text === '.') return [];
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match) return undefined;
    const [whole, key, quoted, index, name] = match;
    if (at > 0 && key !== undefined && !whole.startsWith('.')) return undefined;
    if (key !== undefined) steps.push({ kind: 'key', key });
    else if (quoted !== undefined) steps.push({ kind: 'key', key: quoted.replaceAll(/\\(.)/gs, '$1') });
    else if (index !== undefined) steps.push({ kind: 'index', index: Number(index) });
    else steps.push({ kind: 'named', name: name as string });
    at = pattern.lastIndex;
  }
  return steps;
}

/** Prints a path that parseFieldPath reads back. */
export function printFieldPath(steps: readonly FieldStep[]): string {
  return steps
    .map((step) => {
      if (step.kind === 'index') return `[${step.index}]`;
      if (step.kind === 'named') return `[${step.name}]`;
      return PLAIN_KEY.test(step.key) ? `.${step.key}` : `["${step.key.replaceAll(/["\\]/g, '\\$&')}"]`;
    })
    .join('');
}

/** The node that a path leads to. */
export function nodeAtPath(root: Node, steps: readonly FieldStep[]): Node | undefined {
  let at: Node | undefined = root;
  for (const step of steps) {
    if (step.kind === 'key') at = child(at, step.key);
    else if (at?.kind !== 'list') return undefined;
    else if (step.kind === 'index') at = at.items[step.index];
    else at = at.items.find((item) => nameOfItem(item) === step.name);
    if (!at) return undefined;
  }
  return at;
}

/** The name of a list's item, where it has one that is unique enough to point at it. */
export function nameOfItem(item: Node): string | undefined {
  return textOf(child(item, 'name'));
}

/** The step to an item of a list: by its name where it has one of its own, else by its index. */
export function stepToItem(items: readonly Node[], index: number): FieldStep {
  const item = items[index];
  const name = item && textOf(child(item, 'name'));
  if (name === undefined || name === '' || /^\d+$|[[\]"]/.test(name)) return { kind: 'index', index };
  const unique = items.filter((each) => textOf(child(each, 'name')) === name).length === 1;
  return unique ? { kind: 'named', name } : { kind: 'index', index };
}
