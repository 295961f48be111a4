// ObjectAccess (access.ts) over the same verbs as requests: defaults, managedFields, validation and watch events included.
import type { JsonObject } from '../model/json.ts';
import { getString } from '../model/json.ts';
import { refOf } from '../model/objectRef.ts';
import type { GroupVersionKind } from '../model/resourceType.ts';
import type { ObjectAccess } from './access.ts';
import { controllerAdmission } from './admission/admissionOf.ts';
import type { Api, Target } from './api.ts';
import { noSuchResource } from './errors.ts';
import type { ServedResource } from './served.ts';
import { createObject } from './verbs/create.ts';
import { deleteObject } from './verbs/delete.ts';
import { updateObject } from './verbs/update.ts';
import { shown } from './versions.ts';

/** Objects that come out of it are shared with the store: clone before changing one. */
export function createAccess(api: Api): ObjectAccess {
  const resourceOf = (gvk: GroupVersionKind): ServedResource => {
    const resource = api.served().ofKind(gvk);
    if (!resource) throw noSuchResource();
    return resource;
  };
  const admission = controllerAdmission(api);
  const targetOf = (object: JsonObject, subresource = ''): Target => {
    const ref = refOf(object);
    return { resource: resourceOf(ref), namespace: ref.namespace, name: ref.name, subresource, admission };
  };
  return {
    get: (ref) => {
      const resource = api.served().ofKind(ref);
      const found = resource && api.store.get(resource.stored, ref.namespace, ref.name);
      return found && shown(resource, found);
    },
    list: (gvk, namespace) => {
      const resource = api.served().ofKind(gvk);
      return resource ? api.store.list(resource.stored, namespace).map((object) => shown(resource, object)) : [];
    },
    create: (object, manager) =>
      createObject(api, { ...targetOf(object), name: '' }, object, { manager, dryRun: false }).object,
    update: (object, manager, subresource) =>
      updateObject(api, targetOf(object, subresource ?? ''), object, { manager, dryRun: false }).object,
    delete: (ref, options = {}) => {
      const { namespace, name } = ref;
      const target = { resource: resourceOf(ref), namespace, name, subresource: '', admission };
      // A controller inside the cluster is the kubelet too: it waits for no grace period.
      deleteObject(api, target, {
        dryRun: false,
        gracePeriodSeconds: 0,
        ...(options.propagation === undefined ? {} : { propagationPolicy: options.propagation }),
        ...(options.uid === undefined ? {} : { uid: options.uid }),
      });
    },
    onChange: (listener) => api.store.onChange(({ type, object }) => listener({ type, object: seen(api, object) })),
  };
}

/** A stored object as its stored version shows it. */
function seen(api: Api, object: JsonObject): JsonObject {
  const resource = api.served().ofKind(refOf(object));
  return resource && getString(object, 'kind') !== undefined ? shown(resource, object) : object;
}
