// Generates src/schema/data from the published OpenAPI and discovery documents of Kubernetes and from Flux's CRDs.
// Takes names, types, list keys, defaults and patterns; never a description. Run it with `npm run facts`.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JsonObject, JsonValue } from '../src/model/json.ts';
import { cloneJson, getList, getObject, getString, isJsonObject, setKey } from '../src/model/json.ts';
import { readYaml } from '../src/yaml/read.ts';
import { SourceText } from '../src/model/sourceText.ts';
import { toJson } from '../src/model/node.ts';

const KUBERNETES = 'k8s.io/kubernetes@v1.36.3';
const FLUX = [
  'github.com/fluxcd/source-controller@v1.9.4',
  'github.com/fluxcd/kustomize-controller@v1.9.4',
  'github.com/fluxcd/helm-controller@v1.6.4',
];
const DATA = join(dirname(fileURLToPath(import.meta.url)), '..', 'src', 'schema', 'data');

function moduleFolder(module: string): string {
  const answer = JSON.parse(execFileSync('go', ['mod', 'download', '-json', module], { encoding: 'utf8' })) as {
    Dir: string;
  };
  return answer.Dir;
}

function readObject(path: string): JsonObject {
  return JSON.parse(readFileSync(path, 'utf8')) as JsonObject;
}

// ---- Kubernetes

