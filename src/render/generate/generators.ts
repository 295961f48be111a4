// configMapGenerator and secretGenerator: arguments -> an object with the origin of each key, marked for its name hash.
// How it joins the objects that are there already stands in absorb.ts.
import type { MapNode, Node } from '../../model/node.ts';
import { child } from '../../model/node.ts';
import type { Place } from '../../model/sourceText.ts';
import { nearest } from '../../model/nearest.ts';
import { behaviorUnknown, generatorInvalid } from '../findings.ts';
import { booleanField, mapField, sortedTexts, textField } from '../kustomization/kustomization.ts';
import { behaviorOf } from '../annotations/buildMarks.ts';
import { newResource, placeNotes } from '../resource.ts';
import type { Resource } from '../resource.ts';
import type { TransformContext, TransformerUse } from '../transform/transformer.ts';
import { newMap, newScalar, newText, setField } from '../write.ts';
import type { Change, ScalarContent } from '../write.ts';
import { base64Lines } from './base64.ts';
import { pairsOf } from './pairs.ts';
import type { Pair } from './pairs.ts';

/** Makes objects from a configuration; undefined, with a finding, where it cannot. */
export type Generator = (context: TransformContext, use: TransformerUse) => Resource[] | undefined;

export const configMapGenerator: Generator = (context, use) => generate('ConfigMap', context, use);
export const secretGenerator: Generator = (context, use) => generate('Secret', context, use);

function generate(
  kind: 'ConfigMap' | 'Secret',
  context: TransformContext,
  use: TransformerUse,
): Resource[] | undefined {
  const args = use.config;
  const metadata = mapField(args, 'metadata');
  const name = textField(args, 'name') || textField(metadata, 'name');
  const namespace = textField(args, 'namespace') || textField(metadata, 'namespace');
  if (name === '') {
    context.report(generatorInvalid(`a ${kind} must have a name: add one to this entry`, use.place));
    return undefined;
  }
  const change = changeOf(use);
  const node = newMap(change, [
    ['apiVersion', newText('v1', change)],
    ['kind', newText(kind, change)],
  ]);
  const fields: [string, Node][] = [['name', at(name, child(args, 'name') ?? child(metadata, 'name'), change)]];
  if (namespace !== '')
    fields.push(['namespace', at(namespace, child(args, 'namespace') ?? child(metadata, 'namespace'), change)]);
  setField(node, 'metadata', newMap(change, fields), change);
  if (kind === 'Secret')
    setField(node, 'type', at(textField(args, 'type') || 'Opaque', child(args, 'type'), change), change);
  writeData(kind, node, pairsOf(args, name, context.loader, context.report), use);
  writeOptions(node, mapField(args, 'options'), change);
  const resource = newResource(node, context.isClusterScoped);
  placeNotes(resource, 'more');
  resource.needsHash = !booleanField(mapField(args, 'options'), 'disableNameSuffixHash');
  const behavior = textField(args, 'behavior');
  resource.behavior = behaviorOf(behavior);
  if (behavior !== '' && behavior !== 'unspecified' && resource.behavior === 'unspecified')
    context.report(behaviorUnknown(behavior, nearest(behavior, BEHAVIORS), child(args, 'behavior')?.origin.place));
  return [resource];
}

const BEHAVIORS = ['create', 'merge', 'replace'];

function changeOf(use: TransformerUse, key?: string, place?: Place): Change {
  const cause = { by: 'generator' as const, field: use.field, ...(key === undefined ? {} : { key }) };
  return { place: place ?? use.place, cause };
}

function at(text: string, asked: Node | undefined, change: Change): Node {
  return newText(text, { place: asked?.origin.place ?? change.place, cause: change.cause });
}

function writeData(kind: 'ConfigMap' | 'Secret', node: MapNode, pairs: readonly Pair[], use: TransformerUse): void {
  const change = changeOf(use);
  if (kind === 'Secret') setField(node, 'data', newMap(change), change);
  for (const pair of pairs) {
    const own = changeOf(use, pair.key, pair.place);
    const isBinary = typeof pair.value !== 'string';
    const field = kind === 'ConfigMap' && isBinary ? 'binaryData' : 'data';
    const text = kind === 'Secret' || isBinary ? base64Lines(pair.value) : pair.value;
    let map = child(node, field);
    if (map?.kind !== 'map') {
      map = newMap(change);
      setField(node, field, map, change);
    }
    setField(map, pair.key, newScalar(dataContent(text), own), own);
  }
}

/** A data value as kyaml writes it: always a string, a block where it has lines. */
export function dataContent(text: string): ScalarContent {
  return { value: text, text, tag: '!!str', style: text.includes('\n') ? 'literal' : 'plain' };
}

function writeOptions(node: MapNode, options: MapNode | undefined, change: Change): void {
  const metadata = child(node, 'metadata') as MapNode;
  for (const field of ['labels', 'annotations'] as const) {
    const texts = sortedTexts(mapField(options, field));
    if (texts.length === 0) continue;
    const map = newMap(
      change,
      texts.map(({ key, text, place }) => [
        key,
        newScalar(
          { value: text, text, style: 'single', tag: '!!str' },
          { place: place ?? change.place, cause: change.cause },
        ),
      ]),
    );
    setField(metadata, field, map, change);
  }
  if (booleanField(options, 'immutable')) {
    const place = child(options, 'immutable')?.origin.place ?? change.place;
    setField(node, 'immutable', newScalar({ value: true }, { place, cause: change.cause }), change);
  }
}

/** The options of one generator under the kustomization's generatorOptions; its own labels and annotations win. */
export function withGlobalOptions(args: MapNode, global: MapNode | undefined): MapNode {
  if (!global) return args;
  const local = mapField(args, 'options');
  const change: Change = { place: global.origin.place, cause: global.origin.cause };
  const options = newMap(change);
  for (const field of ['labels', 'annotations']) {
    const entries = [...(mapField(global, field)?.entries ?? []), ...(mapField(local, field)?.entries ?? [])];
    if (entries.length > 0)
      setField(
        options,
        field,
        newMap(
          change,
          entries.map(([key, entry]) => [key, entry.value]),
        ),
        change,
      );
  }
  for (const field of ['disableNameSuffixHash', 'immutable']) {
    const value = booleanField(global, field) ? child(global, field) : child(local, field);
    if (value) setField(options, field, value, change);
  }
  return newMap({ place: args.origin.place, cause: args.origin.cause }, [
    ...[...args.entries].filter(([key]) => key !== 'options').map(([key, entry]) => [key, entry.value] as const),
    ['options', options],
  ]);
}
