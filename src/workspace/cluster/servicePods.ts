// The Services whose pods no object of an inventory makes: only a look at the pods says whether there are any. Reads what is
// given; watches nothing.
import { getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { keyOf } from '../../model/objectRef.ts';
import { hasLabels, podLabels, serviceSelector } from '../../model/podLabels.ts';
import type { Labels } from '../../model/podLabels.ts';
import type { LiveObject } from '../state.ts';

export interface LonelyService {
  readonly key: string;
  readonly namespace: string;
  readonly selector: Labels;
}

/** Those that select none of the pods that the other objects make. */
export function lonelyServices(objects: Iterable<LiveObject>): LonelyService[] {
  const services: LonelyService[] = [];
  // There may be thousands of both: only what has the first label of a selector is looked at.
  const made = new Map<string, JsonObject[]>();
  for (const { ref, object } of objects) {
    if (!object) continue;
    const selector = serviceSelector(object);
    if (selector) services.push({ key: keyOf(ref), namespace: ref.namespace, selector });
    const labels = podLabels(object) ?? {};
    for (const [key, value] of Object.entries(labels)) {
      const label = `${ref.namespace} ${key}=${String(value)}`;
      const known = made.get(label);
      if (known) known.push(labels);
      else made.set(label, [labels]);
    }
  }
  return services.filter(({ namespace, selector }) => {
    const [key, value] = selector[0] ?? ['', ''];
    return !(made.get(`${namespace} ${key}=${value}`) ?? []).some((labels) => hasLabels(labels, selector));
  });
}

/** The keys of those that select none of the pods. `podsOf` is undefined for a namespace whose pods are not known. */
export function withoutPods(
  services: readonly LonelyService[],
  podsOf: (namespace: string) => readonly JsonObject[] | undefined,
): ReadonlySet<string> {
  const found = services.filter(({ namespace, selector }) => {
    const pods = podsOf(namespace);
    return pods && !pods.some((pod) => isLive(pod) && hasLabels(labelsOf(pod), selector));
  });
  return new Set(found.map(({ key }) => key));
}

function isLive(pod: JsonObject): boolean {
  return getString(pod, 'metadata', 'deletionTimestamp') === undefined;
}

/** Pods of a list and of a watch may leave their kind to that. */
function labelsOf(pod: JsonObject): JsonObject {
  return podLabels({ ...pod, apiVersion: 'v1', kind: 'Pod' }) ?? {};
}
