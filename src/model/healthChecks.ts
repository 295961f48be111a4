// The objects that spec.healthChecks of a Flux Kustomization names, as references.
import { getList, getString } from './json.ts';
import type { JsonObject } from './json.ts';
import { parseApiVersion } from './objectRef.ts';
import type { ObjectRef } from './objectRef.ts';

/** In the order of the spec. What names no version is one of apps, as Flux has it. */
export function healthChecksOf(kustomization: JsonObject): ObjectRef[] {
  return (getList(kustomization, 'spec', 'healthChecks') ?? []).map((check) => ({
    ...parseApiVersion(getString(check, 'apiVersion') || 'apps/v1'),
    kind: getString(check, 'kind') ?? '',
    namespace: getString(check, 'namespace') ?? '',
    name: getString(check, 'name') ?? '',
  }));
}
