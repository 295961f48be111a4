// The objects that a cluster has from the start.
import type { JsonObject } from '../model/json.ts';
import { refOf } from '../model/objectRef.ts';
import type { Api } from './api.ts';
import { SYSTEM_CLASSES } from './kinds/priority.ts';
import { createObject } from './verbs/create.ts';

const MANAGER = 'kube-apiserver';
const NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];

/** Makes what is missing. An object that a user removed from a later cluster comes back, as with upstream. */
export function bootstrap(api: Api): void {
  for (const name of NAMESPACES) create(api, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  for (const { name, ...spec } of SYSTEM_CLASSES)
    create(api, { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, ...spec });
}

/** An object without a namespace. */
function create(api: Api, object: JsonObject): void {
  const { name, ...gvk } = refOf(object);
  const resource = api.served().ofKind(gvk);
  if (!resource || api.store.get(resource.stored, '', name)) return;
  const target = { resource, namespace: '', name: '', subresource: '' };
  createObject(api, target, object, { manager: MANAGER, dryRun: false });
}
