// What a Flux Kustomization changes in the kustomization at its path before the build (fluxcd/pkg/kustomize
// GenerateManifest): fields set over, patches and components appended, images merged by name.
import { child, cloneNode, textOf } from '../../model/node.ts';
import type { ListNode, MapNode, Node } from '../../model/node.ts';
import type { Kustomization } from '../kustomization/kustomization.ts';
import { listField, textField, textItems } from '../kustomization/kustomization.ts';
import { resolvePath } from '../load/loader.ts';
import type { LoaderBase } from '../load/loader.ts';
import { adopt, appendItem, newList, newMap, newText, removeField, setField, setTextField } from '../write.ts';
import type { Change } from '../write.ts';
import { componentNotLocal } from './findings.ts';
import { isLocalRelative } from './fluxPath.ts';

/** An edited copy of the kustomization. `spec` is that of the Flux object. */
export function editKustomization(kustomization: Kustomization, spec: MapNode, base: LoaderBase): Kustomization {
  const fields = cloneNode(kustomization.fields);
  setOver(fields, 'namespace', spec, 'targetNamespace');
  setOver(fields, 'namePrefix', spec, 'namePrefix');
  setOver(fields, 'nameSuffix', spec, 'nameSuffix');
  addPatches(fields, spec);
  addComponents(fields, spec, kustomization.root, base);
  mergeImages(fields, spec);
  const metadata = child(spec, 'buildMetadata');
  if (metadata?.kind === 'list' && metadata.items.length > 0)
    setField(fields, 'buildMetadata', adopted(metadata, 'buildMetadata'), changeOf(metadata, 'buildMetadata'));
  return { ...kustomization, fields };
}

/** Gives an existing kustomization without resources something to do: without it, upstream would call it empty. */
export function withOriginAnnotations(kustomization: Kustomization): Kustomization {
  const change: Change = { place: kustomization.place, cause: { by: 'flux', field: 'path' } };
  const fields = cloneNode(kustomization.fields);
  setField(fields, 'buildMetadata', newList(change, [newText('originAnnotations', change)]), change);
  return { ...kustomization, fields };
}

function changeOf(node: Node, field: string): Change {
  return { place: node.origin.place, cause: { by: 'flux', field } };
}

function adopted<T extends Node>(node: T, field: string): T {
  return adopt(node, changeOf(node, field));
}

function setOver(fields: MapNode, field: string, spec: MapNode, specField: string): void {
  const value = child(spec, specField);
  if (value && textOf(value) !== undefined && textOf(value) !== '')
    setField(fields, field, adopted(value, specField), changeOf(value, specField));
}

function listOf(fields: MapNode, field: string, change: Change): ListNode {
  const known = child(fields, field);
  if (known?.kind === 'list') return known;
  const made = newList(change);
  setField(fields, field, made, change);
  return made;
}

/** Only what a patch of Flux can have: its text and its target. */
function addPatches(fields: MapNode, spec: MapNode): void {
  for (const [index, entry] of listField(spec, 'patches').entries()) {
    const field = `patches[${index}]`;
    const change = changeOf(entry, field);
    const parts = ['patch', 'target'].map((name) => [name, child(entry, name)] as const);
    const patch = newMap(
      change,
      parts.flatMap(([name, value]) => (value ? [[name, adopted(value, field)] as const] : [])),
    );
    appendItem(listOf(fields, 'patches', change), patch, change);
  }
}

function addComponents(fields: MapNode, spec: MapNode, root: string, base: LoaderBase): void {
  const ignored = child(spec, 'ignoreMissingComponents');
  const ignoreMissing = ignored?.kind === 'scalar' && ignored.value === true;
  for (const { text, place } of textItems(child(spec, 'components'))) {
    if (!isLocalRelative(text)) {
      base.report(componentNotLocal(text, place));
      continue;
    }
    const path = resolvePath(root, text, base.aboveRoot);
    if (path !== undefined) base.files.add(path);
    if (ignoreMissing && (path === undefined || base.snapshot.kind(path) === undefined)) continue;
    const change: Change = { place, cause: { by: 'flux', field: 'components' } };
    appendItem(listOf(fields, 'components', change), newText(text, change), change);
  }
}

/** An image of the same name takes over the new name; a tag and a digest are one choice and replace both. */
function mergeImages(fields: MapNode, spec: MapNode): void {
  for (const entry of listField(spec, 'images')) {
    const change = changeOf(entry, 'images');
    const images = listOf(fields, 'images', change);
    const known = images.items.find((image) => textField(image, 'name') === textField(entry, 'name'));
    if (known?.kind !== 'map') {
      appendItem(images, adopted(entry, 'images'), change);
      continue;
    }
    if (textField(entry, 'newName') !== '') setTextField(known, 'newName', textField(entry, 'newName'), change);
    if (textField(entry, 'newTag') === '' && textField(entry, 'digest') === '') continue;
    for (const part of ['newTag', 'digest']) {
      const text = textField(entry, part);
      if (text === '') removeField(known, part, change);
      else setTextField(known, part, text, change);
    }
  }
}
