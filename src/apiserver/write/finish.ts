// The last steps of every write: the rules of the kind, the schema of a CRD, then the store (unless it is a dry run).
import { equalJson } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { keepTimes } from '../../merge/update.ts';
import { kindContext } from '../api.ts';
import type { Api, Target } from '../api.ts';
import { customErrors } from '../crd/validateCustom.ts';
import { alreadyExists, beingDeleted, invalid } from '../errors.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { metadataErrors, metadataUpdateErrors, subdomainName } from '../validation/metadata.ts';
import { convert } from '../versions.ts';
import { text } from './metadata.ts';

/** Refuses an object that breaks its kind's rules. `old` is undefined for a create. Both have the storage version. */
export function checkRules(api: Api, target: Target, object: JsonObject, old: JsonObject | undefined): void {
  const { resource, subresource } = target;
  const { rules, type } = resource;
  const context = kindContext(api);
  const errors: FieldError[] = [];
  const nameRule = rules.validateName ?? subdomainName;
  if (!old || subresource === '') {
    // Custom resources are checked by their schema after their metadata, built-in ones by their own rules.
    if (old) errors.push(...metadataUpdateErrors(object, old));
    errors.push(...metadataErrors(object, type.namespaced, nameRule));
    if (rules.validate) errors.push(...rules.validate(object, context));
    if (old && rules.validateUpdate) errors.push(...rules.validateUpdate(object, old, context));
  } else {
    errors.push(...metadataUpdateErrors(object, old));
    if (subresource === 'status' && rules.validateStatusUpdate) errors.push(...rules.validateStatusUpdate(object, old, context));
  }
  if (resource.custom) errors.push(...customErrors(convert(resource, object, type), resource.schema, old && convert(resource, old, type)));
  if (errors.length > 0) throw invalid(type, text(object, 'name'), errors);
}

/** Stores a new object, unless the request is a dry run. Answers it as stored. */
export function storeNew(api: Api, target: Target, object: JsonObject, dryRun: boolean): JsonObject {
  const { resource } = target;
  const namespace = text(object, 'namespace');
  const name = text(object, 'name');
  const there = api.store.get(resource.stored, namespace, name);
  if (there) throw text(there, 'deletionTimestamp') === '' ? alreadyExists(resource.type, name) : beingDeleted(resource.type, name);
  return dryRun ? object : api.store.put(resource.stored, object);
}

/** Stores a changed object. One that equals the stored one is not written: its resourceVersion stays. */
export function storeChanged(api: Api, target: Target, object: JsonObject, old: JsonObject, dryRun: boolean): JsonObject {
  const metadata = object['metadata'] as JsonObject;
  metadata['resourceVersion'] = (old['metadata'] as JsonObject)['resourceVersion'] as string;
  const kept = keepTimes(old, object);
  if (equalJson(kept, old)) return old;
  return dryRun ? kept : api.store.put(target.resource.stored, kept);
}
