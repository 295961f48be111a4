// DELETE of one object: at once, or marked and left to its finalizers (and, for pods, to its grace period). As
// k8s.io/apiserver pkg/registry/generic/registry/store.go and pkg/registry/rest/delete.go.
import { cloneJson, getList, isJsonObject } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { kindContext, timeText } from '../api.ts';
import type { Api, Target } from '../api.ts';
import { badRequest, conflict, notFound } from '../errors.ts';
import type { ServedResource } from '../served.ts';
import { invalidValue, notSupported } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { shown, shownBare } from '../versions.ts';
import { checkDeletable } from '../write/admission.ts';
import { storeChanged } from '../write/finish.ts';
import { metadataOf, text } from '../write/metadata.ts';
import { invalidOptions } from '../write/options.ts';

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly dryRun: boolean;
}

/** What a deletion left: the object with its marks, or its last state when it is gone. */
export interface Deleted {
  readonly object: JsonObject;
  readonly gone: boolean;
}

const POLICIES = ['Foreground', 'Background', 'Orphan'];

/** Reads DeleteOptions from the body (if there is one) or the query. Throws the 400 or 422 of bad ones. */
export function deleteOptions(body: JsonValue | undefined, query: URLSearchParams): DeleteOptions {
  if (body !== undefined && !isJsonObject(body)) throw badRequest('the body of the request was not DeleteOptions');
  const given: JsonObject = body ?? fromQuery(query);
  const errors: FieldError[] = [];
  const grace = given['gracePeriodSeconds'];
  const policy = given['propagationPolicy'];
  const dryRun = (getList(given, 'dryRun') ?? []).map(String);
  if (typeof given['orphanDependents'] === 'boolean' && typeof policy === 'string') {
    errors.push(
      invalidValue('propagationPolicy', policy, 'orphanDependents and deletionPropagation cannot be both set'),
    );
  }
  if (typeof policy === 'string' && !POLICIES.includes(policy))
    errors.push(notSupported('propagationPolicy', policy, [...POLICIES, 'nil']));
  if (dryRun.some((value) => value !== 'All')) errors.push(notSupported('dryRun', dryRun, ['All']));
  if (errors.length > 0) throw invalidOptions('DeleteOptions', errors);
  const { uid, resourceVersion } = isJsonObject(given['preconditions']) ? given['preconditions'] : {};
  const propagation =
    typeof policy === 'string'
      ? policy
      : given['orphanDependents'] === true
        ? 'Orphan'
        : given['orphanDependents'] === false
          ? 'Background'
          : undefined;
  return {
    dryRun: dryRun.length > 0,
    ...(typeof grace === 'number' ? { gracePeriodSeconds: grace } : {}),
    ...(propagation === undefined ? {} : { propagationPolicy: propagation as 'Background' }),
    ...(typeof uid === 'string' ? { uid } : {}),
    ...(typeof resourceVersion === 'string' ? { resourceVersion } : {}),
  };
}

function fromQuery(query: URLSearchParams): JsonObject {
  const options: JsonObject = {};
  const grace = query.get('gracePeriodSeconds');
  const policy = query.get('propagationPolicy');
  const orphan = query.get('orphanDependents');
  if (grace !== null) options['gracePeriodSeconds'] = Number(grace);
  if (policy !== null) options['propagationPolicy'] = policy;
  if (orphan !== null) options['orphanDependents'] = orphan !== 'false' && orphan !== '0';
  const dryRun = query.getAll('dryRun');
  if (dryRun.length > 0) options['dryRun'] = dryRun;
  return options;
}

/** Deletes an object. Throws ApiError. */
export function deleteObject(api: Api, target: Target, options: DeleteOptions): Deleted {
  const { resource, namespace, name } = target;
  checkDeletable(target);
  const old = api.store.get(resource.stored, namespace, name);
  if (!old) throw notFound(resource.type, name);
  checkPreconditions(resource, name, old, options);
  const before = resource.custom ? shown(resource, old) : resource.read ? shownBare(resource, old) : old;
  target.admission?.validate({ operation: 'DELETE', target, name, object: undefined, old: before });
  // A namespace that is on its way already is left to its finalizers.
  if (resource.rules.marksGracePeriod === false && text(old, 'deletionTimestamp') !== '' && holdsOn(resource, old))
    return { object: shown(resource, old), gone: false };
  const asked = options.gracePeriodSeconds;
  const grace = resource.rules.gracePeriod ? Math.max(0, resource.rules.gracePeriod(old, asked)) : 0;
  // What the version of the request does not know is lost with the mark, and defaults are stored with it, as with any write.
  const marked = cloneJson(before);
  const metadata = metadataOf(marked);
  markDeleting(api, marked, grace);
  if (resource.rules.marksGracePeriod === false) {
    delete metadata['deletionGracePeriodSeconds'];
    const generation = metadataOf(before)['generation'];
    if (generation !== undefined) metadata['generation'] = generation;
  }
  resource.rules.prepareForDelete?.(marked, kindContext(api));
  const finalizers = (getList(metadata, 'finalizers') ?? []).map(String);
  const after = finalizersAfter(resource, finalizers, options);
  if (after.length === 0) delete metadata['finalizers'];
  else if (after.length !== finalizers.length || !finalizers.every((item) => after.includes(item)))
    metadata['finalizers'] = after;
  if (grace === 0 && after.length === 0 && !holdsOn(resource, marked))
    return remove(api, target, resource.rules.gracePeriod ? marked : undefined, old, options.dryRun);
  const stored = storeChanged(api, target, marked, old, old, options.dryRun);
  return { object: shownBare(resource, stored), gone: false };
}

