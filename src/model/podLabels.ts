// The labels by which a Service finds its pods, and those that the pods of an object have. Reads what is written only.
import { getPath, getString, isJsonObject } from './json.ts';
import type { JsonObject } from './json.ts';

export type Labels = readonly (readonly [key: string, value: string])[];

/** What a Service wants of its pods; undefined where it selects none itself: an ExternalName, or without a selector. */
export function serviceSelector(object: JsonObject): Labels | undefined {
  if (getString(object, 'apiVersion') !== 'v1' || getString(object, 'kind') !== 'Service') return undefined;
  const selector = getPath(object, 'spec', 'selector');
  if (getString(object, 'spec', 'type') === 'ExternalName' || !isJsonObject(selector)) return undefined;
  const labels = Object.entries(selector).map(([key, value]) => [key, String(value)] as const);
  return labels.length === 0 ? undefined : labels;
}

/** Of a pod its own labels, of whatever has a pod template those of that; undefined where it makes no pods. */
export function podLabels(object: JsonObject): JsonObject | undefined {
  const isPod = getString(object, 'apiVersion') === 'v1' && getString(object, 'kind') === 'Pod';
  const template = getPath(object, 'spec', 'template') ?? getPath(object, 'spec', 'jobTemplate', 'spec', 'template');
  const metadata = isPod ? getPath(object, 'metadata') : getPath(template, 'metadata');
  const labels = getPath(metadata, 'labels');
  return isJsonObject(labels) ? labels : undefined;
}

export function hasLabels(labels: JsonObject, wanted: Labels): boolean {
  return wanted.every(([key, value]) => getString(labels, key) === value);
}
