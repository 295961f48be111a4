// The operations of a resource as OpenAPI describes them: enough for clients to see what can be done with a kind, and
// which parameters and patches it takes. Descriptions are left out.
import type { JsonObject } from '../model/json.ts';
import type { ResourceType } from '../model/resourceType.ts';

const PATCH_TYPES = ['application/apply-patch+yaml', 'application/json-patch+json', 'application/merge-patch+json'];
const STRATEGIC = 'application/strategic-merge-patch+json';
const BODY_TYPES = ['application/json', 'application/yaml'];

/** What the writer of a document knows beyond the resource. */
export interface PathContext {
  readonly version: 2 | 3;
  /** The reference of the kind's schema. */
  readonly schemaRef: string;
  /** Built-in kinds take strategic merge patches. */
  readonly builtin: boolean;
}

/** Every path of a resource with its operations. */
export function pathsOf(resource: ResourceType, context: PathContext): JsonObject {
  const root = resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  const base = resource.namespaced ? `${root}/namespaces/{namespace}/${resource.plural}` : `${root}/${resource.plural}`;
  const paths: JsonObject = {
    [base]: item(
      resource,
      context,
      [
        ['get', 'list', 'list'],
        ['post', 'post', 'create'],
        ['delete', 'deletecollection', 'deletecollection'],
      ],
      false,
    ),
    [`${base}/{name}`]: item(
      resource,
      context,
      [
        ['get', 'get', 'get'],
        ['put', 'put', 'update'],
        ['patch', 'patch', 'patch'],
        ['delete', 'delete', 'delete'],
      ],
      true,
    ),
  };
  if (resource.namespaced)
    paths[`${root}/${resource.plural}`] = item(
      { ...resource, namespaced: false },
      context,
      [['get', 'list', 'list']],
      false,
    );
  // Other subresources answer with kinds of their own and are found by discovery.
  if (resource.subresources.includes('status')) {
    paths[`${base}/{name}/status`] = item(
      resource,
      context,
      [
        ['get', 'get', 'get'],
        ['put', 'put', 'update'],
        ['patch', 'patch', 'patch'],
      ],
      true,
    );
  }
  return paths;
}

type Operation = readonly [method: string, action: string, verb: string];

function item(
  resource: ResourceType,
  context: PathContext,
  operations: readonly Operation[],
  named: boolean,
): JsonObject {
  const out: JsonObject = {};
  for (const [method, action, verb] of operations)
    if (resource.verbs.includes(verb)) out[method] = operation(resource, context, method, action);
  const names = [...(resource.namespaced ? ['namespace'] : []), ...(named ? ['name'] : [])];
  out['parameters'] = [
    ...names.map((name) => parameter(context, name, 'path', 'string')),
    parameter(context, 'pretty', 'query', 'string'),
  ];
  return out;
}

function parameter(
  { version }: PathContext,
  name: string,
  place: 'path' | 'query',
  type: 'string' | 'boolean',
): JsonObject {
  const required: JsonObject = place === 'path' ? { required: true } : {};
  return version === 2
    ? { name, in: place, ...required, type, uniqueItems: true }
    : { name, in: place, ...required, schema: { type, uniqueItems: true } };
}

function operation(resource: ResourceType, context: PathContext, method: string, action: string): JsonObject {
  const { group, version, kind } = resource;
  const writes = ['post', 'put', 'patch'].includes(method);
  const types = method === 'patch' ? [...PATCH_TYPES, ...(context.builtin ? [STRATEGIC] : [])] : BODY_TYPES;
  const parameters = writes
    ? ['dryRun', 'fieldManager', 'fieldValidation'].map((name) => parameter(context, name, 'query', 'string'))
    : [];
  if (method === 'patch') parameters.push(parameter(context, 'force', 'query', 'boolean'));
  const out: JsonObject = {
    operationId: `${action}${group === '' ? 'core' : group}${version}${kind}`.replaceAll(/[^\w]/g, ''),
    ...bodies(context, writes, types, parameters),
  };
  return { ...out, 'x-kubernetes-action': action, 'x-kubernetes-group-version-kind': { group, kind, version } };
}

function bodies(context: PathContext, writes: boolean, types: readonly string[], parameters: JsonObject[]): JsonObject {
  const schema: JsonObject = { $ref: context.schemaRef };
  if (context.version === 2) {
    const body: JsonObject[] = writes ? [{ name: 'body', in: 'body', required: true, schema }] : [];
    return {
      consumes: [...types],
      produces: [...BODY_TYPES],
      parameters: [...body, ...parameters],
      responses: { 200: { description: 'OK', schema } },
    };
  }
  const content = (names: readonly string[]): JsonObject => Object.fromEntries(names.map((name) => [name, { schema }]));
  const request: JsonObject = writes ? { requestBody: { content: content(types), required: true } } : {};
  return { parameters, ...request, responses: { 200: { description: 'OK', content: content(BODY_TYPES) } } };
}
