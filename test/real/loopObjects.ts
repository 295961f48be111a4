// Reads what a scenario can have made in a cluster: the kinds and the namespaces that it speaks of. Interprets nothing.
import { getPath, getString } from '../../src/model/json.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { GroupVersionKind } from '../../src/model/resourceType.ts';
import { apiVersionOf } from '../../src/model/objectRef.ts';
import type { KubeClient } from '../../src/kube/client.ts';
import type { Scenario } from './loopArbitrary.ts';

const rbac = 'rbac.authorization.k8s.io';
const CONFIG_MAP: GroupVersionKind = { group: '', version: 'v1', kind: 'ConfigMap' };
const DEFINITION: GroupVersionKind = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
};
const NAMESPACED: readonly GroupVersionKind[] = [
  { group: '', version: 'v1', kind: 'Secret' },
  { group: '', version: 'v1', kind: 'Service' },
  { group: '', version: 'v1', kind: 'ServiceAccount' },
  { group: 'apps', version: 'v1', kind: 'Deployment' },
  { group: 'apps', version: 'v1', kind: 'StatefulSet' },
  { group: 'batch', version: 'v1', kind: 'Job' },
  { group: 'batch', version: 'v1', kind: 'CronJob' },
  { group: 'autoscaling', version: 'v2', kind: 'HorizontalPodAutoscaler' },
  { group: 'networking.k8s.io', version: 'v1', kind: 'Ingress' },
  { group: rbac, version: 'v1', kind: 'Role' },
  { group: rbac, version: 'v1', kind: 'RoleBinding' },
];
const CLUSTER: readonly GroupVersionKind[] = [
  { group: rbac, version: 'v1', kind: 'ClusterRole' },
  { group: 'scheduling.k8s.io', version: 'v1', kind: 'PriorityClass' },
];
/** Those with objects of all kinds, unless a build puts them elsewhere, and those that repositories make, with ConfigMaps. */
const FULL = ['app', 'two'];
const MADE = ['flux', 'one', 'three', 'four'];

export interface ObjectReader {
  /** All objects that the scenario can have made. */
  read(): Promise<JsonObject[]>;
  /** A namespace of the scenario is on its way out. */
  isNamespaceGoing(): Promise<boolean>;
}

export function objectReader(client: KubeClient, token: string, scenario: Scenario): ObjectReader {
  const text = JSON.stringify(scenario);
  const isSpoken = ({ kind }: GroupVersionKind): boolean => text.includes(`kind: ${kind}`);
  const names = [...FULL, ...MADE].filter(
    (name) => name === 'app' || name === 'flux' || text.includes(`TOKEN-${name}`),
  );
  const kinds = NAMESPACED.filter(isSpoken);
  const namespaces = (): Promise<JsonObject[]> =>
    gather(names, async (name) => {
      const ref = { group: '', version: 'v1', kind: 'Namespace', namespace: '', name: `${token}-${name}` };
      const found = await client.get(ref);
      return found ? [found] : [];
    });
  const list = async (gvk: GroupVersionKind, namespace?: string): Promise<JsonObject[]> => {
    const type = await client.resourceType(gvk);
    if (!type) return [];
    const { items } = await client.list(type, namespace === undefined ? {} : { namespace });
    const apiVersion = apiVersionOf(gvk);
    return items.map((item) => ({ ...item, apiVersion, kind: gvk.kind }));
  };
  const isOwn = (object: JsonObject): boolean => {
    const name = nameOf(object);
    return name.includes(`${token}-`) || name.includes(`.${token}.`);
  };
  const isSystems = (object: JsonObject): boolean =>
    nameOf(object) === 'kube-root-ca.crt' || (object['kind'] === 'ServiceAccount' && nameOf(object) === 'default');
  return {
    async read() {
      const there = await namespaces();
      const wide = await gather([DEFINITION, ...CLUSTER].filter(isSpoken), (gvk) => list(gvk));
      const own = wide.filter(isOwn);
      const inside = await gather(there, (namespace) => {
        const name = nameOf(namespace);
        const isFull = FULL.some((one) => name === `${token}-${one}`);
        return gather(isFull ? [CONFIG_MAP, ...kinds] : [CONFIG_MAP], (gvk) => list(gvk, name));
      });
      const buoys = await gather(
        own.filter(({ kind }) => kind === DEFINITION.kind),
        (definition) =>
          list({ group: getString(definition, 'spec', 'group') ?? '', version: 'v1', kind: 'Buoy' }).catch(() => []),
      );
      return [...there, ...own, ...inside.filter((object) => !isSystems(object)), ...buoys];
    },
    isNamespaceGoing: async () =>
      // Nobody else deletes them.
      isSpoken({ group: '', version: 'v1', kind: 'Namespace' }) &&
      (await namespaces()).some((one) => getPath(one, 'metadata', 'deletionTimestamp') !== undefined),
  };
}

async function gather<T>(items: readonly T[], read: (item: T) => Promise<JsonObject[]>): Promise<JsonObject[]> {
  return (await Promise.all(items.map(read))).flat();
}

const nameOf = (object: JsonObject): string => getString(object, 'metadata', 'name') ?? '';
