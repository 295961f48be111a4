// Defaults of an object in the version of a request: by code for built-in kinds, by schema for custom ones.
import { cloneJson } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { applyDefaults, fillDefaults } from '../../schema/defaults.ts';
import type { ServedResource } from '../served.ts';

/** A copy of the object with its defaults. */
export function withDefaults(resource: ServedResource, object: JsonObject): JsonObject {
  if (resource.custom) return applyDefaults(object, resource.schema);
  if (!resource.rules.default) return object;
  const copy = cloneJson(object);
  resource.rules.default(copy, resource.type.version);
  return copy;
}

/** The same for what an apply left, which is not decoded anew. */
export function withDefaultsAfterApply(resource: ServedResource, object: JsonObject): JsonObject {
  return resource.custom ? fillDefaults(object, resource.schema) : withDefaults(resource, object);
}
