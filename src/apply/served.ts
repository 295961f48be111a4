// Waits until the cluster serves the kinds of new definitions: a CRD is established a moment before discovery knows it.
import { getList, getPath, getString } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import type { GroupVersionKind } from '../model/resourceType.ts';
import type { KubeClient } from '../kube/client.ts';
import { delay } from './delay.ts';

const DELAYS = [50, 100, 200, 400, 800, 1600, 2000];

/** Returns after some seconds in any case: the dry-run then says what is missing. */
export async function waitServed(
  definitions: readonly JsonObject[],
  client: KubeClient,
  signal?: AbortSignal,
): Promise<void> {
  const kinds = definitions.flatMap(kindsOf);
  if (kinds.length === 0) return;
  for (const ms of [0, ...DELAYS]) {
    await delay(ms, signal);
    client.forgetTypes();
    const served = new Set((await client.resourceTypes(signal)).map(keyOfKind));
    if (kinds.every((kind) => served.has(keyOfKind(kind)))) return;
  }
}

const keyOfKind = ({ group, version, kind }: GroupVersionKind): string => `${group}/${version}/${kind}`;

function kindsOf(definition: JsonObject): GroupVersionKind[] {
  if (definition['kind'] !== 'CustomResourceDefinition') return [];
  const group = getString(definition, 'spec', 'group') ?? '';
  const kind = getString(definition, 'spec', 'names', 'kind') ?? '';
  return (getList(definition, 'spec', 'versions') ?? [])
    .filter((version) => getPath(version, 'served') === true)
    .map((version) => ({ group, version: getString(version, 'name') ?? '', kind }));
}
