// The API versions of a kind: managers own fields in the version that they wrote, and a merge speaks all of them.
import type { JsonObject } from '../model/json.ts';
import type { SchemaNode } from '../schema/schemaSet.ts';

/** The versions of one kind. */
export interface KindVersions {
  /** The schema of the kind in a version (`apps/v1`), or undefined where it is not served (any more). */
  schemaOf(apiVersion: string): SchemaNode | undefined;
  /** The object in another version. Never called with the version that it already has. */
  convert(object: JsonObject, apiVersion: string): JsonObject;
}

/** A kind with a single version. */
export function singleVersion(apiVersion: string, schema: SchemaNode): KindVersions {
  return { schemaOf: (version) => (version === apiVersion ? schema : undefined), convert: (object, version) => ({ ...object, apiVersion: version }) };
}

/** The object in a version, with that version's schema; undefined where the version is unknown. */
export function inVersion(object: JsonObject, apiVersion: string, versions: KindVersions): { readonly object: JsonObject; readonly schema: SchemaNode } | undefined {
  const schema = versions.schemaOf(apiVersion);
  if (!schema) return undefined;
  return { object: object['apiVersion'] === apiVersion ? object : versions.convert(object, apiVersion), schema };
}
