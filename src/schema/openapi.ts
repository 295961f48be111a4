// The OpenAPI documents of an API server, made from a SchemaSet: version 3 by group and version, and version 2 as one.
// They carry types, list keys, patch strategies and parameters, and no descriptions.
import type { JsonObject } from '../model/json.ts';
import type { ResourceType } from '../model/resourceType.ts';
import { collectKind } from './openapiNode.ts';
import type { SchemaCollector } from './openapiNode.ts';
import { pathsOf } from './openapiPaths.ts';
import type { SchemaSet } from './schemaSet.ts';

export interface GroupVersion {
  readonly group: string;
  readonly version: string;
}

/** The documents below /openapi/v3, as paths: `api/v1`, `apis/apps/v1`, ... in the order of discovery. */
export function openApiV3Paths(schemas: SchemaSet): string[] {
  return [
    ...new Set(
      schemas.resources().map(({ group, version }) => (group === '' ? `api/${version}` : `apis/${group}/${version}`)),
    ),
  ];
}

/** The document of one group and version; undefined where nothing of it is served. */
export function openApiV3(
  schemas: SchemaSet,
  { group, version }: GroupVersion,
  serverVersion: string,
): JsonObject | undefined {
  const resources = schemas.resources().filter((resource) => resource.group === group && resource.version === version);
  if (resources.length === 0) return undefined;
  const collector: SchemaCollector = { prefix: '#/components/schemas/', definitions: new Map(), version: 3 };
  const paths = collect(schemas, resources, collector);
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: serverVersion },
    paths,
    components: { schemas: definitionsOf(collector) },
  };
}

/** The document of everything that is served. */
export function openApiV2(schemas: SchemaSet, serverVersion: string): JsonObject {
  const collector: SchemaCollector = { prefix: '#/definitions/', definitions: new Map(), version: 2 };
  const paths = collect(schemas, schemas.resources(), collector);
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version: serverVersion },
    paths,
    definitions: definitionsOf(collector),
  };
}

function collect(schemas: SchemaSet, resources: readonly ResourceType[], collector: SchemaCollector): JsonObject {
  const paths: JsonObject = {};
  for (const resource of resources) {
    const schema = schemas.schemaOf(resource);
    if (!schema) continue;
    const name = collectKind(resource, schema, collector);
    const list = { ...resource, kind: `${resource.kind}List` };
    const listSchema = schemas.schemaOf(list);
    if (listSchema) collectKind(list, listSchema, collector);
    Object.assign(
      paths,
      pathsOf(resource, {
        version: collector.version,
        schemaRef: collector.prefix + name,
        builtin: schema.typeName !== undefined,
      }),
    );
  }
  return paths;
}

function definitionsOf(collector: SchemaCollector): JsonObject {
  return Object.fromEntries([...collector.definitions].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
