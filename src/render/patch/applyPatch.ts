// One patch on one resource, in either form, with what kustomize restores or remembers around it. Which resources a patch
// is for is decided in patches.ts.
import { child, textOf } from '../../model/node.ts';
import type { MapNode, Node } from '../../model/node.ts';
import type { SchemaSet } from '../../schema/schemaSet.ts';
import type { EasyKeys } from '../../yaml/easyKeys.ts';
import { withMarks } from '../annotations/buildMarks.ts';
import { takeFoot } from '../json/jsonForm.ts';
import type { JsonForm } from '../json/jsonForm.ts';
import { roundNumbers } from '../json/roundNumbers.ts';
import { newString, untagged } from '../transform/setEntry.ts';
import { placeNotes, rememberId } from '../resource.ts';
import type { Resource } from '../resource.ts';
import { rewriteTexts } from '../transform/textMap.ts';
import { throughJsonInPlace } from '../json/throughJson.ts';
import { adopt, countAsRead, newMap, newScalar, reinterpret, putBack, removeField, setField } from '../write.ts';
import type { Change } from '../write.ts';
import { applyJson6902 } from './json6902.ts';
import { isNull, rawText } from './nullness.ts';
import { PatchFault } from './patchFault.ts';
import { mergeStrategic } from './strategic.ts';

/**
 * Merges a strategic merge patch into a resource. Kind, name and namespace stay what they were unless the patch may change
 * them. Gives 'deleted' where nothing is left of the resource. @throws PatchFault
 */
export function applyStrategicPatch(
  target: Resource,
  patch: Resource,
  schemas: SchemaSet,
  change: Change,
): 'patched' | 'deleted' {
  if (patch.allowNameChange || patch.allowKindChange) rememberId(target);
  const metadata = child(target.node, 'metadata');
  const kept = {
    kind: child(target.node, 'kind'),
    name: child(metadata, 'name'),
    namespace: child(metadata, 'namespace'),
  };
  let merged: MapNode | undefined;
  withMarks(target, change, 'taken', () => {
    merged = mergeStrategic(target.node, adopt(patch.node, change), schemas, change);
  });
  if (!merged || merged.entries.size === 0) return 'deleted';
  // `$patch: replace` at the root makes another tree, which upstream forgets: the resource stays what it was.
  const { node } = target;
  if (!patch.allowKindChange) restore(node, 'kind', kept.kind, change);
  const mergedMetadata = metadataOf(node, change);
  if (!patch.allowNameChange) restore(mergedMetadata, 'name', kept.name, change);
  restore(mergedMetadata, 'namespace', (textOf(kept.namespace) ?? '') === '' ? undefined : kept.namespace, change);
  return 'patched';
}

function metadataOf(node: MapNode, change: Change): MapNode {
  const metadata = child(node, 'metadata');
  if (metadata?.kind === 'map') return metadata;
  const made = newMap(change);
  setField(node, 'metadata', made, change);
  return made;
}

/** Puts a field back as it was, with the origin that it had; without a tag, and in the style that the patch left there. */
function restore(map: MapNode, key: string, value: Node | undefined, change: Change): void {
  const merged = child(map, key);
  if (!value) removeField(map, key, change);
  else if (merged !== value) putBack(map, key, value);
  if (value?.kind !== 'scalar') return;
  const made = newString(value.text, change).style;
  reinterpret(value, untagged(value.text, merged?.kind === 'scalar' ? merged.style : made));
}

/** Applies the operations of a JSON 6902 patch to a resource of such a form. `easy`: see throughJsonInPlace. @throws PatchFault */
export function applyJsonPatch(
  target: Resource,
  form: JsonForm,
  operations: readonly Node[],
  easy: EasyKeys,
  change: Change,
): void {
  if (form !== 'round') roundNumbers(target.node, change);
  withMarks(target, change, 'kept', () => {
    takeFoot(target, 'in place');
    target.node = throughJsonInPlace(applyJson6902(target.node, operations, change), easy, change);
  });
  const metadata = child(target.node, 'metadata');
  if (metadata?.kind === 'map') rewriteTexts(metadata, 'annotations', change);
  const labels = child(metadata, 'labels');
  if (labels?.kind === 'map') countAsRead(labels);
  placeNotes(target, 'anew');
  const kind = textOf(child(target.node, 'kind')) ?? '';
  if (kind === '') throw new PatchFault('it leaves an object without a kind', operations.at(-1));
  if (!kind.endsWith('List') && rawText(child(child(target.node, 'metadata'), 'name')) === '') {
    throw new PatchFault(`it leaves a ${kind} without metadata.name`, operations.at(-1));
  }
}

/**
 * What happens to a patch that is applied through a selection of resources: it takes the apiVersion of its target, and
 * its labels and annotations become texts (`null` is the text "null" then, it removes nothing), as upstream has it.
 */
export function forSelection(patch: Resource, target: Resource, change: Change): Resource {
  const node = adopt(patch.node, change);
  const version = child(target.node, 'apiVersion');
  if (version?.kind === 'scalar' && !isNull(version)) {
    // The patch's own has no say, so that it is no link of the chain either.
    removeField(node, 'apiVersion', change);
    setField(node, 'apiVersion', { ...newScalar(untagged(version.text), change), origin: version.origin }, change);
  } else if (!version || version.kind === 'scalar') {
    // Upstream writes an empty text, or that of the null, without a tag: null in the output.
    setField(node, 'apiVersion', newScalar({ value: null, text: rawText(version), tag: '' }, change), change);
  }
  const metadata = child(node, 'metadata');
  if (metadata?.kind === 'map') {
    for (const field of ['labels', 'annotations'] as const) rewriteTexts(metadata, field, change);
    // The namespace is set to what upstream reads of it, which is nothing where it is null or no text.
    if ((textOf(child(metadata, 'namespace')) ?? '') === '') removeField(metadata, 'namespace', change);
  }
  return { ...patch, node };
}
