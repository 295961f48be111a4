// PATCH with server-side apply: creates the object where there is none.
import { cloneJson, getKey, isJsonObject, setKey } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { apiVersionOf } from '../../model/objectRef.ts';
import type { Api, Target } from '../api.ts';
import { badRequest, notFound, plainFailure } from '../errors.ts';
import { shownBare } from '../versions.ts';
import { checkNamespace } from '../write/admission.ts';
import { readYamlStrictly, tryDecode } from '../write/decode.ts';
import { withDefaultsAfterApply } from '../write/default.ts';
import type { GoTypes } from '../write/goTypes.ts';
import { applied } from '../write/managed.ts';
import { fitName, fitNamespace, metadataOf, text } from '../write/metadata.ts';
import type { WriteOptions } from '../write/options.ts';
import { finishCreate } from './create.ts';
import type { Written } from './create.ts';
import { goKind, refuseUid } from './patch.ts';
import { finishUpdate } from './update.ts';

/** Applies the YAML or JSON text of a request. Throws ApiError. */
export function applyObject(
  api: Api,
  target: Target,
  body: string,
  options: WriteOptions,
  types: GoTypes,
  warn: (text: string) => void,
): Written {
  const { resource, namespace, name } = target;
  const { value, duplicates } = readYamlStrictly(body);
  if (options.fieldValidation === 'Strict' && duplicates.length > 0)
    throw badRequest(
      `error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  ${duplicates.join('\n  ')}`,
    );
  if (!isJsonObject(value))
    throw badRequest(
      `error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${goKind(value)} into Go value of type map[string]interface {}`,
    );
  // Told when the merge went well.
  const warnings = options.fieldValidation === 'Warn' ? new Set(duplicates) : [];
  const old = api.store.get(resource.stored, namespace, name);
  // Kinds that a PUT creates are created through their subresources as well.
  const creates = resource.rules.createOnUpdate === true || resource.rules.statusCreates === true;
  if (!old && target.subresource !== '' && !creates) throw notFound(resource.type, name);
  if (old) {
    const owned = merge(api, target, shownBare(resource, old), value, options, types);
    warnings.forEach(warn);
    return finishUpdate(api, target, owned, old, options.dryRun);
  }
  checkNamespace(api, target);
  const object = merge(api, target, undefined, value, options, types);
  warnings.forEach(warn);
  refuseUid(resource, object, name);
  return finishCreate(api, target, object, options.dryRun);
}

function merge(
  api: Api,
  target: Target,
  live: JsonObject | undefined,
  value: JsonObject,
  options: WriteOptions,
  types: GoTypes,
): JsonObject {
  const { resource } = target;
  if (value['apiVersion'] === undefined && value['kind'] === undefined)
    throw badRequest(`invalid object type: /, Kind=`);
  const { object: merged, changed } = applied(api, target, live, value, options.manager, options.force);
  const decoded = tryDecode(
    resource,
    { ...merged, apiVersion: apiVersionOf(resource.type), kind: resource.type.kind },
    types,
    // The converter of what an apply leaves does not look into resources: the validation does.
    { faults: 'kept', converts: true },
  );
  if ('error' in decoded) {
    const kind = `${resource.type.group}/${resource.type.version}, Kind=${resource.type.kind}`;
    throw plainFailure(
      `failed to convert new object (${text(value, 'namespace')}/${text(value, 'name')}; ${kind}) to proper version: unable to convert unstructured object to ${kind}: ${decoded.converted}`,
    );
  }
  const object = cloneJson(decoded.object);
  if (resource.custom && resource.type.version === resource.storage.version) keepEmpty(object, merged);
  fitName(target, object);
  fitNamespace(target, object);
  // An apply that changes nothing but owners leaves the live object, which another version may have defaulted.
  return changed ? withDefaultsAfterApply(resource, object) : object;
}

/**
 * What an apply leaves of a custom resource is stored as it is, with collections of metadata that are empty or null, and with
 * texts in them that are null; reading drops those and empties these. So the next write is a change, though nobody sees it.
 */
function keepEmpty(object: JsonObject, merged: JsonObject): void {
  const [metadata, before] = [metadataOf(object), metadataOf(merged)];
  for (const field of ['labels', 'annotations', 'ownerReferences', 'finalizers']) {
    const [value, kept] = [before[field], metadata[field]];
    if (typeof value === 'object' && Object.keys(value ?? {}).length === 0) metadata[field] = value;
    else if (isJsonObject(value) && isJsonObject(kept))
      for (const key of Object.keys(value)) if (getKey(value, key) === null) setKey(kept, key, null);
  }
}
