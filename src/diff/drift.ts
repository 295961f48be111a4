// The quick comparison behind drift markers: what an object in Git sets and the live one has otherwise. Asks no server.
import type { JsonObject } from '../model/json.ts';
import type { Manifest } from '../model/manifest.ts';
import { refOf } from '../model/objectRef.ts';
import type { SchemaSet } from '../schema/schemaSet.ts';
import { withAtomicDefaults } from './fields/atomicDefaults.ts';
import { fieldChanges } from './fields/fieldChanges.ts';
import { ignoredPaths, withoutPaths } from './ignoreRules.ts';
import type { IgnoreRule } from './ignoreRules.ts';
import { skipReason } from './desired/metadata.ts';
import { withTargetPorts } from './desired/normalize.ts';
import type { FieldChange } from './plan/plan.ts';

export interface CompareOptions {
  readonly schemas?: SchemaSet;
  /** spec.ignore of the Kustomization. */
  readonly ignore?: readonly IgnoreRule[];
  readonly manifest?: Manifest;
}

/**
 * Fields that `desired` (see desiredObject) sets and that differ live, as changes from live to desired. Fields that Git does
 * not set are no drift: the server defaulted them, or somebody else owns them. None for objects that Flux leaves alone.
 */
export function compareObject(
  desired: JsonObject,
  live: JsonObject,
  { schemas, ignore = [], manifest }: CompareOptions = {},
): FieldChange[] {
  if (skipReason(desired, live) !== undefined) return [];
  const paths = ignoredPaths(ignore, desired);
  const schema = schemas?.schemaOf(refOf(desired));
  const expected = schema ? withAtomicDefaults(withTargetPorts(desired), live, schema) : desired;
  return fieldChanges(
    withoutPaths(live, paths),
    withoutPaths(expected, paths),
    { live, schema, manifest },
    { sides: 'after' },
  );
}
