// What a patch leaves, as upstream's patch library prints it in refusals: maps that it looked into have their keys sorted,
// all others keep the order that they had.
import { isJsonObject, setKey } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';

function sorted(object: JsonObject, inner: (value: JsonValue, key: string) => JsonValue): JsonObject {
  const out: JsonObject = {};
  for (const key of Object.keys(object).sort()) setKey(out, key, inner(object[key] as JsonValue, key));
  return out;
}

/** All maps sorted: a custom resource is nothing but maps. */
export function sortedKeys<T extends JsonValue>(value: T): T {
  const inner = (each: JsonValue): JsonValue =>
    Array.isArray(each) ? each.map(inner) : isJsonObject(each) ? sorted(each, inner) : each;
  return inner(value) as T;
}

/** A merge patch looks into every map that it has itself. */
export function sortedByMerge(value: JsonValue, patch: JsonValue | undefined): JsonValue {
  if (Array.isArray(value) && Array.isArray(patch)) return value.map((item, i) => sortedByMerge(item, patch[i]));
  if (!isJsonObject(value) || !isJsonObject(patch)) return value;
  return sorted(value, (inner, key) => sortedByMerge(inner, patch[key]));
}

/** A JSON patch looks into what its paths lead through. */
export function sortedByJsonPatch(value: JsonValue, patch: JsonValue): JsonValue {
  const operations = Array.isArray(patch) ? patch.filter(isJsonObject) : [];
  const paths = operations
    .flatMap((operation) => [operation['path'], operation['from']])
    .filter((path) => typeof path === 'string');
  return sortedAlong(
    value,
    paths.map((path) =>
      path
        .split('/')
        .slice(1)
        .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')),
    ),
  );
}

function sortedAlong(value: JsonValue, paths: readonly (readonly string[])[]): JsonValue {
  if (paths.length === 0) return value;
  const below = (key: string): readonly (readonly string[])[] =>
    paths.filter((path) => path.length > 1 && path[0] === key).map((path) => path.slice(1));
  if (Array.isArray(value)) return value.map((item, i) => sortedAlong(item, below(String(i))));
  return isJsonObject(value) ? sorted(value, (inner, key) => sortedAlong(inner, below(key))) : value;
}
