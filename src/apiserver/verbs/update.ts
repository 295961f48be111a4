// PUT, and the half of PATCH that is the same: an existing object is replaced by one that was read from the request.
import { cloneJson, getList, getObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { kindContext } from '../api.ts';
import type { Api, Target } from '../api.ts';
import { conflict, invalid, notFound, plainFailure } from '../errors.ts';
import { hasStatus } from '../served.ts';
import { invalidValue } from '../validation/fieldError.ts';
import { asStored, convert, shown, shownBare, workingVersion } from '../versions.ts';
import { withDefaults } from '../write/default.ts';
import { allocate, checkRules, encoded, refuseForbidden, storeChanged } from '../write/finish.ts';
import { withUpdater } from '../write/managed.ts';
import {
  bumpGeneration,
  dedupOwners,
  dropEmpty,
  fitName,
  fitNamespace,
  keepForUpdate,
  metadataOf,
  text,
} from '../write/metadata.ts';
import { createObject } from './create.ts';
import type { CreateOptions, Written } from './create.ts';

/** Replaces an object, or creates it where the kind allows that. `decoded` has the target's version. Throws ApiError. */
export function updateObject(api: Api, target: Target, decoded: JsonObject, options: CreateOptions): Written {
  const { resource, name } = target;
  const body = cloneJson(decoded);
  fitNamespace(target, body);
  fitName(target, body);
  // Told even where the write is refused.
  for (const warning of dedupOwners(body)) target.admission?.warn(warning);
  const old = api.store.get(resource.stored, target.namespace, name);
  if (!old) {
    if (resource.rules.createOnUpdate === true) return createObject(api, target, body, options);
    throw notFound(resource.type, name);
  }
  checkUid(target, body, old, options.dryRun);
  const owned = withUpdater(api, target, shownBare(resource, old), withDefaults(resource, body), options.manager);
  return finishUpdate(api, target, owned, old, options.dryRun);
}

/** The second half: `owned` (request's version, with managedFields) replaces `old` (as stored). */
export function finishUpdate(api: Api, target: Target, owned: JsonObject, old: JsonObject, dryRun: boolean): Written {
  const { resource, subresource } = target;
  checkVersion(target, owned, old);
  const before = resource.custom || resource.read ? shownBare(resource, old) : old;
  const object = cloneJson(convert(resource, owned, workingVersion(resource)));
  const warnings: string[] = [];
  for (const warning of dedupOwners(object, 'late')) target.admission?.warn(warning);
  keepForUpdate(object, before, dryRun);
  if (!resource.custom) dropEmpty(metadataOf(object));
  const context = { ...kindContext(api), isDryRun: dryRun };
  if (subresource === 'status') {
    keepAllButStatus(target, object, before);
    resource.rules.prepareForStatusUpdate?.(object, before, context);
  } else if (subresource === 'finalize') keepAllButFinalizers(object, before);
  else {
    if (hasStatus(resource)) keepField(object, before, 'status');
    allocate(resource, object, before, context);
    resource.rules.prepareForUpdate?.(object, before, context);
    bumpGeneration(resource, object, before);
  }
  const hasGeneration = metadataOf(before)['generation'] !== undefined;
  const isMoved = !hasGeneration || metadataOf(object)['generation'] !== metadataOf(before)['generation'];
  if (subresource === '' && isMoved) warnings.push(...(resource.rules.warnings?.(object, before) ?? []));
  checkRules(api, target, object, before);
  refuseForbidden(target, object, resource.rules.forbid?.(object, before, context));
  target.admission?.validate({ operation: 'UPDATE', target, name: target.name, object, old: before });
  if (isDone(object) && !(resource.rules.holdsDeletion?.(object) ?? false))
    return {
      object: shown(
        resource,
        encoded(api, resource, asStored(resource, removeDone(api, target, object, old, dryRun)), 'request'),
      ),
      created: false,
      warnings,
    };
  const stored = storeChanged(api, target, object, before, old, dryRun);
  const show = subresource === '' ? shown : shownBare;
  return { object: show(resource, stored), created: false, warnings };
}

/** Where upstream stores kinds whose folder is not named like their resource. */
const STORED_UNDER: Readonly<Record<string, string>> = {
  '/services': 'services/specs',
  '/endpoints': 'services/endpoints',
  '/nodes': 'minions',
  'networking.k8s.io/ingresses': 'ingress',
  'apiextensions.k8s.io/customresourcedefinitions': 'apiextensions.k8s.io/customresourcedefinitions',
};

/** A PUT that names another uid means another object. */
function checkUid({ resource, name, namespace }: Target, object: JsonObject, old: JsonObject, dryRun: boolean): void {
  const [uid, oldUid] = [text(object, 'uid'), text(old, 'uid')];
  if (uid === '' || uid === oldUid) return;
  const { group, plural } = resource.type;
  const folder = resource.custom ? `${group}/${plural}` : (STORED_UNDER[resource.stored] ?? plural);
  // A dry run never comes to the store that puts its root before the key.
  const key = `${dryRun ? '' : '/registry'}/${folder}/${namespace === '' ? '' : `${namespace}/`}${name}`;
  throw conflict(
    resource.type,
    name,
    `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${oldUid}`,
  );
}

/** The resourceVersion that the request names must be that of the stored object. */
function checkVersion({ resource, name }: Target, object: JsonObject, old: JsonObject): void {
  const version = text(object, 'resourceVersion');
  if (version !== '' && !/^\d+$/.test(version))
    throw plainFailure(`strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`);
  if (version === '' || version === '0') {
    const isUnconditional = resource.custom ? false : resource.rules.unconditionalUpdate !== false;
    if (!isUnconditional)
      throw invalid({ group: resource.type.group, kind: resource.type.plural }, name, [
        invalidValue('metadata.resourceVersion', 0, 'must be specified for an update'),
      ]);
  } else if (version !== text(old, 'resourceVersion')) throw conflict(resource.type, name);
}

function keepField(object: JsonObject, old: JsonObject, field: string): void {
  const value = old[field];
  if (value === undefined) delete object[field];
  else object[field] = value;
}

/** A status update changes the status; of metadata, custom resources keep managedFields only, built-in ones keep more. */
function keepAllButStatus({ resource }: Target, object: JsonObject, old: JsonObject): void {
  const metadata = metadataOf(object);
  if (resource.custom) {
    for (const field of Object.keys(object))
      if (!['status', 'metadata', 'apiVersion', 'kind'].includes(field)) delete object[field];
    for (const field of Object.keys(old)) if (!['status', 'metadata'].includes(field)) keepField(object, old, field);
    const managedFields = metadata['managedFields'];
    object['metadata'] = {
      ...(old['metadata'] as JsonObject),
      ...(managedFields === undefined ? {} : { managedFields }),
    };
    if (managedFields === undefined) delete metadataOf(object)['managedFields'];
    return;
  }
  for (const field of new Set([...Object.keys(object), ...Object.keys(old)]))
    if (field !== 'status' && field !== 'metadata') keepField(object, old, field);
}

/** The finalize subresource of a namespace changes spec.finalizers and nothing else. */
function keepAllButFinalizers(object: JsonObject, old: JsonObject): void {
  const finalizers = getList(object, 'spec', 'finalizers') ?? [];
  for (const field of new Set([...Object.keys(object), ...Object.keys(old)]))
    if (field !== 'metadata') keepField(object, old, field);
  const { finalizers: _before, ...spec } = getObject(old, 'spec') ?? {};
  object['spec'] = finalizers.length === 0 ? spec : { ...spec, finalizers };
}

/** True for an object that was waiting for its finalizers and has none left: it goes now. */
function isDone(object: JsonObject): boolean {
  const metadata = metadataOf(object);
  if (metadata['deletionTimestamp'] === undefined) return false;
  const grace = metadata['deletionGracePeriodSeconds'];
  return (getList(metadata, 'finalizers') ?? []).length === 0 && (grace === undefined || grace === 0);
}

/** The answer is the object as the request left it, with the resourceVersion that it had. */
function removeDone(
  api: Api,
  { resource, namespace, name }: Target,
  object: JsonObject,
  old: JsonObject,
  dryRun: boolean,
): JsonObject {
  metadataOf(object)['resourceVersion'] = text(old, 'resourceVersion');
  if (!dryRun) api.store.remove(resource.stored, namespace, name);
  return object;
}
