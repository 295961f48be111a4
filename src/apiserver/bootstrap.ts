// The objects that a cluster has from the start.
import type { JsonObject } from '../model/json.ts';
import type { Api } from './api.ts';
import { createObject } from './verbs/create.ts';

const MANAGER = 'kube-apiserver';
const NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];

/** Makes what is missing. An object that a user removed from a later cluster comes back, as with upstream. */
export function bootstrap(api: Api): void {
  for (const name of NAMESPACES)
    create(api, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, 'namespaces', '');
}

function create(api: Api, object: JsonObject, plural: string, namespace: string): void {
  const resource = api.served().at('', 'v1', plural);
  const name = (object['metadata'] as JsonObject)['name'] as string;
  if (!resource || api.store.get(resource.stored, namespace, name)) return;
  createObject(api, { resource, namespace, name: '', subresource: '' }, object, { manager: MANAGER, dryRun: false });
}
