// The last touches before the output: the managed-by label, and annotations in the form that upstream leaves them in
// (its own ones removed, all values text, no empty map). Also the check for keys that stand twice.
import { child } from '../../model/node.ts';
import type { MapEntry, MapNode, Node } from '../../model/node.ts';
import type { Finding } from '../../model/finding.ts';
import { ORIGIN, TRANSFORMATIONS } from '../annotations/buildAnnotations.ts';
import { visitFields } from '../transform/fieldSpec.ts';
import { keyNotText, resourceInvalid, transformerInvalid } from '../findings.ts';
import { buildAnnotations } from '../annotations/buildMarks.ts';
import { noJson, noYaml, settle, takeFoot } from '../json/jsonForm.ts';
import { makeMetadata } from '../annotations/makeAnnotations.ts';
import { isEmptyMap, isNull } from '../patch/nullness.ts';
import { describe, hasNotes } from '../resource.ts';
import type { Resource } from '../resource.ts';
import { newString, setStringEntry } from '../transform/setEntry.ts';
import { isSettled } from '../json/settled.ts';
import type { EasyKeys } from '../../yaml/easyKeys.ts';
import { isPlainText, resolvePlain } from '../../yaml/resolve.ts';
import { isUnfitKey, unfitKey } from '../../yaml/unfit.ts';
import { keepLast, newText, removeField, setField, setFlow, setScalar } from '../write.ts';
import type { Change } from '../write.ts';

/** The version whose behaviour is ours, as the managed-by label names it. */
export const KUSTOMIZE_VERSION = 'v5.8.3';

export interface Finishing {
  /** The version in the label; undefined for no label. */
  readonly managedByLabel: string | undefined;
  readonly originAnnotations: boolean;
  readonly transformerAnnotations: boolean;
}

/** What is asked of the whole output. */
export interface Ending extends Finishing {
  readonly order: 'none' | 'legacy';
}

const change: Change = { place: undefined, cause: { by: 'transformer', field: 'buildMetadata' } };

/** `easy` grows: keys that need no second look (settled.ts). */
export function finish(resource: Resource, what: Finishing, easy: EasyKeys, report: (finding: Finding) => void): void {
  if (what.managedByLabel !== undefined) labelManagedBy(resource, what.managedByLabel, report);
  tidyAnnotations(resource, what, report);
  takeFoot(resource, 'anew');
  if (isSettled(resource.node, easy)) return;
  settle(resource.node, report, (node) => {
    reportKeys(node, report, node === resource.node ? 'outermost' : 'inner');
    noJson(node, resource, report);
    noYaml(node, report);
  });
}

function labelManagedBy(resource: Resource, version: string, report: (finding: Finding) => void): void {
  const field = (node: Node): string | undefined =>
    setStringEntry(node, 'app.kubernetes.io/managed-by', newString(`kustomize-${version}`, change), change);
  const problem = visitFields(resource.node, ['metadata', 'labels'], true, { creates: 'map', change, field });
  if (problem !== undefined) report(transformerInvalid(problem, resource.node.origin.place, describe(resource)));
}

function tidyAnnotations(resource: Resource, what: Finishing, report: (finding: Finding) => void): void {
  const written = child(resource.node, 'metadata');
  if (written && isNull(written) && !hasNotes(resource)) return;
  // Upstream's clean-up makes the map where there is none, for lists without metadata.
  const metadata = makeMetadata(resource.node, change);
  if (metadata.kind !== 'map') {
    report(resourceInvalid('the metadata must be a map with a name', metadata.origin.place));
    return;
  }
  // Upstream writes them anew for each kind of its own; the first time only where there are some.
  const isSkipped = isEmptyMap(child(metadata, 'annotations'));
  const times = (isSkipped ? 0 : 1) + Number(!what.originAnnotations) + Number(!what.transformerAnnotations);
  tidyFirst(metadata, times, what, report);
}

/** The first annotations of the metadata; where they stand twice the second are the first when those are gone. */
function tidyFirst(metadata: MapNode, times: number, what: Finishing, report: (finding: Finding) => void): void {
  const annotations = child(metadata, 'annotations');
  if (!annotations || times === 0) return;
  const isTwice = metadata.duplicates?.some(({ key }) => key === 'annotations') === true;
  if (annotations.kind === 'map') {
    keepLast(annotations);
    annotations.entries.forEach(({ value }, name) => {
      if (isOwnAnnotation(name, what)) removeField(annotations, name, change);
      else makeText(annotations, name, value);
    });
    reportKeys(annotations, report, 'rewritten');
    if (annotations.entries.size > 0 && !isTwice) return moveLast(metadata);
  }
  removeField(metadata, 'annotations', change);
  if (!isTwice) return;
  if (annotations.kind === 'map') joinSecond(metadata, annotations);
  tidyFirst(metadata, times - 1, what, report);
}

/** Whether an annotation is kustomize's own, and not asked for. */
function isOwnAnnotation(name: string, what: Finishing): boolean {
  if (name === ORIGIN) return !what.originAnnotations;
  return name === TRANSFORMATIONS ? !what.transformerAnnotations : buildAnnotations.has(name);
}

/** Where a second map of annotations stands in the metadata, what is in the first goes into it. */
function joinSecond(metadata: MapNode, first: MapNode): void {
  const second = child(metadata, 'annotations');
  if (second && isNull(second)) return setField(metadata, 'annotations', first, change);
  if (second?.kind !== 'map') return;
  for (const [key, entry] of first.entries) setField(second, key, entry.value, change, entry);
}

/** Annotations that are written anew come last, under a key without comments, and out of brackets. */
function moveLast(metadata: MapNode): void {
  const entry = metadata.entries.get('annotations');
  if (!entry || entry.value.kind !== 'map' || metadata.duplicates) return;
  setFlow(entry.value, false);
  removeField(metadata, 'annotations', change);
  setField(metadata, 'annotations', entry.value, change, entry);
}

/** All annotations are text in the output, whatever they were written as. Their origin stays. */
function makeText(annotations: MapNode, key: string, node: Node): void {
  const at: Change = { place: node.origin.place, cause: node.origin.cause };
  if (node.kind !== 'scalar') setField(annotations, key, newText('', at), at);
  else if (node.tag !== '!!str' || node.value !== node.text)
    setScalar(node, { value: node.text, text: node.text, tag: '!!str' }, at);
}

/**
 * Keys that the build made are plain, and upstream rewrites all annotations (`rewritten`): where such a key reads as a
 * number or a boolean, its output cannot be turned into JSON, and it fails (built with Go 1.27, it takes integers). So do
 * plain keys of the user's own; of those of the object itself (`outermost`) only null, which kyaml then writes twice.
 */
function reportKeys(node: Node, report: (finding: Finding) => void, which: 'outermost' | 'inner' | 'rewritten'): void {
  if (node.kind !== 'map') return;
  for (const key of node.entries.keys()) {
    if (isPlainText(key)) continue;
    const { tag } = resolvePlain(key, 'resource');
    if (tag === '!!str' || (which === 'outermost' && tag !== '!!null')) continue;
    const entry = node.entries.get(key) as MapEntry;
    const { keyPlace, keyStyle } = entry;
    if (which === 'rewritten' || (keyPlace === undefined && keyStyle === 'plain'))
      report(keyNotText(key, keyPlace ?? entry.value.origin.place));
    else if (keyPlace && isUnfitKey(node, key, entry)) report(unfitKey(key, keyPlace));
  }
}
