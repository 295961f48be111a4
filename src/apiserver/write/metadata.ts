// The part of metadata that belongs to the server: uid, creationTimestamp, generation, deletion marks, owner references.
// As k8s.io/apiserver pkg/registry/rest (create.go, update.go, meta.go).
import { equalJson, getList, getString, isJsonObject } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { timeNow } from '../api.ts';
import type { Api, Target } from '../api.ts';
import { badRequest } from '../errors.ts';
import type { ServedResource } from '../served.ts';

/** The metadata of an object that is being written; made where it is missing. */
export function metadataOf(object: JsonObject): JsonObject {
  const metadata = object['metadata'];
  if (isJsonObject(metadata)) return metadata;
  const made: JsonObject = {};
  object['metadata'] = made;
  return made;
}

export function text(object: JsonObject, field: string): string {
  return getString(object, 'metadata', field) ?? '';
}

/** Puts the path's namespace into the object, or refuses one that differs. */
export function fitNamespace(target: Target, object: JsonObject): void {
  const metadata = metadataOf(object);
  if (!target.resource.type.namespaced) {
    // A namespace on a cluster-scoped object is dropped, as rest.EnsureObjectNamespaceMatchesRequestNamespace does.
    delete metadata['namespace'];
    return;
  }
  const sent = text(object, 'namespace');
  if (sent !== '' && sent !== target.namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  metadata['namespace'] = target.namespace;
}

/** Refuses an object whose name is not the path's. */
export function fitName(target: Target, object: JsonObject): void {
  const sent = text(object, 'name');
  if (sent === '')
    throw badRequest(`the name of the object (${target.name} based on URL) was undeterminable: name must be provided`);
  if (sent !== target.name)
    throw badRequest(`the name of the object (${sent}) does not match the name on the URL (${target.name})`);
}

/** System fields of a new object. Clients cannot set them. */
export function fillForCreate(api: Api, resource: ServedResource, object: JsonObject): void {
  const metadata = metadataOf(object);
  for (const field of ['deletionTimestamp', 'deletionGracePeriodSeconds', 'selfLink', 'resourceVersion'])
    delete metadata[field];
  // One below zero stays to be refused.
  if (!(Number(metadata['generation'] ?? 0) < 0)) delete metadata['generation'];
  metadata['uid'] = api.newUid();
  metadata['creationTimestamp'] = timeNow(api);
  if (resource.rules.generation !== undefined || resource.custom) metadata['generation'] = 1;
}

/** System fields of an update are those of the stored object. */
export function keepForUpdate(object: JsonObject, old: JsonObject, dryRun: boolean): void {
  const metadata = metadataOf(object);
  const before = metadataOf(old);
  // metadata.name and namespace cannot differ: they were fitted to the path.
  keep(metadata, before, 'creationTimestamp');
  keep(metadata, before, 'generation');
  if (getString(metadata, 'uid') === undefined) keep(metadata, before, 'uid');
  // Writing to the store is what takes it away.
  if (!dryRun) delete metadata['selfLink'];
  // A deletion mark is set by DELETE only, and stays; whoever sends an object back without it means no change.
  if (before['deletionTimestamp'] !== undefined) {
    if (metadata['deletionTimestamp'] === undefined) metadata['deletionTimestamp'] = before['deletionTimestamp'];
    if (metadata['deletionGracePeriodSeconds'] === undefined) keep(metadata, before, 'deletionGracePeriodSeconds');
  }
}

function keep(metadata: JsonObject, before: JsonObject, field: string): void {
  const value = before[field];
  if (value === undefined) delete metadata[field];
  else metadata[field] = value;
}

/** Empty collections are left out, as Go writes them. */
export function dropEmpty(metadata: JsonObject): void {
  for (const field of ['labels', 'annotations', 'ownerReferences', 'finalizers', 'managedFields']) {
    const value = metadata[field];
    if (
      value === null ||
      (Array.isArray(value) && value.length === 0) ||
      (isJsonObject(value) && Object.keys(value).length === 0)
    )
      delete metadata[field];
  }
}

/** metadata.generation after an update: one more where the kind says that its desired state changed. */
export function bumpGeneration(resource: ServedResource, object: JsonObject, old: JsonObject): void {
  const rule = resource.custom ? customGeneration(resource) : resource.rules.generation;
  if (rule === undefined) return;
  const before = old['metadata'] as JsonObject;
  const changed = rule === 'spec' ? !equalJson(object['spec'], old['spec']) : rule(object, old);
  const generation = before['generation'];
  const counted = metadataOf(object)['generation'];
  // Preparing the object may have counted already.
  if (typeof counted === 'number' && typeof generation === 'number' && counted > generation) return;
  metadataOf(object)['generation'] = typeof generation === 'number' ? generation + (changed ? 1 : 0) : 1;
}

/** Custom resources count every change outside of metadata, and outside of the status where that is a subresource. */
function customGeneration(resource: ServedResource): (object: JsonObject, old: JsonObject) => boolean {
  const ignored = new Set(['metadata', ...(resource.type.subresources.includes('status') ? ['status'] : [])]);
  const rest = (object: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(object).filter(([key]) => !ignored.has(key)));
  return (object, old) => !equalJson(rest(object), rest(old));
}

/** Owner references named twice by uid are one (and the client is warned). `late`: what a patch left. */
export function dedupOwners(object: JsonObject, when: 'sent' | 'late' = 'sent'): string[] {
  const owners = getList(object, 'metadata', 'ownerReferences');
  if (!owners) return [];
  const seen = new Set<string>();
  const kept: JsonValue[] = [];
  const again: string[] = [];
  for (const owner of owners) {
    const uid = getString(owner, 'uid') ?? '';
    if (kept.some((other) => equalJson(other, owner))) again.push(uid);
    else kept.push(owner);
    seen.add(uid);
  }
  if (again.length > 0) metadataOf(object)['ownerReferences'] = kept;
  return again.length === 0
    ? []
    : [
        `.metadata.ownerReferences contains duplicate entries${when === 'late' ? ' after mutating admission happens' : ''}; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ${again.join(', ')}`,
      ];
}
