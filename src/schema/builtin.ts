// The kinds that every API server has, decoded on demand from the generated facts. Nothing here reads a file.
import { getString } from '../model/json.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import type { GroupVersionKind, ResourceType } from '../model/resourceType.ts';
import { kubernetesFacts } from './data/kubernetes-1.36.ts';
import { schemaSet } from './schemaSetOf.ts';
import type { ListType, SchemaNode, SchemaSet } from './schemaSet.ts';

/** A row of discovery as the facts carry it: `name` is `deployments` or `deployments/scale`. */
export interface DiscoveryRow extends GroupVersionKind {
  /** The group and version under which it is served; `group`, `version` and `kind` are those of the object it answers with. */
  readonly servedGroup: string;
  readonly servedVersion: string;
  readonly name: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly storageVersionHash: string;
}

type Definition = readonly [name: string, schema: JsonValue, group?: string, version?: string, kind?: string];

/** The decoded facts: definitions by index, and the rows of discovery in its order. */
export interface Facts {
  readonly version: string;
  readonly rows: readonly DiscoveryRow[];
  readonly names: readonly string[];
  /** Group, version and kind of a definition, where it is a kind. */
  kindOf(index: number): GroupVersionKind | undefined;
  schemaOf(gvk: GroupVersionKind): SchemaNode | undefined;
  /** The decoded schema of a definition by its full name, such as `io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta`. */
  definition(name: string): SchemaNode | undefined;
  /** The compact form, for the writer of OpenAPI documents. */
  compactOf(index: number): JsonValue;
}

/** The facts of one Kubernetes version. Types are decoded when they are first asked for and shared from then on. */
export function decodeFacts(text: string = kubernetesFacts): Facts {
  const raw = JSON.parse(text) as { version: string; definitions: Definition[]; resources: (string | number)[][] };
  const decoded = new Map<number, SchemaNode>();
  const byKind = new Map(
    raw.definitions.flatMap((each, i) =>
      each[4] === undefined
        ? []
        : [[kindKey({ group: each[2] ?? '', version: each[3] ?? '', kind: each[4] }), i] as const],
    ),
  );
  const names = raw.definitions.map(([name]) => name);
  const byName = new Map(names.map((name, i) => [name, i]));
  const nodeOf = (index: number): SchemaNode => {
    const known = decoded.get(index);
    if (known) return known;
    const node: Building = { type: 'any', typeName: names[index] as string };
    decoded.set(index, node);
    return fill(node, (raw.definitions[index] as Definition)[1], nodeOf);
  };
  const at = (index: number | undefined): SchemaNode | undefined => (index === undefined ? undefined : nodeOf(index));
  return {
    version: raw.version,
    rows: raw.resources.map(rowOf),
    names,
    kindOf: (index) => {
      const [, , group, version, kind] = raw.definitions[index] as Definition;
      return kind === undefined ? undefined : { group: group ?? '', version: version ?? '', kind };
    },
    schemaOf: (gvk) => at(byKind.get(kindKey(gvk))),
    definition: (name) => at(byName.get(name)),
    compactOf: (index) => (raw.definitions[index] as Definition)[1],
  };
}

let decoded: Facts | undefined;

/** The facts of the newest Kubernetes that we know: a constant, decoded when it is first needed. */
function builtinFacts(): Facts {
  decoded ??= decodeFacts();
  return decoded;
}

/** The schema of metadata, the same for every kind. */
export function objectMetaSchema(): SchemaNode {
  return builtinFacts().definition('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta') ?? { type: 'object' };
}

/** The kinds of the newest Kubernetes that we know. `resources()` lists what is served without feature flags. */
export function builtinSchemas(facts: Facts = builtinFacts()): SchemaSet {
  return schemaSet(
    resourceTypes(facts),
    (gvk) => facts.schemaOf(gvk),
    (resource) => isServed(resource.version),
  );
}

/** Alpha and beta versions of built-in kinds are not served unless somebody asks for them. */
function isServed(version: string): boolean {
  return /^v\d+$/.test(version);
}

