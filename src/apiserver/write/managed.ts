// managedFields of a write: the bridge between a served resource and merge/.
import { conflictCauses, conflictMessage } from '../../merge/conflict.ts';
import { apply } from '../../merge/apply.ts';
import type { FieldSet } from '../../merge/fieldSet.ts';
import type { WrittenKind } from '../../merge/ownership.ts';
import { resetFieldsOfBuiltin, resetFieldsOfCustom } from '../../merge/resetFields.ts';
import { updateManaged } from '../../merge/update.ts';
import { getList } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { apiVersionOf } from '../../model/objectRef.ts';
import { timeNow } from '../api.ts';
import type { Api, Target } from '../api.ts';
import { ApiError, badRequest, plainFailure } from '../errors.ts';
import { hasStatus } from '../served.ts';
import type { ServedResource } from '../served.ts';
import { versionsOf } from '../versions.ts';
import { asEncoded } from './goDecode.ts';

/** How merge/ is to see the object of a request. */
export function writtenKind(api: Api, { resource, subresource }: Target): WrittenKind {
  const resetFields = new Map<string, FieldSet>();
  for (const each of api.served().resources()) {
    // The strategy of a custom resource knows the version of the request only, except for the status: managers of other
    // versions keep their claims.
    const isSpoken = !resource.custom || subresource !== '' || each.type.version === resource.type.version;
    if (isSpoken && each.type.group === resource.type.group && each.type.kind === resource.type.kind)
      resetFields.set(apiVersionOf(each.type), resetFieldsOf(each, subresource));
  }
  return {
    apiVersion: apiVersionOf(resource.type),
    kind: resource.type.kind,
    versions: versionsOf(api, resource),
    builtin: resource.custom === undefined,
    resetFields,
    ...(subresource === '' ? {} : { subresource }),
  };
}

function resetFieldsOf(resource: ServedResource, subresource: string): FieldSet {
  const { group, plural, subresources } = resource.type;
  if (resource.custom) return resetFieldsOfCustom(subresource, hasStatus(resource));
  return resetFieldsOfBuiltin(group, plural, subresource, subresources);
}

/** The object of a create, update or patch with its managedFields. `live` and `updated` have the request's version. */
export function withUpdater(
  api: Api,
  target: Target,
  live: JsonObject | undefined,
  updated: JsonObject,
  manager: string,
): JsonObject {
  const { rules, schema } = target.resource;
  const written = { ...writtenKind(api, target), live, manager, now: timeNow(api) };
  if (rules.countsEmpty !== true) return updateManaged({ ...written, updated });
  // Empty lists and maps are nobody's; the list of managers is, since an empty one resets them.
  const sent = getList(updated, 'metadata', 'managedFields');
  const encoded = asEncoded(updated, schema, api.types);
  const metadata: JsonObject = { ...(encoded['metadata'] as JsonObject), ...(sent ? { managedFields: sent } : {}) };
  const owned = updateManaged({ ...written, updated: { ...encoded, metadata } });
  const managedFields = getList(owned, 'metadata', 'managedFields');
  const { managedFields: _sent, ...rest } = updated['metadata'] as JsonObject;
  return { ...updated, metadata: managedFields ? { ...rest, managedFields } : rest };
}

export interface Applied {
  readonly object: JsonObject;
  /** False where the apply moved nothing but ownership: then it is the live object. */
  readonly changed: boolean;
}

/** The outcome of a server-side apply, before defaulting and validation. Throws its conflict, 400 or 500. */
export function applied(
  api: Api,
  target: Target,
  live: JsonObject | undefined,
  body: JsonObject,
  manager: string,
  force: boolean,
): Applied {
  return appliedAs(api, writtenKind(api, target), live, body, manager, force);
}

/** The same for a kind that is no served resource (Scale). */
export function appliedAs(
  api: Api,
  kind: WrittenKind,
  live: JsonObject | undefined,
  body: JsonObject,
  manager: string,
  force: boolean,
): Applied {
  const result = apply({ ...kind, live, applied: body, manager, force, now: timeNow(api) });
  if ('object' in result) return result;
  if ('conflicts' in result) {
    const causes = conflictCauses(result.conflicts).map((cause) => ({ ...cause }));
    throw new ApiError(409, 'Conflict', conflictMessage(result.conflicts), { causes });
  }
  throw result.error.code === 400 ? badRequest(result.error.message) : plainFailure(result.error.message);
}
