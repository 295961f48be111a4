// What validators may do to an object: give it the label `validated-by`. Says what an object is without it, as far as upstream
// takes that for the same object.
import { child, cloneNode } from '../../model/node.ts';
import type { MapNode } from '../../model/node.ts';
import type { Origin } from '../../model/origin.ts';
import type { Resource } from '../resource.ts';
import { isOddText } from './setEntry.ts';
import { removeField } from '../write.ts';

const VALIDATED_BY = 'validated-by';

/**
 * The object without the label; undefined where upstream takes it for another one. It writes the others anew at the end of the
 * metadata, and compares with what it remembers of its readers: they count as the same only where they stood there as the
 * build itself writes labels.
 */
export function withoutValidatedBy(resource: Resource): MapNode | undefined {
  const { node } = resource;
  const found = child(child(node, 'metadata'), 'labels');
  if (found?.kind === 'scalar' && child(found.below, VALIDATED_BY)) return undefined;
  if (!child(found, VALIDATED_BY)) return node;
  const copy = cloneNode(node);
  const metadata = child(copy, 'metadata');
  const labels = child(metadata, 'labels');
  if (metadata?.kind !== 'map' || labels?.kind !== 'map') return copy;
  const change = { place: node.origin.place, cause: node.origin.cause };
  removeField(labels, VALIDATED_BY, change);
  if (labels.entries.size > 0) return isOfBuild(resource, metadata, labels) ? copy : undefined;
  removeField(metadata, 'labels', change);
  return copy;
}

/** Whether labels stand where, and as, setting all of them at once puts them. */
function isOfBuild(resource: Resource, metadata: MapNode, labels: MapNode): boolean {
  if (!isLast(resource, metadata)) return false;
  if (labels.read === true || metadata.entries.get('labels')?.keyPlace) return false;
  if (labels.anew !== true && !isMade(labels.origin)) return false;
  const keys = [...labels.entries.keys()];
  return keys.toSorted().every((key, i) => {
    const entry = labels.entries.get(key);
    if (key !== keys[i] || entry?.value.kind !== 'scalar') return false;
    const { anew, origin, style, text, untagged } = entry.value;
    const isOwn = anew === true || (isMade(origin) && !entry.keyPlace);
    return isOwn && untagged !== true && style === (isOddText(text) ? 'double' : 'plain');
  });
}

/** Whether the build made what is there. A replacement puts a text into it, or makes what is to hold that. */
function isMade({ cause, overridden }: Origin): boolean {
  if (cause.by !== 'replacement') return cause.by === 'transformer';
  return overridden ? isMade(overridden.origin) : cause.from === undefined;
}

/** Whether labels come last in the metadata, where upstream's annotations of its own count too. */
function isLast({ notesBehindLabels }: Resource, metadata: MapNode): boolean {
  const keys = [...metadata.entries.keys()];
  if (notesBehindLabels === undefined) return keys.at(-1) === 'labels';
  return !notesBehindLabels && keys.findLast((key) => key !== 'annotations') === 'labels';
}
