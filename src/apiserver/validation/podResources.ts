// What a pod as a whole asks for of its node, beside what its containers do (k8s.io/kubernetes pkg/apis/core/validation
// validatePodResources).
import { getObject } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { parseQuantity } from '../../model/quantity.ts';
import { forbiddenField, invalidValue } from './fieldError.ts';
import type { FieldError } from './fieldError.ts';
import { podResourceNameErrors, requirementErrors } from './resources.ts';
import { eachItem } from './values.ts';

const nanosOf = (quantity: JsonValue | undefined): bigint => parseQuantity(String(quantity ?? '0'))?.nanos ?? 0n;

/** The errors of `spec.resources`. */
export function podResourceErrors(spec: JsonObject, path: string, claims: readonly string[]): FieldError[] {
  const [resources, at] = [getObject(spec, 'resources'), `${path}.resources`];
  if (!resources) return [];
  if (getObject(spec, 'os')?.['name'] === 'windows') return [forbiddenField(at, 'may not be set for a windows pod')];
  const claimed = Array.isArray(resources['claims']) && resources['claims'].length > 0;
  return [
    ...(claimed ? [forbiddenField(`${at}.claims`, 'claims may not be set for Resources at pod-level')] : []),
    ...requirementErrors(spec, path, claims, podResourceNameErrors),
    ...shareErrors(spec, resources, at),
  ];
}

/** Containers together request no more than their pod, and none of them has a higher limit. */
function shareErrors(spec: JsonObject, resources: JsonObject, at: string): FieldError[] {
  const [requests, limits] = [getObject(resources, 'requests') ?? {}, getObject(resources, 'limits') ?? {}];
  const containers = eachItem(spec, 'containers', '').map(({ item }) => item);
  const least = Object.keys(requests).flatMap((name) => {
    const sum = containers.reduce((nanos, one) => nanos + nanosOf(getObject(one, 'resources', 'requests')?.[name]), 0n);
    if (sum <= nanosOf(requests[name])) return [];
    const why = `must be greater than or equal to aggregate container requests of ${shown(containers, name)}`;
    return [invalidValue(`${at}.requests[${name}]`, String(requests[name]), why)];
  });
  const most = containers.flatMap((container, i) =>
    Object.entries(getObject(container, 'resources', 'limits') ?? {}).flatMap(([name, limit]) =>
      limits[name] === undefined || nanosOf(limit) <= nanosOf(limits[name])
        ? []
        : [
            invalidValue(
              `${at}.containers[${i}][${name}].limits`,
              String(limit),
              `must be less than or equal to pod limits of ${String(limits[name])}`,
            ),
          ],
    ),
  );
  return [...least, ...most];
}

/** The sum of one container is said as it is written. */
function shown(containers: readonly JsonObject[], name: string): string {
  const written = containers.flatMap((one) => {
    const request = getObject(one, 'resources', 'requests')?.[name];
    return request === undefined ? [] : [String(request)];
  });
  return written.length === 1 ? String(written[0]) : written.join(' + ');
}
