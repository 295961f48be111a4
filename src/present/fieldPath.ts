// Field paths as people write them: `spec.containers[web].image`. List items by their name where they have one. Pure.
import { child, textOf } from '../model/node.ts';
import type { Node } from '../model/node.ts';

/** The text of a path below `root`. */
export function fieldPathText(root: Node, path: readonly (string | number)[]): string {
  let at: Node | undefined = root;
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') {
      const item: Node | undefined = at?.kind === 'list' ? at.items[step] : undefined;
      text += `[${textOf(child(item, 'name')) ?? String(step)}]`;
      at = item;
    } else {
      text += /^[A-Za-z0-9_$-]+$/.test(step) ? `${text === '' ? '' : '.'}${step}` : `[${JSON.stringify(step)}]`;
      at = child(at, step);
    }
  }
  return text;
}
