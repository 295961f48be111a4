// The life of a namespace beside its object: what is in it from the start, and its end, when everything in it is deleted
// and then its finalizer goes (k8s.io/kubernetes pkg/controller/namespace).
import { cloneJson, getList, getObject, getString } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import type { Disposable } from '../model/disposable.ts';
import { refOf } from '../model/objectRef.ts';
import type { ObjectAccess } from './access.ts';
import type { Api } from './api.ts';
import { ApiError } from './errors.ts';
import type { ServedResource } from './served.ts';
import { STORAGE_RETRY_MS, StorageError } from './store/storageError.ts';
import { deleteObject } from './verbs/delete.ts';
import { updateObject } from './verbs/update.ts';

const MANAGER = 'kube-controller-manager';
const NAMESPACE = { group: '', version: 'v1', kind: 'Namespace' };
const FINALIZER = 'kubernetes';

/** Follows namespaces from those that exist when it starts. `caPem` is what pods would trust the server by. */
export function followNamespaces(api: Api, access: ObjectAccess, caPem: string): Disposable {
  const pending = new Set<string>();
  let cancel: (() => void) | undefined;
  const drain = (): void => {
    cancel = undefined;
    const names = [...pending];
    pending.clear();
    for (const name of names) {
      try {
        advance(api, access, name, caPem);
      } catch (error) {
        if (error instanceof StorageError) {
          pending.add(name);
          cancel ??= api.clock.after(STORAGE_RETRY_MS, drain);
          continue;
        }
        if (!(error instanceof ApiError)) throw error;
        if (error.code === 409) enqueue(name);
        else if (error.code !== 404) api.log.warn('apiserver', `namespace ${name}: ${error.message}`);
      }
    }
  };
  const enqueue = (name: string): void => {
    pending.add(name);
    cancel ??= api.clock.after(0, drain);
  };
  const subscription = access.onChange(({ type, object }) => {
    const ref = refOf(object);
    if (ref.kind === NAMESPACE.kind && ref.group === '') enqueue(ref.name);
    // What leaves a namespace may be the last that was in it; what every namespace has comes back.
    else if (type === 'DELETED' && ref.namespace !== '') enqueue(ref.namespace);
  });
  for (const namespace of access.list(NAMESPACE)) enqueue(getString(namespace, 'metadata', 'name') ?? '');
  return {
    dispose: () => {
      subscription.dispose();
      cancel?.();
    },
  };
}

function advance(api: Api, access: ObjectAccess, name: string, caPem: string): void {
  const namespace = access.get({ ...NAMESPACE, namespace: '', name });
  if (!namespace) return;
  if (getString(namespace, 'metadata', 'deletionTimestamp') === undefined) makeDefaults(access, name, caPem);
  else if (!clear(api, name)) finalize(api, namespace);
}

/** The service account and the certificate that every namespace has. */
function makeDefaults(access: ObjectAccess, namespace: string, caPem: string): void {
  const defaults: JsonObject[] = [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'kube-root-ca.crt', namespace },
      data: { 'ca.crt': caPem },
    },
  ];
  for (const object of defaults) if (!access.get(refOf(object))) access.create(object, MANAGER);
}

/** Deletes what is in a namespace. True while something is left. */
function clear(api: Api, namespace: string): boolean {
  const byStore = new Map<string, ServedResource>();
  for (const resource of api.served().resources()) if (resource.type.namespaced) byStore.set(resource.stored, resource);
  let isLeft = false;
  for (const resource of byStore.values()) {
    for (const object of api.store.list(resource.stored, namespace)) {
      const target = { resource, namespace, name: getString(object, 'metadata', 'name') ?? '', subresource: '' };
      if (getString(object, 'metadata', 'deletionTimestamp') === undefined)
        deleteObject(api, target, { dryRun: false, gracePeriodSeconds: 0, propagationPolicy: 'Background' });
      isLeft ||= api.store.get(resource.stored, namespace, target.name) !== undefined;
    }
  }
  return isLeft;
}

function finalize(api: Api, namespace: JsonObject): void {
  const finalizers = getList(namespace, 'spec', 'finalizers') ?? [];
  const resource = api.served().ofKind(NAMESPACE);
  if (!resource || !finalizers.includes(FINALIZER)) return;
  const next = cloneJson(namespace);
  next['spec'] = { ...getObject(next, 'spec'), finalizers: finalizers.filter((each) => each !== FINALIZER) };
  updateObject(
    api,
    { resource, namespace: '', name: getString(namespace, 'metadata', 'name') ?? '', subresource: 'finalize' },
    next,
    { manager: MANAGER, dryRun: false },
  );
}
