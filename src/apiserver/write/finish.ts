// The last steps of every write: the rules of the kind, the schema of a CRD, then the store (unless it is a dry run).
import { equalJson } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { keepTimes } from '../../merge/update.ts';
import { kindContext } from '../api.ts';
import type { Api, Target } from '../api.ts';
import { customErrors } from '../crd/validateCustom.ts';
import { alreadyExists, beingDeleted, forbidden, generatedNameExists, invalid } from '../errors.ts';
import type { KindContext } from '../kinds/kind.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { subdomainName } from '../validation/metadata.ts';
import { allMetadataErrors } from '../validation/metadataChecks.ts';
import type { ServedResource } from '../served.ts';
import { asStored } from '../versions.ts';
import { wordedWithEmpties } from './emptied.ts';
import { asEncoded } from './goDecode.ts';
import { metadataOf, text } from './metadata.ts';

/** Refuses an object that breaks its kind's rules. `old` is undefined for a create. Both have the working version. */
export function checkRules(api: Api, target: Target, object: JsonObject, old: JsonObject | undefined): void {
  const judge = (each: JsonObject): readonly FieldError[] => errorsOf(api, target, each, old);
  const errors = judge(object);
  if (errors.length === 0) return;
  throw invalid(target.resource.type, text(object, 'name'), [
    ...wordedWithEmpties(errors, object, target.emptied ?? [], judge),
  ]);
}

/** Throws the ApiError (403) of what admission says against a write of the object itself. The name may have to be made yet. */
export function refuseForbidden({ resource, subresource }: Target, object: JsonObject, why: string | undefined): void {
  if (why === undefined || subresource !== '') return;
  throw forbidden(resource.type, text(object, 'name') || text(object, 'generateName') || 'Unknown', why);
}

/** Gives an object what the cluster has to give it. Throws the ApiError (422) of what it has not, before anything else is judged. */
export function allocate(
  { rules, type }: ServedResource,
  object: JsonObject,
  old: JsonObject | undefined,
  context: KindContext,
): void {
  const errors = rules.allocate?.(object, old, context) ?? [];
  if (errors.length > 0) throw invalid(type, text(object, 'name'), errors);
}

function errorsOf(
  api: Api,
  { resource, subresource }: Target,
  object: JsonObject,
  old: JsonObject | undefined,
): FieldError[] {
  const { rules, type } = resource;
  const context = kindContext(api);
  const errors: FieldError[] = allMetadataErrors(object, old, subresource, {
    kind: resource.custom ? undefined : `${type.group}/${type.kind}`,
    namespaced: type.namespaced,
    nameRule: rules.validateName ?? subdomainName,
  });
  if (subresource === 'status' && old) errors.push(...(rules.validateStatusUpdate?.(object, old, context) ?? []));
  else {
    errors.push(...(rules.validate?.(object, context, old) ?? []));
    // Giving a pod its node is the one change of its spec that is not an update of the pod.
    if (old && subresource !== 'binding') errors.push(...(rules.validateUpdate?.(object, old, context) ?? []));
  }
  if (resource.custom) errors.push(...customErrors(object, resource, subresource, errors, old));
  return errors;
}

/** Empty lists are none, to a built-in kind. */
export function encoded(
  { types }: Api,
  { custom, schema }: ServedResource,
  object: JsonObject,
  from: 'store' | 'request' = 'store',
): JsonObject {
  return custom ? object : asEncoded(object, schema, types, from);
}

/** Stores a new object, unless the request is a dry run. Answers it as stored. */
export function storeNew(api: Api, target: Target, object: JsonObject, dryRun: boolean): JsonObject {
  const { resource } = target;
  const namespace = text(object, 'namespace');
  const name = text(object, 'name');
  const there = api.store.get(resource.stored, namespace, name);
  if (there && text(there, 'deletionTimestamp') !== '') throw beingDeleted(resource.type, name);
  if (there)
    throw text(object, 'generateName') === ''
      ? alreadyExists(resource.type, name)
      : generatedNameExists(resource.type, name);
  const stored = encoded(api, resource, asStored(resource, object));
  return dryRun ? stored : api.store.put(resource.stored, stored);
}

/**
 * Stores a changed object and answers it as stored. `old` is what it replaces, `before` the same in the working version.
 * An object that equals the stored one is not written: its resourceVersion stays.
 */
export function storeChanged(
  api: Api,
  target: Target,
  object: JsonObject,
  before: JsonObject,
  old: JsonObject,
  dryRun: boolean,
): JsonObject {
  metadataOf(object)['resourceVersion'] = text(old, 'resourceVersion');
  const stored = asStored(target.resource, keepTimes(before, encoded(api, target.resource, object)));
  if (equalJson(stored, old)) return old;
  return dryRun ? stored : api.store.put(target.resource.stored, stored);
}
