// Fields that a server with the default feature gates of Kubernetes 1.36 takes away before it looks at an object
// (k8s.io/kubernetes pkg/api/pod dropDisabledFields and the strategies of the kinds). Their manager owns them all the same.
import { getObject, isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { itemsAt, objectAt } from './defaulting.ts';
import type { KindRules } from './kind.ts';

type Drop = (object: JsonObject) => void;

/** The rules of a kind that loses fields at creates and updates. Its generation counts them where `counted` says so. */
export function withoutDisabled(rules: KindRules, drop: Drop, counted: 'counted' | 'dropped' = 'dropped'): KindRules {
  const { generation } = rules;
  const isCounted = counted === 'counted' && typeof generation === 'function';
  return {
    ...rules,
    prepareForCreate: (object, context) => {
      drop(object);
      rules.prepareForCreate?.(object, context);
    },
    // What was sent moves the generation, although it is not kept.
    ...(isCounted ? { generation: () => false } : {}),
    prepareForUpdate: (object, old, context) => {
      if (isCounted && generation(object, old)) countUp(object);
      drop(object);
      rules.prepareForUpdate?.(object, old, context);
    },
  };
}

function countUp(object: JsonObject): void {
  const metadata = objectAt(object, 'metadata');
  if (metadata) metadata['generation'] = Number(metadata['generation'] ?? 0) + 1;
}

/** In a pod spec that is found under these keys. */
export const inPodSpec =
  (...keys: readonly string[]): Drop =>
  (object) => {
    const spec = getObject(object, ...keys);
    if (!spec) return;
    delete spec['schedulingGroup'];
    for (const list of ['initContainers', 'containers', 'ephemeralContainers'])
      for (const container of itemsAt(spec, list)) dropStopSignal(container);
    for (const volume of itemsAt(spec, 'volumes'))
      for (const source of itemsAt(objectAt(volume, 'projected'), 'sources')) {
        delete source['clusterTrustBundle'];
        delete source['podCertificate'];
      }
  };

function dropStopSignal(container: JsonObject): void {
  const lifecycle = container['lifecycle'];
  if (!isJsonObject(lifecycle) || lifecycle['stopSignal'] === undefined) return;
  delete lifecycle['stopSignal'];
  if (!['postStart', 'preStop'].some((hook) => isJsonObject(lifecycle[hook]))) delete container['lifecycle'];
}

/** Of a StatefulSet: how many of its pods may be missing. */
export const inStatefulSet: Drop = (object) => {
  inPodSpec('spec', 'template', 'spec')(object);
  const rolling = getObject(object, 'spec', 'updateStrategy', 'rollingUpdate');
  if (rolling) delete rolling['maxUnavailable'];
};

/** Of a Lease: who would like to have it. */
export const inLease: Drop = (object) => {
  const spec = objectAt(object, 'spec');
  if (!spec) return;
  delete spec['strategy'];
  delete spec['preferredHolder'];
};

/** Of a slice: what only its beta version had. */
export const inEndpointSlice: Drop = (object) => {
  for (const endpoint of itemsAt(object, 'endpoints')) delete endpoint['deprecatedTopology'];
};

/** Of a node: the configuration of its kubelet, which is no longer kept here. */
export const inNode: Drop = (object) => {
  const [spec, status] = [objectAt(object, 'spec'), objectAt(object, 'status')];
  if (spec) delete spec['configSource'];
  if (status) delete status['config'];
};
