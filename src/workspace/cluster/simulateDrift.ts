// Changes a live object by hand, as someone with kubectl would, so that drift can be seen. Never touches what Git says.
import { getObject, getPath, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { sayRef } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import type { KubeClient } from '../../kube/client.ts';

/** The field manager of a simulated change: plans and drift name it as the owner. */
export const DRIFT_MANAGER = 'plumbline-simulated-drift';

/** Changes one field that Git sets. Resolves with what was changed, as `spec.replicas 2 -> 4 of Deployment shop/web`; throws where nothing can be. */
export async function simulateDrift(client: KubeClient, ref: ObjectRef, signal: AbortSignal): Promise<string> {
  const live = await client.get(ref, signal);
  if (!live) throw new Error(`${sayRef(ref)} does not exist in the cluster`);
  const { patch, said } = driftPatch(live);
  await client.patch(ref, 'application/merge-patch+json', patch, { fieldManager: DRIFT_MANAGER }, signal);
  return `${said} of ${sayRef(ref)}`;
}

/** The change that suits the object: replicas, else a line of data, else a label. */
export function driftPatch(live: JsonObject): { patch: JsonObject; said: string } {
  const replicas = getPath(live, 'spec', 'replicas');
  if (typeof replicas === 'number')
    return { patch: { spec: { replicas: replicas + 2 } }, said: `spec.replicas ${replicas} -> ${replicas + 2}` };
  const data = getString(live, 'kind') === 'ConfigMap' ? getObject(live, 'data') : undefined;
  const key = data && Object.keys(data)[0];
  if (data && key !== undefined)
    return { patch: { data: { [key]: `${String(data[key])}\n# changed by hand` } }, said: `data.${key}` };
  const labels = getObject(live, 'metadata', 'labels') ?? {};
  const label = Object.keys(labels).find((name) => !name.includes('toolkit.fluxcd.io')) ?? 'changed-by-hand';
  return {
    patch: { metadata: { labels: { [label]: 'changed-by-hand' } } },
    said: `metadata.labels.${label}`,
  };
}
