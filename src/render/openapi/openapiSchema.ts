// OpenAPI v2 definitions, as `kustomize openapi fetch` or a cluster gives them -> the types that merging looks at: fields,
// list keys, patch strategies, and which kinds have no namespace. What only validation needs is left out.
import { getKey, getList, getObject, getPath, getString, isJsonObject } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { Finding } from '../../model/finding.ts';
import { hasErrors } from '../../model/finding.ts';
import { parseJson } from '../../model/jsonText.ts';
import { toJson } from '../../model/node.ts';
import type { GroupVersionKind } from '../../model/resourceType.ts';
import { assumedType } from '../../model/resourceType.ts';
import type { SourceText } from '../../model/sourceText.ts';
import type { SchemaNode, SchemaSet } from '../../schema/schemaSet.ts';
import { emptySchemas } from '../../schema/schemaSetOf.ts';
import { readYaml } from '../../yaml/read.ts';
import { kustomizationInvalid } from '../findings.ts';
import { mergeTypeOf } from '../patch/mergeSchemas.ts';
import { isJsonText, wrongOpenApi } from './schemaShape.ts';

export interface OpenApi {
  readonly schemas: SchemaSet;
  readonly clusterScoped: readonly GroupVersionKind[];
}

/** Reads a document of definitions. They stand alone, or add to builtin types; then they can refer to those by name. */
export function readOpenApi(
  source: SourceText,
  builtin: SchemaSet | undefined,
  report: (finding: Finding) => void,
): OpenApi | undefined {
  // Upstream takes what begins with a brace for JSON, which YAML may not know: a tab at the end, `\/`.
  const json = source.text.startsWith('{') && isJsonText(source.text);
  const { documents, findings } = json ? { documents: [], findings: [] } : readYaml(source, 'kubernetes');
  for (const finding of findings) report(finding);
  const content = json ? parseJson(source.text) : documents[0] ? toJson(documents[0]) : null;
  // A file without content defines nothing; one of no bytes cannot be read upstream.
  const document = content === null && source.text !== '' ? {} : content;
  if (hasErrors(findings)) return undefined;
  if (!isJsonObject(document)) {
    report(
      kustomizationInvalid('the file holds no OpenAPI definitions: it must be a map with them under definitions', {
        source,
        start: 0,
        end: source.text.length,
      }),
    );
    return undefined;
  }
  const wrong = json || !source.text.startsWith('{') ? wrongOpenApi(document) : 'the file begins as JSON, and is none';
  if (wrong !== undefined) {
    const message = `the OpenAPI definitions cannot be read: ${wrong}`;
    report(kustomizationInvalid(message, { source, start: 0, end: source.text.length }));
    return undefined;
  }
  return {
    schemas: schemasOf(getObject(document, 'definitions') ?? {}, builtin),
    clusterScoped: clusterScopedOf(getObject(document, 'paths') ?? {}),
  };
}

function schemasOf(definitions: JsonObject, builtin: SchemaSet | undefined): SchemaSet {
  const nodes = new Map<string, SchemaNode>();
  const nodeOf = (name: string): SchemaNode => {
    const known = nodes.get(name);
    if (known) return known;
    const node: Building = { type: 'any' };
    nodes.set(name, node);
    const definition = getKey(definitions, name);
    if (isJsonObject(definition)) fill(node, definition, nodeOf);
    else if (builtin) Object.assign(node, mergeTypeOf(name));
    return node;
  };
  const types = Object.keys(definitions).flatMap((name) =>
    kindsOf(getList(getKey(definitions, name), KINDS) ?? []).map((gvk) => ({
      resource: assumedType(gvk),
      schema: nodeOf(name),
    })),
  );
  return (builtin ?? emptySchemas).with(types);
}

/** Of a definition a list of kinds, of an operation one; upstream passes over any other form. */
const KINDS = 'x-kubernetes-group-version-kind';

function kindsOf(kinds: readonly (JsonValue | undefined)[]): GroupVersionKind[] {
  return kinds.filter(isJsonObject).map((each) => ({
    group: getString(each, 'group') ?? '',
    version: getString(each, 'version') ?? '',
    kind: getString(each, 'kind') ?? '',
  }));
}

type Building = { -readonly [K in keyof SchemaNode]: SchemaNode[K] };
type NodeOf = (name: string) => SchemaNode;

const REF = '#/definitions/';

/** One schema as it stands in such a document; `nodeOf` knows the definitions by name. */
export function readSchema(schema: JsonObject, nodeOf: NodeOf): SchemaNode {
  const node: Building = { type: 'any' };
  const ref = getString(schema, '$ref');
  if (ref?.startsWith(REF)) Object.assign(node, nodeOf(ref.slice(REF.length)));
  fill(node, schema, nodeOf);
  return node;
}

const types: Readonly<Record<string, SchemaNode['type']>> = {
  object: 'object',
  array: 'list',
  string: 'string',
  integer: 'integer',
  number: 'number',
  boolean: 'boolean',
};

function fill(node: Building, schema: JsonObject, nodeOf: NodeOf): void {
  const type = types[getString(schema, 'type') ?? ''];
  if (type) node.type = type;
  const properties = getObject(schema, 'properties');
  if (properties) {
    node.type = 'object';
    const fields = new Map<string, SchemaNode>();
    node.fields = fields;
    for (const [name, field] of Object.entries(properties))
      if (isJsonObject(field)) fields.set(name, readSchema(field, nodeOf));
  }
  const values = schema['additionalProperties'];
  if (isJsonObject(values)) node.values = readSchema(values, nodeOf);
  const items = schema['items'];
  if (isJsonObject(items)) node.items = readSchema(items, nodeOf);
  fillStrategy(node, schema);
}

function fillStrategy(node: Building, schema: JsonObject): void {
  const strategy = getString(schema, 'x-kubernetes-patch-strategy');
  if (strategy !== undefined) {
    node.patchStrategy = strategy
      .split(',')
      .filter((each) => each === 'merge' || each === 'replace' || each === 'retainKeys');
  }
  const key = getString(schema, 'x-kubernetes-patch-merge-key');
  if (key !== undefined) node.patchMergeKey = key;
  const listType = getString(schema, 'x-kubernetes-list-type');
  if (listType === 'atomic' || listType === 'set' || listType === 'map') node.listType = listType;
  const keys = getList(schema, 'x-kubernetes-list-map-keys');
  if (keys) node.listMapKeys = keys.map(String);
}

/** Kinds that are served at some path and at none with a namespace in it. */
function clusterScopedOf(paths: JsonObject): GroupVersionKind[] {
  const found = new Map<string, { gvk: GroupVersionKind; namespaced: boolean }>();
  for (const [path, item] of Object.entries(paths)) {
    const gvk = kindsOf([getPath(item, 'get', KINDS)]).find(({ kind }) => kind !== '');
    if (!gvk || !path.startsWith('/')) continue;
    const key = `${gvk.group}/${gvk.version}/${gvk.kind}`;
    const namespaced = path.includes('namespaces/{namespace}') || (found.get(key)?.namespaced ?? false);
    found.set(key, { gvk, namespaced });
  }
  return [...found.values()].filter((each) => !each.namespaced).map(({ gvk }) => gvk);
}
