// A cluster as a command sees it: read once, without watches. The same picture as the engine's, of fewer objects.
import { healthChecksOf } from '../../model/healthChecks.ts';
import { getPath, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { apiVersionOf, keyOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import type { GroupVersionKind } from '../../model/resourceType.ts';
import { StatusError } from '../../kube/client.ts';
import type { KubeReader } from '../../kube/client.ts';
import { KUSTOMIZATION } from '../../reconcile/fluxKinds.ts';
import { healthOf, inventoryRefs } from './inventory.ts';
import { isUnreadyWorkload, namespacesOf, POD, podsBehind } from './podsBehind.ts';
import { SOURCE_KINDS } from './followCluster.ts';
import { lonelyServices, withoutPods } from './servicePods.ts';
import { newCluster } from '../state.ts';
import type { ClusterState, LiveObject } from '../state.ts';

const CLAIM = { group: '', version: 'v1', kind: 'PersistentVolumeClaim' };

/** Reads sources and Kustomizations, the objects of those Kustomizations that are `wanted`, and the pods that those are about. */
export async function readCluster(
  name: string,
  reader: KubeReader,
  wanted: (kustomization: JsonObject) => boolean,
  signal: AbortSignal,
): Promise<ClusterState> {
  const lists = await Promise.all(SOURCE_KINDS.map((kind) => listOf(reader, kind, undefined, signal)));
  const kustomizations = await listOf(reader, KUSTOMIZATION, undefined, signal);
  const followed = kustomizations.filter(wanted);
  const refs = [...inventoryRefs(followed), ...followed.filter(namesChecks).flatMap(healthChecksOf)];
  const objects = await liveObjects(reader, refs, signal);
  const unready = [...objects.values()].filter(isUnreadyWorkload);
  const lonely = lonelyServices(objects.values());
  const all = async (kind: GroupVersionKind, within: readonly string[]): Promise<Map<string, JsonObject[]>> => {
    const listed = await Promise.all(within.map((one) => listOf(reader, kind, one, signal).catch(ifRefused)));
    return new Map(within.flatMap((one, at) => (listed[at] ? [[one, listed[at]]] : [])));
  };
  const namespaces = namespacesOf(unready);
  const pods = await all(POD, [...new Set([...namespaces, ...lonely.map(({ namespace }) => namespace)])]);
  // What a pod waits for may be made from a template, which no inventory names.
  const claims = [...(await all(CLAIM, namespaces)).values()].flat();
  const claimed = claims.map((object) => healthOf(refOfItem(CLAIM, object), object));
  return {
    ...newCluster(name, 'kubeconfig'),
    phase: 'connected',
    sources: lists.flat(),
    kustomizations,
    objects: new Map([...claimed.map((live) => [keyOf(live.ref), live] as const), ...objects]),
    pods: podsBehind(unready, [...pods.values()].flat()),
    withoutPods: withoutPods(lonely, (namespace) => pods.get(namespace)),
  };
}

/** Who may read Kustomizations need not be allowed to read pods: the chain ends earlier then. */
function ifRefused(error: unknown): undefined {
  if (error instanceof StatusError) return;
  throw error;
}

/** With spec.wait all of the inventory is checked, and nothing else. */
function namesChecks(kustomization: JsonObject): boolean {
  return getPath(kustomization, 'spec', 'wait') !== true;
}

async function liveObjects(
  reader: KubeReader,
  refs: readonly ObjectRef[],
  signal: AbortSignal,
): Promise<Map<string, LiveObject>> {
  const groups = new Map<string, ObjectRef[]>();
  for (const ref of refs) {
    const key = `${apiVersionOf(ref)} ${ref.kind} ${ref.namespace}`;
    groups.set(key, [...(groups.get(key) ?? []), ref]);
  }
  const found = new Map<string, LiveObject>();
  await Promise.all(
    [...groups.values()].map(async (group) => {
      const [first] = group;
      if (!first) return;
      const items = await listOf(reader, first, first.namespace, signal);
      const byName = new Map(items.map((item) => [getString(item, 'metadata', 'name') ?? '', item]));
      for (const ref of group) found.set(keyOf(ref), healthOf(ref, byName.get(ref.name)));
    }),
  );
  return found;
}

/** Objects of a kind; none where the cluster does not serve it. Lists leave out what every item has in common. */
async function listOf(
  reader: KubeReader,
  kind: GroupVersionKind,
  namespace: string | undefined,
  signal: AbortSignal,
): Promise<JsonObject[]> {
  const type = await reader.resourceType(kind, signal);
  if (!type) return [];
  const { items } = await reader.list(type, namespace === undefined || namespace === '' ? {} : { namespace }, signal);
  return items.map((item) => ({ ...item, apiVersion: apiVersionOf(kind), kind: kind.kind }));
}

function refOfItem(kind: GroupVersionKind, item: JsonObject): ObjectRef {
  return {
    ...kind,
    namespace: getString(item, 'metadata', 'namespace') ?? '',
    name: getString(item, 'metadata', 'name') ?? '',
  };
}
