// The kinds that a CustomResourceDefinition makes, one for each served version. Reads a CRD as v1 has it and judges nothing.
import type { JsonObject } from '../model/json.ts';
import { getList, getObject, getString, isJsonObject } from '../model/json.ts';
import type { ResourceType } from '../model/resourceType.ts';
import { objectMetaSchema } from './builtin.ts';
import { readOpenApiSchema, withTypeMeta } from './openapiSchema.ts';
import type { SchemaNode } from './schemaSet.ts';

const VERBS = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];

/** A kind of a CRD in one version. */
export interface CrdType {
  readonly resource: ResourceType;
  readonly schema: SchemaNode;
}

/** The kinds of a CRD. Versions that are not served are left out; accepted names win over asked ones. */
export function typesOfCrd(crd: JsonObject, objectMeta: SchemaNode = objectMetaSchema()): CrdType[] {
  const spec = getObject(crd, 'spec') ?? {};
  const versions = (getList(spec, 'versions') ?? [])
    .filter(isJsonObject)
    .filter((version) => version['served'] === true);
  return versions.map((version) => ({
    resource: resourceOf(crd, spec, version),
    schema: schemaOfVersion(spec, version, objectMeta),
  }));
}

function resourceOf(crd: JsonObject, spec: JsonObject, version: JsonObject): ResourceType {
  const accepted = getObject(crd, 'status', 'acceptedNames') ?? {};
  const names = { ...getObject(spec, 'names'), ...accepted };
  const kind = getString(names, 'kind') ?? '';
  const subresources = getObject(version, 'subresources') ?? {};
  return {
    group: getString(spec, 'group') ?? '',
    version: getString(version, 'name') ?? '',
    kind,
    plural: getString(names, 'plural') ?? '',
    singular: getString(names, 'singular') ?? kind.toLowerCase(),
    shortNames: (getList(names, 'shortNames') ?? []).map(String),
    categories: (getList(names, 'categories') ?? []).map(String),
    namespaced: spec['scope'] !== 'Cluster',
    verbs: VERBS,
    subresources: ['status', 'scale'].filter((name) => isJsonObject(subresources[name])),
  };
}

/** The schema of one version, with the fields that every resource has. Without a schema everything is taken. */
function schemaOfVersion(spec: JsonObject, version: JsonObject, objectMeta: SchemaNode): SchemaNode {
  const schema = getObject(version, 'schema', 'openAPIV3Schema');
  const open = spec['preserveUnknownFields'] === true;
  if (!schema)
    return {
      type: 'object',
      preserveUnknownFields: true,
      mergesUnknownFields: true,
      fields: withTypeMeta(undefined, objectMeta),
    };
  const node = readOpenApiSchema(schema, { objectMeta }, open);
  return {
    ...node,
    type: 'object',
    ...(open ? { preserveUnknownFields: true } : {}),
    fields: withTypeMeta(node.fields, objectMeta),
  };
}
