// Objects in the version that a request speaks, and back to the one that is stored.
import type { JsonObject } from '../model/json.ts';
import { cloneJson, getString, isJsonObject } from '../model/json.ts';
import { apiVersionOf, parseApiVersion } from '../model/objectRef.ts';
import type { GroupVersionKind } from '../model/resourceType.ts';
import type { KindVersions } from '../merge/versions.ts';
import { applyDefaults } from '../schema/defaults.ts';
import { pruneUnknown } from '../schema/prune.ts';
import type { Api } from './api.ts';
import type { ServedResource } from './served.ts';
import { goDecode } from './write/goDecode.ts';
import { dropEmpty } from './write/metadata.ts';

/** A copy of the object in another version of its kind; the object itself where it already has it. */
export function convert(resource: ServedResource, object: JsonObject, to: GroupVersionKind): JsonObject {
  if (getString(object, 'apiVersion') === apiVersionOf(to)) return object;
  if (resource.rules.convert) return resource.rules.convert(object, to);
  return { ...object, apiVersion: apiVersionOf(to) };
}

/**
 * A stored object as the resource's version shows it. Custom resources are pruned and defaulted by the stored version's
 * schema, then pruned by the shown one's, as the codec of apiextensions-apiserver does. Shared: never to be changed.
 */
export function shown(resource: ServedResource, stored: JsonObject): JsonObject {
  const { custom } = resource;
  if (!custom) return convert(resource, defaulted(resource, stored), resource.type);
  const known = custom.shown.get(stored);
  if (known) return known;
  const read = applyDefaults(pruneUnknown(stored, custom.storageSchema).object, custom.storageSchema);
  // What was stored in an earlier storage version still says so.
  const converted = convert(resource, read, resource.type);
  const object = withoutEmpty(
    custom.storageSchema === resource.schema ? converted : pruneUnknown(converted, resource.schema).object,
  );
  custom.shown.set(stored, object);
  return object;
}

/** Without the collections of metadata that an apply left empty, and with texts for those that it left null. */
function withoutEmpty(object: JsonObject): JsonObject {
  const metadata = { ...(object['metadata'] as JsonObject) };
  dropEmpty(metadata);
  for (const field of ['labels', 'annotations']) {
    const texts = metadata[field];
    if (isJsonObject(texts) && Object.values(texts).includes(null))
      metadata[field] = Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, text ?? '']));
  }
  return { ...object, metadata };
}

/** A stored object as writes see it, and as the status subresource shows it: without what reading the object itself changes. */
export function shownBare(resource: ServedResource, stored: JsonObject): JsonObject {
  if (resource.custom || !resource.rules.whenRead) return shown(resource, stored);
  return convert(resource, stored, resource.type);
}

/** A stored object of a built-in kind with the defaults that it was stored without. */
function defaulted({ read, rules, storage }: ServedResource, stored: JsonObject): JsonObject {
  if (!read) return stored;
  const known = read.get(stored);
  if (known) return known;
  const copy = cloneJson(stored);
  if (rules.defaultsWhenRead) rules.default?.(copy, storage.version);
  rules.fromStore?.(copy);
  rules.whenRead?.(copy);
  read.set(stored, copy);
  return copy;
}

/** An object of the resource's version as it is stored. */
export function asStored(resource: ServedResource, object: JsonObject): JsonObject {
  const stored = convert(resource, object, resource.storage);
  return resource.custom && resource.custom.storageSchema !== resource.schema
    ? pruneUnknown(stored, resource.custom.storageSchema).object
    : stored;
}

/** The version in which an object is prepared and checked: custom resources in that of the request, built-in ones as stored. */
export function workingVersion(resource: ServedResource): GroupVersionKind {
  return resource.custom ? resource.type : resource.storage;
}

/** All versions of a resource's kind, for merges that meet managers of several. */
export function versionsOf(api: Api, resource: ServedResource): KindVersions {
  const { group, kind } = resource.type;
  const gvkOf = (apiVersion: string): GroupVersionKind => ({ ...parseApiVersion(apiVersion), kind });
  return {
    unknownVersions: resource.custom ? 'refuse' : 'forget',
    schemaOf: (apiVersion) =>
      parseApiVersion(apiVersion).group === group ? api.served().ofKind(gvkOf(apiVersion))?.schema : undefined,
    convert: (object, apiVersion) => {
      if (!resource.rules.convert) return convert(resource, object, gvkOf(apiVersion));
      // Conversion goes through structs, whose required fields are there even when nothing was set.
      const asStruct = (value: JsonObject): JsonObject => {
        const schema = api.served().ofKind(gvkOf(getString(value, 'apiVersion') ?? ''))?.schema;
        return schema ? goDecode(value, schema, api.types).object : value;
      };
      return asStruct(convert(resource, asStruct(object), gvkOf(apiVersion)));
    },
  };
}
