// PATCH: JSON patch, merge patch, strategic merge patch and server-side apply, onto the object in the request's version.
import { applyJsonPatch } from '../../merge/jsonPatch.ts';
import { applyMergePatch } from '../../merge/mergePatch.ts';
import { plain } from '../../merge/goPrint.ts';
import { applyStrategicPatch } from '../../merge/strategicPatch.ts';
import { isJsonObject } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { parseJson } from '../../model/jsonText.ts';
import type { Api, Target } from '../api.ts';
import { ApiError, badRequest, conflict, invalid, notFound, plainFailure, unsupportedBody } from '../errors.ts';
import type { ServedResource } from '../served.ts';
import { jsonText } from '../jsonText.ts';
import { invalidValue } from '../validation/fieldError.ts';
import { shownBare } from '../versions.ts';
import { duplicateFields } from '../write/duplicateFields.ts';
import { goSyntaxError, tryDecode } from '../write/decode.ts';
import { withDefaults } from '../write/default.ts';
import type { Emptied } from '../write/goDecode.ts';
import { inGoOrder } from '../write/goOrder.ts';
import type { GoTypes } from '../write/goTypes.ts';
import { withUpdater } from '../write/managed.ts';
import { fitName, fitNamespace, text } from '../write/metadata.ts';
import type { WriteOptions } from '../write/options.ts';
import type { Written } from './create.ts';
import { sortedByJsonPatch, sortedByMerge, sortedKeys } from './touched.ts';
import { finishUpdate } from './update.ts';

export const PATCH_TYPES = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
} as const;

const CUSTOM_PATCH_TYPES = Object.keys(PATCH_TYPES).filter((type) => !type.includes('strategic'));

export type PatchType = (typeof PATCH_TYPES)[keyof typeof PATCH_TYPES];

/** The kind of patch that a media type stands for. Throws 415. */
export function patchTypeOf(resource: ServedResource, contentType: string): PatchType {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  const known = Object.hasOwn(PATCH_TYPES, type) ? PATCH_TYPES[type as keyof typeof PATCH_TYPES] : undefined;
  if (known === undefined && resource.custom) throw unsupportedBody(CUSTOM_PATCH_TYPES);
  if (known === undefined) throw new ApiError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
  if (known === 'strategic' && resource.custom) throw unsupportedBody(CUSTOM_PATCH_TYPES);
  return known;
}

/** Applies a JSON, merge or strategic merge patch and stores the outcome. Throws ApiError. */
export function patchObject(
  api: Api,
  target: Target,
  type: Exclude<PatchType, 'apply'>,
  body: string,
  options: WriteOptions,
  types: GoTypes,
  warn: (text: string) => void,
): Written {
  const { resource } = target;
  const old = api.store.get(resource.stored, target.namespace, target.name);
  if (!old) throw notFound(resource.type, target.name);
  const live = shownBare(resource, old);
  const patched = patchBody(target, type, live, body);
  const duplicates =
    options.fieldValidation === 'Ignore'
      ? []
      : duplicateFields(body).map((path) => `duplicate field ${JSON.stringify(path)}`);
  const decoded = decodePatched(
    target,
    asPrinted(patched, type, body),
    duplicates,
    options,
    types,
    () => printPatched(target, type, live, body, types),
    type === 'strategic' ? 'converted' : 'error',
  );
  decoded.warnings.forEach(warn);
  fitName(target, decoded.object);
  fitNamespace(target, decoded.object);
  const owned = withUpdater(api, target, live, withDefaults(resource, decoded.object), options.manager);
  return finishUpdate(api, { ...target, emptied: decoded.emptied }, owned, old, options.dryRun);
}

