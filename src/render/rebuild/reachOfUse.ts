// Which objects the uses of some transformers can change, by the names that objects ever had: what must be built again when
// such a use is edited (rebuildUse.ts). May name too many, never too few. Changes nothing.
import { stringifyJson } from '../../model/jsonText.ts';
import { child, textOf, toJson } from '../../model/node.ts';
import type { Node } from '../../model/node.ts';
import { listField, mapField, textField, textItems } from '../kustomization/kustomization.ts';
import { namesPatched } from '../patch/patches.ts';
import { parseSelector } from '../patch/selector.ts';
import { splitFieldPath } from '../replacement/fieldPath.ts';
import { kindOf, nameOf } from '../resource.ts';
import type { Resource } from '../resource.ts';
import { hasImages } from '../transform/images.ts';
import type { Reach, TransformerUse } from '../transform/transformer.ts';

export const reachOfReplicas: Reach = (_context, use, later) => {
  const name = textField(mapField(use.config, 'replica'), 'name');
  return forgets(later) ? undefined : { by: name, has: (resource) => everNamed(resource, (one) => one === name) };
};

export const reachOfPatch: Reach = (context, use, later) => {
  if (forgets(later)) return undefined;
  const target = child(use.config, 'target');
  if (target) return reachOfTarget(target);
  const names = namesPatched(context, use);
  return names && { by: [...names].join('\n'), has: (resource) => everNamed(resource, (one) => names.has(one)) };
};

/** Images of objects that a patch or a replacement changes later may be gone. */
export const reachOfImage: Reach = (_context, use, later) =>
  later.some(({ transformer: { kind } }) => kind.startsWith('Patch') || kind === 'ReplacementTransformer')
    ? undefined
    : { by: '', has: (resource) => hasImages(resource, use) };

/** Whether some of the uses can change what an object is known by, and nothing remembers what that was. */
export function forgets(uses: Parameters<Reach>[2]): boolean {
  return uses.some(
    ({ transformer: { kind }, use }) =>
      kind === 'PatchJson6902Transformer' || (kind === 'ReplacementTransformer' && replacesNames(use)),
  );
}

function replacesNames({ config }: TransformerUse): boolean {
  return listField(config, 'replacements').some(
    // What stands in a file is not looked at.
    (entry) => child(entry, 'path') !== undefined || listField(entry, 'targets').some(namesAreTargets),
  );
}

function namesAreTargets(target: Node): boolean {
  const paths = textItems(child(target, 'fieldPaths')).map(({ text }) => splitFieldPath(text));
  // Without a path, the name is meant.
  return paths.length === 0 || paths.some(([first = '', second = '']) => !isApart(first, second));
}

/** Whether a path is certain to lead away from the kind, the name and the namespace. */
function isApart(first: string, second: string): boolean {
  if (first === 'metadata') return second === 'labels' || second === 'annotations';
  return /^[a-zA-Z]+$/.test(first) && first !== 'kind' && first !== 'apiVersion';
}

function reachOfTarget(target: Node): ReturnType<Reach> {
  const selector = parseSelector(target);
  if ('fault' in selector) return undefined;
  const kind = textOf(child(target, 'kind')) ?? '';
  // Group, version, namespace and labels may have been others at the time.
  const isKind = (one: string): boolean => !/^\w+$/.test(kind) || one === kind;
  const has = (resource: Resource): boolean =>
    [kindOf(resource), ...resource.earlier.map((id) => id.kind)].some(isKind) &&
    everNamed(resource, (name) => selector.matchesField('name', name));
  return { by: stringifyJson(toJson(target)), has };
}

function everNamed(resource: Resource, isIt: (name: string) => boolean): boolean {
  return isIt(nameOf(resource)) || resource.earlier.some(({ name }) => isIt(name));
}