function holdsOn(resource: ServedResource, object: JsonObject): boolean {
  return resource.rules.holdsDeletion?.(object) ?? false;
}

/** Kinds with a grace period answer with the object as it was marked, even when it goes at once. */
function remove(
  api: Api,
  { resource, namespace, name }: Target,
  marked: JsonObject | undefined,
  old: JsonObject,
  dryRun: boolean,
): Deleted {
  const last = dryRun ? old : (api.store.remove(resource.stored, namespace, name) ?? old);
  if (!marked) return { object: shown(resource, last), gone: true };
  metadataOf(marked)['resourceVersion'] = text(last, 'resourceVersion');
  return { object: shown(resource, marked), gone: true };
}

/** Preconditions name the kind, not the resource, in their refusal. */
function checkPreconditions(
  { type, rules }: ServedResource,
  name: string,
  old: JsonObject,
  options: DeleteOptions,
): void {
  if (rules.marksGracePeriod === false) {
    checkOwnPreconditions(type, name, old, options);
    return;
  }
  const { uid, resourceVersion } = options;
  const refuse = (why: string) => conflict({ group: type.group, plural: type.kind }, name, why);
  const [oldUid, oldVersion] = [text(old, 'uid'), text(old, 'resourceVersion')];
  if (uid !== undefined && uid !== oldUid) {
    throw refuse(
      `the UID in the precondition (${uid}) does not match the UID in record (${oldUid}). The object might have been deleted and then recreated`,
    );
  }
  if (resourceVersion !== undefined && resourceVersion !== oldVersion) {
    throw refuse(
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${oldVersion}). The object might have been modified`,
    );
  }
}

/** Namespaces and definitions have a DELETE of their own, with other words. */
function checkOwnPreconditions(
  type: ServedResource['type'],
  name: string,
  old: JsonObject,
  { uid, resourceVersion }: DeleteOptions,
): void {
  for (const [what, wanted, found] of [
    ['UID', uid, text(old, 'uid')],
    ['ResourceVersion', resourceVersion, text(old, 'resourceVersion')],
  ] as const)
    if (wanted !== undefined && wanted !== found)
      throw conflict(
        type,
        name,
        `Precondition failed: ${what} in precondition: ${wanted}, ${what} in object meta: ${found}`,
      );
}

const GC_FINALIZERS = new Set(['orphan', 'foregroundDeletion']);

/** The finalizers that make the garbage collector orphan or delete dependents first. */
function finalizersAfter(
  resource: ServedResource,
  finalizers: readonly string[],
  { propagationPolicy }: DeleteOptions,
): string[] {
  const policy = propagationPolicy ?? policyOf(finalizers) ?? resource.rules.defaultPropagation ?? 'Background';
  const wanted = policy === 'Orphan' ? 'orphan' : policy === 'Foreground' ? 'foregroundDeletion' : undefined;
  const others = finalizers.filter((item) => !GC_FINALIZERS.has(item));
  if (wanted === undefined) return others;
  return finalizers.includes(wanted) && finalizers.length === others.length + 1 ? [...finalizers] : [...others, wanted];
}

function policyOf(finalizers: readonly string[]): 'Orphan' | 'Foreground' | undefined {
  if (finalizers.includes('orphan')) return 'Orphan';
  return finalizers.includes('foregroundDeletion') ? 'Foreground' : undefined;
}

/** Sets the deletion marks; a time that is already earlier stays. Generations count the first mark. */
function markDeleting(api: Api, object: JsonObject, grace: number): void {
  const metadata = metadataOf(object);
  const generation = metadata['generation'];
  const before = metadata['deletionTimestamp'];
  if (before === undefined && typeof generation === 'number') metadata['generation'] = generation + 1;
  const at = api.clock.now() + grace * 1000;
  if (typeof before !== 'string' || Date.parse(before) > at) metadata['deletionTimestamp'] = timeText(at);
  const known = metadata['deletionGracePeriodSeconds'];
  if (typeof known !== 'number' || known > grace) metadata['deletionGracePeriodSeconds'] = grace;
}

/** The body of the answer to a deletion. */
export function deleteAnswer({ resource }: Target, { object, gone }: Deleted): JsonObject {
  if (!gone || resource.rules.deleteAnswers === 'object') return object;
  const { group, plural } = resource.type;
  const details: JsonObject = {
    name: text(object, 'name'),
    ...(group === '' ? {} : { group }),
    kind: plural,
    uid: text(object, 'uid'),
  };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}