/** The object after a patch. Throws ApiError. */
export function patchBody(
  target: Target,
  type: Exclude<PatchType, 'apply'>,
  live: JsonObject,
  body: string,
): JsonValue {
  const { resource } = target;
  if (type === 'json') {
    const patch = readPatch(body);
    const result = applyJsonPatch(live, patch);
    if ('value' in result) return result.value;
    if (result.error.code === 0) throw new ConnectionClosed(result.error.message);
    if (result.error.code === 400)
      throw badRequest(
        Array.isArray(patch)
          ? result.error.message
          : `error decoding patch: json: cannot unmarshal ${goKind(patch)} into Go value of type []handlers.jsonPatchOp`,
      );
    throw rejected();
  }
  const parsed = readPatch(body);
  if (type === 'merge') {
    if (parsed === null) throw badRequest('Invalid JSON Patch');
    if (!isJsonObject(parsed))
      throw badRequest(
        `error decoding patch: json: cannot unmarshal ${goKind(parsed)} into Go value of type map[string]interface {}`,
      );
    const result = applyMergePatch(live, parsed);
    if ('value' in result) return result.value;
    throw badRequest(result.error.message);
  }
  if (!isJsonObject(parsed))
    throw badRequest(
      `error decoding patch: json: cannot unmarshal ${goKind(parsed)} into Go value of type map[string]interface {}`,
    );
  const result = applyStrategicPatch(live, parsed, resource.schema);
  if ('value' in result) return result.value;
  const { code, message } = result.error;
  if (code === 400) throw badRequest(message);
  if (code === 422) throw rejected();
  throw code === 0 ? new ConnectionClosed(message) : plainFailure(message);
}

/** Upstream's handler panics and closes the connection; so does ours. */
export class ConnectionClosed extends Error {}

function rejected(): ApiError {
  return new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
}

/** A JSON value as Go's decoder names it. */
export function goKind(value: JsonValue): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'string' ? 'string' : typeof value === 'boolean' ? 'bool' : 'number';
}

function readPatch(body: string): JsonValue {
  try {
    return parseJson(body);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw badRequest(`error decoding patch: ${goSyntaxError(body)}`);
  }
}

/** What the patch left must still be an object of the kind; a refusal is about the field `patch`. */
export function decodePatched(
  target: Target,
  patched: JsonValue,
  duplicates: readonly string[],
  options: WriteOptions,
  types: GoTypes,
  print: () => string = () => jsonText(patched),
  words: 'error' | 'converted' = 'error',
): { object: JsonObject; emptied: readonly Emptied[]; warnings: readonly string[] } {
  const refuse = (why: string): ApiError => invalid({ group: '', kind: '' }, '', [invalidValue('patch', print(), why)]);
  const decoded = tryDecode(target.resource, patched, types, { converts: words === 'converted' });
  if ('error' in decoded) throw refuse(decoded[words]);
  const problems = [...duplicates, ...decoded.unknown.map((path) => `unknown field ${JSON.stringify(path)}`)];
  if (options.fieldValidation === 'Strict' && problems.length > 0)
    throw refuse(`strict decoding error: ${problems.join(', ')}`);
  const warnings = options.fieldValidation === 'Warn' ? problems : [];
  return { object: decoded.object, emptied: decoded.emptied, warnings };
}

/** What a patch left, as refusals print it: a strategic patch is printed itself. */
function printPatched(
  target: Target,
  type: Exclude<PatchType, 'apply'>,
  live: JsonObject,
  body: string,
  types: GoTypes,
): string {
  const patch = readPatch(body);
  if (type === 'strategic') return plain(patch);
  const patched = patchBody(
    target,
    type,
    target.resource.custom ? sortedKeys(live) : inGoOrder(live, target.resource.schema, types),
    body,
  );
  return jsonText(asPrinted(patched, type, body));
}

/** With the keys in the order in which upstream's patch library writes them, and unknown fields are met. */
function asPrinted(patched: JsonValue, type: Exclude<PatchType, 'apply'>, body: string): JsonValue {
  if (type === 'strategic') return patched;
  return type === 'merge' ? sortedByMerge(patched, readPatch(body)) : sortedByJsonPatch(patched, readPatch(body));
}

/** A uid in the body of an apply that would create: the object it meant is gone. */
export function refuseUid(resource: ServedResource, object: JsonObject, name: string): void {
  const uid = text(object, 'uid');
  if (uid !== '')
    throw conflict(
      resource.type,
      name,
      `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
    );
}
