// How a generated object joins those that are there: a new one is added, `merge` and `replace` take the place of the one
// with the same id (upstream's appendReplaceOrMerge). Generates nothing.
import { child, cloneNode, lastEntries } from '../../model/node.ts';
import type { MapNode, Node } from '../../model/node.ts';
import { ORIGIN } from '../annotations/buildAnnotations.ts';
import { generatorInvalid } from '../findings.ts';
import { conflictBetween } from '../output/conflicts.ts';
import { isNull, rawText } from '../patch/nullness.ts';
import { currentId, describe, kindOf, nameOf, namespaceOf, placeNotes } from '../resource.ts';
import type { Resource } from '../resource.ts';
import { untaggedField } from '../transform/setEntry.ts';
import { rewriteTexts } from '../transform/textMap.ts';
import type { TransformContext } from '../transform/transformer.ts';
import { newMap, newScalar, removeField, setField } from '../write.ts';
import type { Change } from '../write.ts';
import { base64Lines } from './base64.ts';
import { dataContent } from './generators.ts';

/** Adds one generated object, or merges it into its namesake; reports what upstream refuses. */
export function absorb(context: TransformContext, resource: Resource): void {
  const place = resource.node.origin.place;
  const matches = context.resources.byAnyId(currentId(resource));
  const [old, another] = matches;
  const wants = resource.behavior === 'merge' || resource.behavior === 'replace';
  if (another) {
    context.report(
      generatorInvalid(
        `${describe(resource)} could be merged with any of ${matches.length} objects: give it the namespace of one`,
        place,
      ),
    );
  } else if (!old) {
    if (!wants) addNew(context, resource);
    else
      context.reportAbsent(describe(resource), () =>
        generatorInvalid(
          `${describe(resource)} does not exist, so there is nothing to ${resource.behavior}: correct its name or remove the behavior`,
          place,
        ),
      );
  } else if (!wants) {
    const message = `${describe(resource)} exists already: give the generator 'behavior: merge' or 'behavior: replace', or another name`;
    context.report({
      ...generatorInvalid(message, place),
      related: old.node.origin.place ? [{ message: 'it was added here', at: old.node.origin.place }] : [],
    });
  } else {
    const { behavior } = resource;
    takeOver(resource, old);
    if (behavior === 'merge') {
      keepOrigin(resource, old);
      mergeData(
        resource.node,
        child(old.node, 'data'),
        'data',
        kindOf(old) === 'Secret' && context.release !== '5.8.1' ? child(old.node, 'stringData') : undefined,
      );
      mergeData(resource.node, child(old.node, 'binaryData'), 'binaryData', undefined);
    }
    // Upstream looks for the place by the identity that the object has now: a patch may have made it another kind.
    if (context.resources.sameAs(resource).length === 1) context.resources.replace(old, resource);
    else context.report(generatorInvalid(`${describe(resource)} is not there any more under this name`, place));
  }
}

function addNew(context: TransformContext, resource: Resource): void {
  const first = context.resources.appendNew(resource);
  if (first) context.report(conflictBetween(resource, first));
}

function changeOf(node: Node): Change {
  return { place: node.origin.place, cause: node.origin.cause };
}

/** The new object takes name, namespace, history and metadata of the old one; its own labels and annotations win. */
function takeOver(resource: Resource, old: Resource): void {
  const change = changeOf(resource.node);
  const metadata = child(resource.node, 'metadata');
  if (metadata?.kind !== 'map') return;
  const oldMetadata = child(old.node, 'metadata');
  for (const field of ['labels', 'annotations'] as const) {
    const merged = mergedTexts(child(oldMetadata, field), child(metadata, field), change);
    removeField(metadata, field, change);
    if (merged) setField(metadata, field, merged, change);
    rewriteTexts(metadata, field, change);
  }
  setField(
    metadata,
    'name',
    textOfOld(nameOf(old), child(oldMetadata, 'name'), child(metadata, 'name'), change),
    change,
  );
  const namespace = namespaceOf(old);
  if (namespace === '') removeField(metadata, 'namespace', change);
  else {
    const own = child(metadata, 'namespace');
    setField(metadata, 'namespace', textOfOld(namespace, child(oldMetadata, 'namespace'), own, change), change);
  }
  resource.needsHash = resource.needsHash && old.needsHash;
  resource.behavior = old.behavior;
  resource.allowNameChange = old.allowNameChange;
  resource.allowKindChange = old.allowKindChange;
  resource.earlier = old.earlier;
  resource.prefixes = old.prefixes;
  resource.suffixes = old.suffixes;
  resource.referredBy.splice(0, resource.referredBy.length, ...old.referredBy);
  resource.vars.splice(0, resource.vars.length, ...old.vars);
  placeNotes(resource, 'anew');
}

/** Where `buildMetadata` asks for it, a merged object is said to come from where the old one came from. */
function keepOrigin(resource: Resource, old: Resource): void {
  const origin = child(child(child(old.node, 'metadata'), 'annotations'), ORIGIN);
  const annotations = child(child(resource.node, 'metadata'), 'annotations');
  if (origin && annotations?.kind === 'map') setField(annotations, ORIGIN, cloneNode(origin), changeOf(origin));
}

/** The old one's text without a tag, in the style of what stands there: kyaml's SetName and SetNamespace. */
function textOfOld(text: string, old: Node | undefined, own: Node | undefined, change: Change): Node {
  const made = newScalar(untaggedField(text, own), change);
  return old?.kind === 'scalar' ? { ...made, origin: old.origin } : made;
}

function mergedTexts(old: Node | undefined, own: Node | undefined, change: Change): MapNode | undefined {
  const merged = newMap(old ? changeOf(old) : change);
  for (const map of [old, own]) {
    if (map?.kind !== 'map') continue;
    for (const [key, { value }] of lastEntries(map)) setField(merged, key, cloneNode(value), changeOf(value));
  }
  return merged.entries.size === 0 ? undefined : merged;
}

/** Old values under new ones. A Secret's `stringData` counts as data, as the API server would take it; 5.8.1 loses it. */
function mergeData(node: MapNode, before: Node | undefined, field: string, plain: Node | undefined): void {
  const own = child(node, field);
  const merged = newMap(changeOf(before ?? own ?? node));
  for (const map of [before, plain, own]) {
    if (map?.kind !== 'map') continue;
    for (const [key, { value }] of map.entries) {
      const text = rawText(isNull(value) ? undefined : value);
      const next = newScalar(dataContent(map === plain ? base64Lines(text) : text), changeOf(value));
      next.origin = value.origin;
      setField(merged, key, next, { ...changeOf(value), masked: kindOf({ node }) === 'Secret' });
    }
  }
  if (merged.entries.size > 0) setField(node, field, merged, changeOf(merged));
  else removeField(node, field, changeOf(node));
}
