// Whether an apply would change a live object, as Flux decides it: labels, annotations and everything else that is not
// metadata or status. managedFields, finalizers and owner references do not count.
import { equalJson, getKey, isJsonObject } from '../model/json.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { textMap } from './desired/metadata.ts';

/** Compares the live object with the answer of a dry-run (fluxcd/pkg/ssa, hasDrifted). */
export function hasDrifted(live: JsonObject, dryRun: JsonObject): boolean {
  const sameMap = (field: 'labels' | 'annotations'): boolean =>
    equalJson(Object.fromEntries(textMap(live, field)), Object.fromEntries(textMap(dryRun, field)));
  return !sameMap('labels') || !sameMap('annotations') || !equalJson(bodyOf(live), bodyOf(dryRun));
}

/** What is compared besides labels and annotations. */
export function bodyOf(object: JsonObject): JsonObject {
  const { metadata: _metadata, status: _status, ...body } = object;
  const spec = getKey(body, 'spec');
  const metrics = isJsonObject(spec) ? getKey(spec, 'metrics') : undefined;
  if (getKey(body, 'kind') !== 'HorizontalPodAutoscaler' || !isJsonObject(spec) || !Array.isArray(metrics)) return body;
  return { ...body, spec: { ...spec, metrics: uniqueMetrics(metrics) } };
}

/** A dry-run before Kubernetes 1.27 doubles the first metric and adds an empty one (kubernetes/kubernetes#118293). */
function uniqueMetrics(metrics: readonly JsonValue[]): JsonValue[] {
  const unique: JsonValue[] = [];
  for (const metric of metrics) {
    const typed = isJsonObject(metric) && typeof metric['type'] === 'string' && metric['type'] !== '';
    if (typed && !unique.some((one) => equalJson(one, metric))) unique.push(metric);
  }
  return unique;
}
