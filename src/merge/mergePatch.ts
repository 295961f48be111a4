// JSON Merge Patch (RFC 7386) as kube-apiserver applies it (evanphx/json-patch v4).
import type { JsonObject, JsonValue } from '../model/json.ts';
import { cloneJson, getKey, isJsonObject, setKey } from '../model/json.ts';
import { withoutNulls } from './withoutNulls.ts';

/** The patched object, or upstream's words for a patch that is neither an object nor a list. A list replaces everything. */
export function applyMergePatch(
  document: JsonObject,
  patch: JsonValue,
): { readonly value: JsonValue } | { readonly error: { readonly code: 400; readonly message: string } } {
  if (isJsonObject(patch)) return { value: mergeObjects(document, patch) };
  return Array.isArray(patch)
    ? { value: withoutNulls(patch) }
    : { error: { code: 400, message: 'Invalid JSON Patch' } };
}

function mergeObjects(document: JsonObject, patch: JsonObject): JsonObject {
  const out: JsonObject = { ...document };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete out[key];
    else setKey(out, key, mergeValue(getKey(out, key), value));
  }
  return out;
}

function mergeValue(current: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isJsonObject(current)) return withoutNulls(patch);
  // Nulls inside a list that replaces an object stay: an accident of upstream's that clients can see.
  return isJsonObject(patch) ? mergeObjects(current, patch) : cloneJson(patch);
}
