// What Go knows of a built-in type and OpenAPI does not say: the name of the struct, and which fields are pointers.
import type { Facts } from '../../schema/builtin.ts';
import type { SchemaNode } from '../../schema/schemaSet.ts';
import { goPointerFields } from '../../schema/data/goFields.ts';
import { extensionOrder } from '../data/extensionOrder.ts';
import { goNamedTexts } from '../data/goNamed.ts';
import { protobufMessages } from '../data/protobuf.ts';

export interface GoType {
  /** The struct's bare name, as Go's JSON decoder prints it. */
  readonly name: string;
  readonly pointers: ReadonlySet<string>;
  /** Fields that are written even when they are empty. */
  readonly always: ReadonlySet<string>;
  /** Its fields in the order of the struct; empty where that is not known. */
  readonly order: readonly string[];
  /** Fields that are texts by another name, with that name. */
  readonly named: ReadonlyMap<string, string>;
}

export interface GoTypes {
  /** The struct behind a node of a built-in schema. Nodes are told apart by their map of fields, which copies share. */
  of(schema: SchemaNode): GoType | undefined;
  /** The metadata of every kind. */
  readonly objectMeta: SchemaNode;
}

interface Marks {
  readonly pointers: ReadonlySet<string>;
  readonly always: ReadonlySet<string>;
}

const NONE: Marks = { pointers: new Set(), always: new Set() };

const EXTENSIONS = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1';

/** The order of the messages is that of the structs that they were generated from; `^` is a struct within a struct. */
function fieldOrders(): Map<string, string[]> {
  const messages = protobufMessages
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
  const orderOf = (fields: readonly string[]): string[] =>
    fields.flatMap((field) => {
      const [, mark = '', name = '', type = ''] = /^\d+([*%^]?)(\w+):(.*)$/.exec(field) ?? [];
      return mark === '^' ? orderOf(messages[Number(type)]?.slice(1) ?? []) : [name];
    });
  const extensions = extensionOrder
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
  return new Map([
    ...messages.map(([name = '', ...fields]) => [`io.k8s.${name}`, orderOf(fields)] as const),
    ...extensions.map(([name = '', ...fields]) => [`${EXTENSIONS}.${name}`, fields] as const),
  ]);
}

const NO_NAMES: ReadonlyMap<string, string> = new Map();

function namedTexts(): Map<string, Map<string, string>> {
  return new Map(
    goNamedTexts
      .trim()
      .split('\n')
      .map((line) => {
        const [name = '', ...fields] = line.split(' ');
        return [name, new Map(fields.map((field) => field.split('=') as [string, string]))] as const;
      }),
  );
}

/** Reads the table when it is first asked. */
export function goTypes(facts: Facts): GoTypes {
  let known: Map<ReadonlyMap<string, SchemaNode>, GoType> | undefined;
  const read = (): Map<ReadonlyMap<string, SchemaNode>, GoType> => {
    const marks = new Map<string, Marks>(
      goPointerFields.split('\n').map((line) => {
        const [name = '', ...fields] = line.split(' ');
        const always = fields.filter((field) => field.endsWith('!')).map((field) => field.slice(0, -1));
        return [
          name,
          { pointers: new Set(fields.filter((field) => !field.endsWith('!'))), always: new Set(always) },
        ] as const;
      }),
    );
    const orders = fieldOrders();
    const named = namedTexts();
    const types = new Map<ReadonlyMap<string, SchemaNode>, GoType>();
    for (const name of facts.names) {
      const fields = facts.definition(name)?.fields;
      if (fields)
        types.set(fields, {
          name: name.slice(name.lastIndexOf('.') + 1),
          ...(marks.get(name) ?? NONE),
          order: orders.get(name) ?? [],
          named: named.get(name) ?? NO_NAMES,
        });
    }
    return types;
  };
  const objectMeta = facts.definition('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta') ?? { type: 'object' };
  return { objectMeta, of: (schema) => (schema.fields ? (known ??= read()).get(schema.fields) : undefined) };
}
