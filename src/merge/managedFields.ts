// metadata.managedFields <-> who owns which fields since when. The wire format, the identity of a manager, the order.
import type { JsonObject, JsonValue } from '../model/json.ts';
import { getList, getString, isJsonObject, setKey } from '../model/json.ts';
import { parseFields, printFields } from './fieldSet.ts';
import type { FieldSet } from './fieldSet.ts';
import { compareText, goQuote } from './pathElement.ts';

export type Operation = 'Apply' | 'Update';

/** One manager's fields. Appliers are told apart by name and subresource, updaters by API version too. */
export interface ManagedEntry {
  readonly manager: string;
  readonly operation: Operation;
  readonly apiVersion: string;
  readonly subresource: string;
  /** RFC 3339, to the second; absent for an entry that changed nothing. */
  readonly time?: string;
  readonly set: FieldSet;
}

/** Entries by {@link managerId}. */
export type Managed = ReadonlyMap<string, ManagedEntry>;

export const nobody: Managed = new Map();

/** What makes two entries one: upstream's BuildManagerIdentifier. */
export function managerId(entry: Pick<ManagedEntry, 'manager' | 'operation' | 'apiVersion' | 'subresource'>): string {
  // As upstream writes it: conflicts are told in the order of these texts.
  return JSON.stringify({
    manager: entry.manager,
    operation: entry.operation,
    ...(entry.operation === 'Apply' ? {} : { apiVersion: entry.apiVersion }),
    ...(entry.subresource === '' ? {} : { subresource: entry.subresource }),
  });
}

/** `"name" with subresource "status" using v1`: a manager in the message of a conflict. */
export function printManager(entry: ManagedEntry): string {
  const name =
    goQuote(entry.manager) + (entry.subresource === '' ? '' : ` with subresource ${goQuote(entry.subresource)}`);
  return entry.operation === 'Update' ? `${name} using ${entry.apiVersion}` : name;
}

export function managedFieldsOf(object: JsonObject | undefined): JsonValue[] | undefined {
  return getList(object, 'metadata', 'managedFields');
}

/** Reads the list. Answers why it cannot be read, in upstream's words, where an entry is broken. */
export function decodeManagedFields(list: readonly JsonValue[] | undefined): Managed | { readonly error: string } {
  const managed = new Map<string, ManagedEntry>();
  for (const [i, item] of (list ?? []).entries()) {
    const operation = getString(item, 'operation');
    if (operation !== 'Apply' && operation !== 'Update') return { error: 'operation must be `Apply` or `Update`' };
    const apiVersion = getString(item, 'apiVersion') ?? '';
    if (apiVersion === '') return { error: 'apiVersion must not be empty' };
    const fieldsType = getString(item, 'fieldsType') ?? '';
    if (fieldsType === '') return { error: `missing fieldsType in managed fields entry ${i}` };
    if (fieldsType !== 'FieldsV1')
      return { error: `invalid fieldsType ${goQuote(fieldsType)} in managed fields entry ${i}` };
    const set = decodeSet(isJsonObject(item) ? item['fieldsV1'] : undefined);
    if ('error' in set) return set;
    const time = getString(item, 'time');
    const entry = {
      manager: getString(item, 'manager') ?? '',
      operation,
      apiVersion,
      subresource: getString(item, 'subresource') ?? '',
      set,
      ...(time === undefined ? {} : { time }),
    } as const;
    managed.set(managerId(entry), entry);
  }
  return managed;
}

function decodeSet(fields: JsonValue | undefined): FieldSet | { readonly error: string } {
  try {
    return parseFields(fields ?? {});
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { error: `error decoding set: ${error.message}` };
  }
}

/** As {@link decodeManagedFields}, but a list that cannot be read counts as empty. */
export function decodeOrNobody(list: readonly JsonValue[] | undefined): Managed {
  const managed = decodeManagedFields(list);
  return 'error' in managed ? nobody : managed;
}

/** Whether a request asks to forget all managers: an empty list, or a list of one empty entry. */
export function isReset(list: readonly JsonValue[] | undefined): boolean {
  if (list === undefined) return false;
  const [first] = list;
  return list.length === 0 || (list.length === 1 && isJsonObject(first) && Object.keys(first).length === 0);
}

function seconds(time: string | undefined): number {
  return time === undefined ? 0 : Math.floor(Date.parse(time) / 1000);
}

/** Appliers before updaters, older before newer, then by name, version and subresource. */
function compareEntries(a: ManagedEntry, b: ManagedEntry): number {
  return (
    compareText(a.operation, b.operation) ||
    seconds(a.time) - seconds(b.time) ||
    compareText(a.manager, b.manager) ||
    compareText(a.apiVersion, b.apiVersion) ||
    compareText(a.subresource, b.subresource)
  );
}

export function encodeManagedFields(managed: Managed): JsonObject[] {
  return [...managed.values()].toSorted(compareEntries).map(encodeEntry);
}

/** Keys in the order of the Go struct. */
function encodeEntry(entry: ManagedEntry): JsonObject {
  return {
    ...(entry.manager === '' ? {} : { manager: entry.manager }),
    operation: entry.operation,
    apiVersion: entry.apiVersion,
    ...(entry.time === undefined ? {} : { time: entry.time }),
    fieldsType: 'FieldsV1',
    fieldsV1: printFields(entry.set),
    ...(entry.subresource === '' ? {} : { subresource: entry.subresource }),
  };
}

/** The object with these managers. With none the field is absent. */
export function withManaged(object: JsonObject, managed: Managed): JsonObject {
  const bare = withoutManaged(object);
  if (managed.size === 0) return bare;
  const metadata = isJsonObject(bare['metadata']) ? bare['metadata'] : {};
  return { ...bare, metadata: { ...metadata, managedFields: encodeManagedFields(managed) } };
}

/** The object without managedFields; the same object where there are none. */
export function withoutManaged(object: JsonObject): JsonObject {
  const metadata = object['metadata'];
  if (!isJsonObject(metadata) || !Object.hasOwn(metadata, 'managedFields')) return object;
  const rest: JsonObject = {};
  for (const [key, value] of Object.entries(metadata)) if (key !== 'managedFields') setKey(rest, key, value);
  return { ...object, metadata: rest };
}
