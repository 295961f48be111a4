// ValueAddTransformer: writes one value into a field of many objects, whole or as a part of a path that stands there.
import { child, textOf } from '../../model/node.ts';
import type { MapNode, Node } from '../../model/node.ts';
import { readYaml } from '../../yaml/read.ts';
import { splitPath } from './fieldSpec.ts';
import { transformerInvalid } from '../findings.ts';
import { listField, textField } from '../kustomization/kustomization.ts';
import { parseSelector, selectTargets } from '../patch/selector.ts';
import { describe } from '../resource.ts';
import type { Resource } from '../resource.ts';
import { setUntagged, untagged } from './setEntry.ts';
import type { TransformContext, Transformer, TransformerUse } from './transformer.ts';
import { newMap, newScalar, setField } from '../write.ts';
import type { Change } from '../write.ts';
import { setNamespaceOf } from './namespace.ts';

export const valueAddTransformer: Transformer = (context, use) => {
  const root = context.loader.root;
  const value = textField(use.config, 'value').trim() || root.slice(root.lastIndexOf('/') + 1);
  const fromFile = targetsOfFile(context, use);
  if (!fromFile) return;
  const targets = [...listField(use.config, 'targets'), ...fromFile];
  if (targets.length === 0)
    context.report(
      transformerInvalid('a ValueAddTransformer needs at least one target: list it under targets', use.place),
    );
  for (const target of targets) addTo(context, use, target, value);
};

/** Undefined where there is a file, and it cannot be read: that is reported. */
function targetsOfFile(context: TransformContext, use: TransformerUse): readonly Node[] | undefined {
  const path = child(use.config, 'targetFilePath');
  const name = textOf(path) ?? '';
  if (name === '') return [];
  const source = context.loader.text(name, path?.origin.place);
  if (!source) return undefined;
  const { documents, findings } = readYaml(source, 'kubernetes');
  for (const finding of findings) context.report(finding);
  return listField(documents[0], 'targets');
}

function addTo(context: TransformContext, use: TransformerUse, target: Node, value: string): void {
  const path = textField(target, 'fieldPath');
  const position = Number(textField(target, 'filePathPosition') || '0');
  if (path === '' || position < 0) {
    const message =
      path === ''
        ? 'the fieldPath of this target is empty: name the field to write'
        : `filePathPosition cannot be negative, as ${position} is: count from 1`;
    context.report(transformerInvalid(message, target.origin.place ?? use.place));
    return;
  }
  const place = child(use.config, 'value')?.origin.place ?? use.place;
  const cause = { by: 'transformer', field: use.field } as const;
  const change: Change = position > 0 ? { place, cause, derived: true } : { place, cause };
  for (const resource of selected(context, target)) {
    const problem =
      path === 'metadata/namespace'
        ? setNamespaceOf(resource, value, change)
        : addToField(
            resource.node,
            path,
            (old) => (position > 0 ? insertPathPart(old, position - 1, value) : value),
            change,
          );
    if (problem !== undefined) context.report(transformerInvalid(problem, use.place, describe(resource)));
  }
}

function selected(context: TransformContext, target: Node): readonly Resource[] {
  const node = child(target, 'selector');
  if (!node) return context.resources.items;
  const selector = parseSelector(node);
  if (!('fault' in selector)) return selectTargets(context.resources.items, selector);
  context.report(transformerInvalid(selector.fault, selector.node?.origin.place));
  return [];
}

function addToField(root: MapNode, path: string, valueOf: (old: string) => string, change: Change): string | undefined {
  const names = splitPath(path).filter((name) => name.trim() !== '');
  let map = root;
  for (const name of names.slice(0, -1)) {
    let next = child(map, name);
    if (!next) {
      next = newMap(change);
      setField(map, name, next, change);
    }
    if (next.kind !== 'map') return `at ${name} there is no map`;
    map = next;
  }
  const last = names.at(-1) as string;
  const field = child(map, last);
  if (field)
    return field.kind === 'scalar' ? setUntagged(field, valueOf(field.text), change) : setUntagged(field, '', change);
  setField(map, last, newScalar(untagged(valueOf('')), change), change);
  return undefined;
}

/** Inserts a name into a path at a position from 0; beyond its end it comes last. A leading slash stays. */
function insertPathPart(path: string, position: number, part: string): string {
  const absolute = path.startsWith('/');
  const parts = path.split('/').filter((each) => each !== '');
  parts.splice(Math.min(position, parts.length), 0, part);
  return `${absolute ? '/' : ''}${parts.join('/')}`;
}
