// The bridge from `kubectl apply` to server-side apply: an object made by the first can be taken over by the manager
// `kubectl` without conflicts. As managedfields/internal/lastapplied*.go.
import type { JsonObject, JsonValue } from '../model/json.ts';
import { getObject, getString, isJsonObject, setKey } from '../model/json.ts';
import { parseJson } from '../model/jsonText.ts';
import { compareTyped } from './compare.ts';
import { differenceOf } from './fieldSet.ts';
import type { FieldSet } from './fieldSet.ts';
import { MergeError } from './mergeError.ts';
import type { WrittenKind } from './ownership.ts';
import { compareText, goJson } from './pathElement.ts';
import { checkTyped, fieldsOf } from './typed.ts';

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const ANNOTATIONS_LIMIT = 256 * 1024;

/** The fields that the annotation still describes as they are: what `kubectl` may take over. Undefined without a usable one. */
export function allowedByLastApplied(live: JsonObject, kind: WrittenKind): FieldSet | undefined {
  const schema = kind.versions.schemaOf(kind.apiVersion);
  const last = parseLastApplied(getString(live, 'metadata', 'annotations', LAST_APPLIED));
  if (!schema || !last || last['apiVersion'] !== kind.apiVersion) return undefined;
  if (checkTyped(live, schema, 'refused').length > 0 || checkTyped(last, schema, 'refused').length > 0)
    return undefined;
  try {
    const { modified, added, removed } = compareTyped(last, live, schema);
    return differenceOf(differenceOf(differenceOf(fieldsOf(last, schema), modified), added), removed);
  } catch (error) {
    if (!(error instanceof MergeError)) throw error;
    return undefined;
  }
}

function parseLastApplied(text: string | undefined): JsonObject | undefined {
  if (text === undefined || text === '') return undefined;
  try {
    const value = parseJson(text);
    return isJsonObject(value) && typeof value['kind'] === 'string' ? value : undefined;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

/** Keeps an existing annotation in step with what was applied. Without one, nothing is added. */
export function updateLastApplied(object: JsonObject, applied: JsonObject): JsonObject {
  const annotations = getObject(object, 'metadata', 'annotations');
  if ((getString(annotations, LAST_APPLIED) ?? '') === '') return object;
  const next: JsonObject = { ...annotations, [LAST_APPLIED]: `${goJson(sortKeys(withoutLastApplied(applied)))}\n` };
  if (sizeOf(next) > ANNOTATIONS_LIMIT) delete next[LAST_APPLIED];
  return { ...object, metadata: { ...(object['metadata'] as JsonObject), annotations: next } };
}

function withoutLastApplied(applied: JsonObject): JsonObject {
  const annotations = getObject(applied, 'metadata', 'annotations');
  if (!annotations) return applied;
  const { [LAST_APPLIED]: _, ...rest } = annotations;
  return { ...applied, metadata: { ...(applied['metadata'] as JsonObject), annotations: rest } };
}

function sizeOf(annotations: JsonObject): number {
  const encoder = new TextEncoder();
  return Object.entries(annotations).reduce(
    (sum, [key, value]) =>
      sum + encoder.encode(key).length + (typeof value === 'string' ? encoder.encode(value).length : 0),
    0,
  );
}

/** The value with its maps in the order in which Go writes them. */
function sortKeys(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isJsonObject(value)) return value;
  const out: JsonObject = {};
  for (const key of Object.keys(value).toSorted(compareText)) setKey(out, key, sortKeys(value[key] as JsonValue));
  return out;
}