function kindKey(gvk: GroupVersionKind): string {
  return `${gvk.group}/${gvk.version}/${gvk.kind}`;
}

function rowOf(row: (string | number)[]): DiscoveryRow {
  const text = (i: number): string => String(row[i] ?? '');
  const words = (i: number): string[] =>
    text(i)
      .split(' ')
      .filter((word) => word !== '');
  return {
    servedGroup: text(0),
    servedVersion: text(1),
    name: text(2),
    kind: text(3),
    singular: text(4),
    namespaced: row[5] === 1,
    verbs: words(6),
    shortNames: words(7),
    categories: words(8),
    storageVersionHash: text(9),
    // A subresource may answer with a kind of another group; the core group's own answers name no version.
    group: text(11) === '' ? text(0) : text(10),
    version: text(11) === '' ? text(1) : text(11),
  };
}

function resourceTypes(facts: Facts): ResourceType[] {
  const under = new Map<string, string[]>();
  for (const row of facts.rows) {
    const [plural = '', sub] = row.name.split('/');
    const key = `${row.servedGroup}/${row.servedVersion}/${plural}`;
    if (sub !== undefined) under.set(key, [...(under.get(key) ?? []), sub]);
  }
  return facts.rows
    .filter((row) => !row.name.includes('/'))
    .map((row) => ({
      group: row.servedGroup,
      version: row.servedVersion,
      kind: row.kind,
      plural: row.name,
      singular: row.singular,
      shortNames: row.shortNames,
      categories: row.categories,
      namespaced: row.namespaced,
      verbs: row.verbs,
      subresources: under.get(`${row.servedGroup}/${row.servedVersion}/${row.name}`) ?? [],
    }));
}

/** A node while its fields are being decoded. Schemas refer to themselves (JSONSchemaProps), so a node is known before it is whole. */
type Building = { -readonly [K in keyof SchemaNode]: SchemaNode[K] };

const TYPES: Readonly<Record<string, SchemaNode['type']>> = {
  o: 'object',
  l: 'list',
  s: 'string',
  i: 'integer',
  n: 'number',
  b: 'boolean',
  x: 'int-or-string',
  a: 'any',
};

function fill(node: Building, compact: JsonValue, nodeOf: (index: number) => SchemaNode): SchemaNode {
  const from = compact as JsonObject;
  const inner = (value: JsonValue): SchemaNode =>
    typeof value === 'number' ? nodeOf(value) : fill({ type: 'any' }, value, nodeOf);
  if (from['r'] !== undefined) Object.assign(node, nodeOf(from['r'] as number));
  else node.type = TYPES[getString(from, 't') ?? ''] ?? 'any';
  const [format, strategy, mergeKey, pattern] = ['x', 's', 'm', 'p'].map((key) => getString(from, key));
  if (format !== undefined) node.format = format;
  if (from['a'] === 1) node.atomic = true;
  if (from['l'] !== undefined) node.listType = from['l'] as ListType;
  if (from['k'] !== undefined) node.listMapKeys = from['k'] as string[];
  if (strategy !== undefined) node.patchStrategy = strategy.split(',') as ('merge' | 'replace' | 'retainKeys')[];
  if (mergeKey !== undefined) node.patchMergeKey = mergeKey;
  if (from['q'] !== undefined) node.required = from['q'] as string[];
  if (from['e'] !== undefined) node.enum = from['e'] as JsonValue[];
  if (pattern !== undefined) node.pattern = pattern;
  if (from['d'] !== undefined) node.default = from['d'];
  const fields = new Map<string, SchemaNode>();
  // The map stands before it is filled, so that a copy of an unfinished node shares it.
  if (from['f'] !== undefined) node.fields = fields;
  if (from['i'] !== undefined) node.items = inner(from['i']);
  if (from['v'] !== undefined) node.values = inner(from['v']);
  for (const [name, field] of Object.entries((from['f'] ?? {}) as JsonObject)) fields.set(name, inner(field));
  return node;
}
