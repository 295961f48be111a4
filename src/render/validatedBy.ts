// What validators may do to an object: give it the label `validated-by`. Says what an object is without it, as far as upstream
// takes that for the same object.
import { child, cloneNode } from '../model/node.ts';
import type { MapNode } from '../model/node.ts';
import type { Layer } from './layer.ts';
import type { Resource } from './resource.ts';
import { isOddText } from './setEntry.ts';
import { removeField } from './write.ts';

const VALIDATED_BY = 'validated-by';

/**
 * The object without the label; undefined where upstream takes it for another one. It writes the others anew at the end of the
 * metadata, and compares with what it remembers of its readers: they count as the same only where they stood there as the
 * build itself writes labels.
 */
export function withoutValidatedBy(resource: Resource, layer: Layer): MapNode | undefined {
  const { node } = resource;
  if (!child(child(child(node, 'metadata'), 'labels'), VALIDATED_BY)) return node;
  const copy = cloneNode(node);
  const metadata = child(copy, 'metadata');
  const labels = child(metadata, 'labels');
  if (metadata?.kind !== 'map' || labels?.kind !== 'map') return copy;
  const change = { place: node.origin.place, cause: node.origin.cause };
  removeField(labels, VALIDATED_BY, change);
  if (labels.entries.size > 0) return isOfBuild(resource, metadata, labels, layer) ? copy : undefined;
  removeField(metadata, 'labels', change);
  return copy;
}

/** Whether labels stand where, and as, setting all of them at once puts them. */
function isOfBuild(resource: Resource, metadata: MapNode, labels: MapNode, layer: Layer): boolean {
  if (!isLast(resource, metadata, labels, layer)) return false;
  if (labels.origin.cause.by !== 'transformer' && labels.anew !== true) return false;
  const keys = [...labels.entries.keys()];
  return keys.toSorted().every((key, i) => {
    const entry = labels.entries.get(key);
    if (key !== keys[i] || entry?.value.kind !== 'scalar') return false;
    const { anew, origin, style, text, untagged } = entry.value;
    const isOwn = anew === true || (origin.cause.by === 'transformer' && !entry.keyPlace);
    return isOwn && untagged !== true && style === (isOddText(text) ? 'double' : 'plain');
  });
}

/**
 * Whether labels come last in the metadata, where upstream's annotations of its own count too: those of generators stand
 * there from the beginning, others from when the first name is remembered.
 */
function isLast(resource: Resource, metadata: MapNode, labels: MapNode, { state }: Layer): boolean {
  const { earlier, prefixes, suffixes, needsHash, behavior } = resource;
  const isGenerated = needsHash || behavior !== undefined;
  const isMarked = earlier.length + prefixes.length + suffixes.length > 0;
  const keys = [...metadata.entries.keys()];
  const annotationsFirst = labels.anew
    ? keys.indexOf('annotations') >= 0 && keys.indexOf('annotations') < keys.indexOf('labels')
    : earlier[0]?.behindLabels !== true;
  if (isMarked && !isGenerated && !annotationsFirst) return false;
  // Where transformers are noted down in the annotations, those are written anew behind each.
  const others = (isMarked || isGenerated) && !state.annotates ? keys.filter((key) => key !== 'annotations') : keys;
  return others.at(-1) === 'labels';
}
