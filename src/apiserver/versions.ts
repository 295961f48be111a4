// Objects in the version that a request speaks, and back to the one that is stored.
import type { JsonObject } from '../model/json.ts';
import { getString } from '../model/json.ts';
import { apiVersionOf, parseApiVersion } from '../model/objectRef.ts';
import type { GroupVersionKind } from '../model/resourceType.ts';
import type { KindVersions } from '../merge/versions.ts';
import { applyDefaults } from '../schema/defaults.ts';
import { pruneUnknown } from '../schema/prune.ts';
import type { Api } from './api.ts';
import type { ServedResource } from './served.ts';

/** A copy of the object in another version of its kind; the object itself where it already has it. */
export function convert(resource: ServedResource, object: JsonObject, to: GroupVersionKind): JsonObject {
  if (getString(object, 'apiVersion') === apiVersionOf(to)) return object;
  if (resource.rules.convert) return resource.rules.convert(object, to);
  return { ...object, apiVersion: apiVersionOf(to) };
}

/** A stored object as the resource's version shows it. Custom resources are pruned and defaulted by that version's schema. */
export function shown(resource: ServedResource, stored: JsonObject): JsonObject {
  const object = convert(resource, stored, resource.type);
  if (!resource.custom) return object;
  return applyDefaults(pruneUnknown(object, resource.schema).object, resource.schema);
}

/** All versions of a resource's kind, for merges that meet managers of several. */
export function versionsOf(api: Api, resource: ServedResource): KindVersions {
  const { group, kind } = resource.type;
  const gvkOf = (apiVersion: string): GroupVersionKind => ({ ...parseApiVersion(apiVersion), kind });
  return {
    unknownVersions: resource.custom ? 'refuse' : 'forget',
    schemaOf: (apiVersion) => (parseApiVersion(apiVersion).group === group ? api.served().ofKind(gvkOf(apiVersion))?.schema : undefined),
    convert: (object, apiVersion) => convert(resource, object, gvkOf(apiVersion)),
  };
}
