// Writes src/render/patch/mergeFacts.ts from the OpenAPI document that kustomize carries: which lists of which kinds merge
// by which keys. Names, types and keys only; no descriptions.
//   node scripts/mergeFacts.ts PATH/kyaml/openapi/kubernetesapi/v1_21_2/swagger.pb
import { readFileSync, writeFileSync } from 'node:fs';

type Fields = Map<number, (bigint | Uint8Array)[]>;

/** One message of the protobuf wire format: values by field number. */
function parse(bytes: Uint8Array): Fields {
  const fields: Fields = new Map();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (size: number): Uint8Array => bytes.subarray(at, (at += size));
  while (at < bytes.length) {
    const key = varint();
    const wire = Number(key & 7n);
    const value = wire === 0 ? varint() : wire === 1 ? take(8) : wire === 2 ? take(Number(varint())) : take(4);
    const number = Number(key >> 3n);
    fields.set(number, [...(fields.get(number) ?? []), value]);
  }
  return fields;
}

const decoder = new TextDecoder();
const messages = (fields: Fields, number: number): Fields[] =>
  (fields.get(number) ?? []).map((value) => parse(value as Uint8Array));
const text = (fields: Fields | undefined, number: number): string =>
  decoder.decode((fields?.get(number)?.[0] ?? new Uint8Array()) as Uint8Array);

// Field numbers of gnostic's openapiv2 messages.
const DOCUMENT_DEFINITIONS = 9;
const SCHEMA = { ref: 1, additionalProperties: 21, items: 23, properties: 25, extensions: 31 } as const;

interface Type {
  readonly ref: string;
  readonly items: Type | undefined;
  readonly values: Type | undefined;
  readonly fields: ReadonlyMap<string, Type>;
  readonly extensions: ReadonlyMap<string, string>;
}

function readType(schema: Fields): Type {
  const [items] = messages(schema, SCHEMA.items);
  const [values] = messages(schema, SCHEMA.additionalProperties);
  const [properties] = messages(schema, SCHEMA.properties);
  const [item] = items ? messages(items, 1) : [];
  const [value] = values ? messages(values, 1) : [];
  return {
    ref: text(schema, SCHEMA.ref).replace('#/definitions/', ''),
    items: item && readType(item),
    values: value && readType(value),
    fields: new Map(named(properties)),
    extensions: new Map(
      messages(schema, SCHEMA.extensions).map((entry) => [text(entry, 1), text(messages(entry, 2)[0], 2)]),
    ),
  };
}

function named(holder: Fields | undefined): [string, Type][] {
  return (holder ? messages(holder, 1) : []).map((entry) => [
    text(entry, 1),
    readType(messages(entry, 2)[0] ?? new Map()),
  ]);
}

const [path = ''] = process.argv.slice(2);
const definitions = new Map(named(messages(parse(readFileSync(path)), DOCUMENT_DEFINITIONS)[0]));

/** `-name`: an object; `[keys]name`: a list that merges by these keys (none: by value) of objects of a type. */
const short = (ref: string): string => ref.split('.').slice(-3).join('.');
const table = new Map<string, Record<string, string>>();
const busy = new Set<string>();

function entryOf(type: Type): string | undefined {
  const strategy = type.extensions.get('x-kubernetes-patch-strategy')?.trim() ?? '';
  if (strategy.split(',').includes('merge') && type.items) {
    const list = [...(type.extensions.get('x-kubernetes-list-map-keys') ?? '').matchAll(/-\s*(\S+)/g)].map(
      (found) => found[1] ?? '',
    );
    const key = type.extensions.get('x-kubernetes-patch-merge-key')?.trim();
    return `[${(list.length > 0 ? list : key === undefined ? [] : [key]).join(',')}]${define(type.items.ref) ?? ''}`;
  }
  const inner = type.ref === '' ? undefined : define(type.ref);
  return inner === undefined ? undefined : `-${inner}`;
}

/** The short name of a definition that has a merging list somewhere below it. */
function define(ref: string): string | undefined {
  if (ref === '' || busy.has(ref)) return undefined;
  const name = short(ref);
  if (table.has(name)) return name;
  busy.add(ref);
  const fields: Record<string, string> = {};
  for (const [field, type] of definitions.get(ref)?.fields ?? []) {
    const entry = entryOf(type);
    if (entry !== undefined) fields[field] = entry;
  }
  busy.delete(ref);
  if (Object.keys(fields).length === 0) return undefined;
  table.set(name, fields);
  return name;
}

const kinds: string[] = [];
for (const [ref, type] of definitions) {
  const gvks = type.extensions.get('x-kubernetes-group-version-kind') ?? '';
  for (const item of gvks.split(/^\s*-\s/m).slice(1)) {
    const part = (name: string): string => new RegExp(`${name}:[ ]*["']?([^"'\\s]*)`).exec(item)?.[1] ?? '';
    if (part('kind') === 'DeleteOptions' || part('kind') === 'WatchEvent') continue;
    const group = part('group');
    kinds.push(`${group === '' ? '' : `${group}/`}${part('version')} ${part('kind')} ${define(ref) ?? ''}`.trim());
  }
}

const lines = [
  '// Generated by scripts/mergeFacts.ts from the Kubernetes 1.21.2 OpenAPI document in kyaml 0.21: the lists that merge in a',
  '// strategic merge patch, as kustomize 5.8 knows them. Do not edit.',
  '',
  '/** Types by name: their fields on the way to lists that merge. `-T`: an object; `[keys]T`: a list, merged by keys or by value. */',
  'export const mergeTypes: Readonly<Record<string, Readonly<Record<string, string>>>> = {',
  ...[...table].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, fields]) => `  '${name}': ${JSON.stringify(fields)},`),
  '};',
  '',
  '/** Every kind as `apiVersion kind type`; without a type where nothing in it merges. */',
  'export const mergeKinds: readonly string[] = [',
  ...kinds.sort().map((kind) => `  '${kind}',`),
  '];',
  '',
];
writeFileSync(new URL('../src/render/patch/mergeFacts.ts', import.meta.url), lines.join('\n'));
