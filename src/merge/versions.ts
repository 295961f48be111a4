// The API versions of a kind: managers own fields in the version that they wrote, and a merge speaks all of them.
import type { JsonObject } from '../model/json.ts';
import { MergeError } from './mergeError.ts';
import { checkTyped, printTypeErrors } from './typed.ts';
import type { SchemaNode } from '../schema/schemaSet.ts';

/** The versions of one kind. */
export interface KindVersions {
  /** The schema of the kind in a version (`apps/v1`), or undefined where it is not served (any more). */
  schemaOf(apiVersion: string): SchemaNode | undefined;
  /** Custom resources refuse managers of versions that they do not have; built-in kinds forget them (the default). */
  readonly unknownVersions?: 'forget' | 'refuse';
  /** The object in another version. Never called with the version that it already has. */
  convert(object: JsonObject, apiVersion: string): JsonObject;
}

/** A kind with a single version. */
export function singleVersion(apiVersion: string, schema: SchemaNode): KindVersions {
  return {
    schemaOf: (version) => (version === apiVersion ? schema : undefined),
    convert: (object, version) => ({ ...object, apiVersion: version }),
  };
}

/**
 * The object in a version, with that version's schema; undefined where the version is unknown. `step` says what it is
 * needed for. Throws {@link MergeError} where the converted object does not fit the version's schema.
 */
export function inVersion(
  object: JsonObject,
  apiVersion: string,
  versions: KindVersions,
  step?: string,
): { readonly object: JsonObject; readonly schema: SchemaNode } | undefined {
  const fail = (reason: string): MergeError => new MergeError(step === undefined ? reason : `${step}: ${reason}`);
  const schema = versions.schemaOf(apiVersion);
  if (!schema && versions.unknownVersions === 'refuse')
    throw fail(`request to convert CR to an invalid group/version: ${apiVersion}`);
  if (!schema) return undefined;
  if (object['apiVersion'] === apiVersion) return { object, schema };
  const converted = versions.convert(object, apiVersion);
  const errors = checkTyped(converted, schema, 'refused');
  if (errors.length > 0) throw fail(printTypeErrors(errors));
  return { object: converted, schema };
}