/** Every definition of the OpenAPI v3 documents by its full name. */
function definitionsOf(folder: string): Map<string, JsonObject> {
  const found = new Map<string, JsonObject>();
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('_openapi.json'))
    .toSorted()) {
    const schemas = getObject(readObject(join(folder, file)), 'components', 'schemas') ?? {};
    for (const [name, schema] of Object.entries(schemas)) if (isJsonObject(schema)) found.set(name, schema);
  }
  return new Map([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const TYPES: Record<string, string> = { object: 'o', array: 'l', string: 's', integer: 'i', number: 'n', boolean: 'b' };
/** Definitions whose schema says less than their type in Go: see builtin.ts for what each letter becomes. */
const SPECIAL: Record<string, JsonObject> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { t: 'x', x: 'quantity' },
  'io.k8s.apimachinery.pkg.runtime.RawExtension': { t: 'a', a: 1 },
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { t: 'x', x: 'int-or-string' },
};
const COPIED: readonly (readonly [string, string])[] = [
  ['format', 'x'],
  ['x-kubernetes-list-type', 'l'],
  ['x-kubernetes-list-map-keys', 'k'],
  ['x-kubernetes-patch-strategy', 's'],
  ['x-kubernetes-patch-merge-key', 'm'],
  ['required', 'q'],
  ['enum', 'e'],
  ['pattern', 'p'],
];

/** The compact form of a schema: a number is a reference; `r` is one with additions. */
function compact(schema: JsonObject, indexes: ReadonlyMap<string, number>, withDefault: boolean): JsonValue {
  const out: JsonObject = {};
  const reference = getString(schema, '$ref') ?? getString(schema, 'allOf', 0, '$ref');
  if (reference !== undefined) out['r'] = indexes.get(reference.slice(reference.lastIndexOf('/') + 1)) as number;
  else out['t'] = TYPES[getString(schema, 'type') ?? ''] ?? 'a';
  for (const [key, short] of COPIED) if (schema[key] !== undefined) out[short] = schema[key];
  if (schema['x-kubernetes-map-type'] === 'atomic') out['a'] = 1;
  const preset = schema['default'];
  // The empty object as a default says that the field is a struct in Go, which is never absent: see merge/emptyObject.ts.
  if (withDefault && preset !== undefined) out['d'] = preset;
  if (isJsonObject(schema['items'])) out['i'] = compact(schema['items'], indexes, false);
  if (isJsonObject(schema['additionalProperties'])) out['v'] = compact(schema['additionalProperties'], indexes, false);
  const properties = getObject(schema, 'properties');
  if (properties) {
    const fields: JsonObject = {};
    for (const [name, field] of Object.entries(properties))
      if (isJsonObject(field)) setKey(fields, name, compact(field, indexes, true));
    out['f'] = fields;
  }
  return out['r'] !== undefined && Object.keys(out).length === 1 ? out['r'] : out;
}

/** `[group, version, kind]` of a definition, unless it belongs to every group (DeleteOptions, WatchEvent). */
function kindOf(schema: JsonObject): JsonValue[] {
  const marks = getList(schema, 'x-kubernetes-group-version-kind') ?? [];
  const mark =
    marks.length === 1 || marks.some((each) => getString(each, 'group') === '' && getString(each, 'version') === 'v1')
      ? marks[0]
      : undefined;
  return mark === undefined
    ? []
    : [getString(mark, 'group') ?? '', getString(mark, 'version') ?? '', getString(mark, 'kind') ?? ''];
}

function kubernetesFacts(): string {
  const folder = join(moduleFolder(KUBERNETES), 'api');
  const definitions = definitionsOf(join(folder, 'openapi-spec', 'v3'));
  const indexes = new Map([...definitions.keys()].map((name, i) => [name, i]));
  const items = [...definitions].map(
    ([name, schema]) =>
      [
        name.slice(0, name.lastIndexOf('.')),
        JSON.stringify([name, SPECIAL[name] ?? compact(schema, indexes, false), ...kindOf(schema)]),
      ] as const,
  );
  const groups = getList(readObject(join(folder, 'discovery', 'apis.json')), 'groups') ?? [];
  const files = [
    'api__v1.json',
    ...groups.flatMap((group) =>
      (getList(group, 'versions') ?? []).map(
        (version) => `apis__${(getString(version, 'groupVersion') ?? '').replace('/', '__')}.json`,
      ),
    ),
  ];
  const resources = files.flatMap((file) =>
    resourceLines(readObject(join(folder, 'discovery', file))).map((line) => [file, line] as const),
  );
  return ['{"version":"1.36.3","definitions":[', grouped(items), '],"resources":[', grouped(resources), ']}'].join(
    '\n',
  );
}

/** `[group, version, name, kind, singular, namespaced, verbs, shortNames, categories, hash, kindGroup, kindVersion]`. */
function resourceLines(document: JsonObject): string[] {
  const groupVersion = getString(document, 'groupVersion') ?? '';
  const [group, version] = groupVersion.includes('/') ? groupVersion.split('/') : ['', groupVersion];
  return (getList(document, 'resources') ?? []).filter(isJsonObject).map((resource) => {
    const row: JsonValue[] = [
      group ?? '',
      version ?? '',
      resource['name'] ?? '',
      resource['kind'] ?? '',
      resource['singularName'] ?? '',
      resource['namespaced'] === true ? 1 : 0,
      words(resource, 'verbs'),
      words(resource, 'shortNames'),
      words(resource, 'categories'),
      resource['storageVersionHash'] ?? '',
      resource['group'] ?? '',
      resource['version'] ?? '',
    ];
    while (row.at(-1) === '') row.pop();
    return JSON.stringify(row);
  });
}

function words(resource: JsonObject, key: string): string {
  return (getList(resource, key) ?? []).map(String).join(' ');
}

/** Items that belong together stand on one line, so that a change of version is a readable diff and the file stays short. */
function grouped(items: readonly (readonly [group: string, text: string])[]): string {
  const lines = new Map<string, string[]>();
  for (const [group, text] of items) {
    const line = lines.get(group);
    if (line) line.push(text);
    else lines.set(group, [text]);
  }
  return [...lines.values()].map((line) => line.join(',')).join(',\n');
}

// ---- Flux

/** A CRD without descriptions, status and generator annotations. */
function bareCrd(crd: JsonObject): JsonObject {
  const bare = cloneJson(crd);
  const metadata = getObject(bare, 'metadata');
  if (metadata) bare['metadata'] = { name: metadata['name'] ?? '' };
  delete bare['status'];
  dropDescriptions(bare, false);
  return bare;
}

/** `named` is true where keys are field names of the user's schema, so that a field called `description` stays. */
function dropDescriptions(value: JsonValue, named: boolean): void {
  if (Array.isArray(value)) for (const item of value) dropDescriptions(item, false);
  if (!isJsonObject(value)) return;
  for (const key of Object.keys(value)) {
    if (!named && key === 'description' && typeof value[key] === 'string') delete value[key];
    else if (key !== 'default' && key !== 'enum')
      dropDescriptions(value[key] as JsonValue, !named && key === 'properties');
  }
}

function fluxFacts(): string {
  const lines = FLUX.flatMap((module) => {
    const folder = join(moduleFolder(module), 'config', 'crd', 'bases');
    return readdirSync(folder)
      .filter((name) => name.endsWith('.yaml'))
      .toSorted()
      .flatMap((name) => {
        const text = readFileSync(join(folder, name), 'utf8');
        return readYaml(new SourceText(name, text), 'kubernetes').documents.map((node) =>
          JSON.stringify(bareCrd(toJson(node) as JsonObject)),
        );
      });
  });
  return `[\n${lines.join(',\n')}\n]`;
}

function writeData(file: string, name: string, source: string, text: string): void {
  const quoted = text.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${');
  writeFileSync(
    join(DATA, file),
    `// Generated by scripts/facts.ts from ${source}: names, types, keys, defaults, rules.\n// Do not edit. Apache-2.0, The Kubernetes Authors and The Flux Authors.\nexport const ${name}: string = \`${quoted}\`;\n`,
  );
}

if (process.argv.includes('--clean')) rmSync(DATA, { recursive: true, force: true });
writeData('kubernetes-1.36.ts', 'kubernetesFacts', KUBERNETES, kubernetesFacts());
writeData('flux.ts', 'fluxFacts', FLUX.join(', '), fluxFacts());
