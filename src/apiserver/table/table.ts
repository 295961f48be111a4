// Objects as a meta.k8s.io Table, for `kubectl get`. Built-in kinds have printers, custom ones the columns of their CRD.
import { getList, getObject, isJsonObject } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { badRequest } from '../errors.ts';
import type { ServedResource } from '../served.ts';
import { customPrinter } from './customColumns.ts';
import type { Column, Printer } from './printer.ts';
import { defaultPrinter, printers } from './printers.ts';
import { columnDescription } from './columnDescription.ts';

export interface TableOptions {
  readonly version: string;
  /** What each row carries of its object. */
  readonly include: 'None' | 'Metadata' | 'Object';
  readonly now: number;
}

const INCLUDES = ['None', 'Metadata', 'Object'] as const;

/** Reads `includeObject`. Throws the 400 of an unknown word. */
export function tableOptions(query: URLSearchParams, version: string, now: number): TableOptions {
  const text = query.get('includeObject') ?? '';
  const include = text === '' ? 'Metadata' : INCLUDES.find((word) => word === text);
  if (include === undefined)
    throw badRequest(`Invalid value: ${JSON.stringify(text)}: includeObject must be one of None, Metadata or Object`);
  return { version: version === '' ? 'v1' : version, include, now };
}

/** A table of one object, or of the items of a list. Columns are left out for the later events of a watch. */
export function tableOf(
  resource: ServedResource,
  object: JsonObject,
  options: TableOptions,
  withColumns = true,
): JsonObject {
  const items = getList(object, 'items');
  const printer = printerOf(resource);
  const objects = items ? items.filter(isJsonObject) : [object];
  const metadata = getObject(object, 'metadata') ?? {};
  const kept = Object.fromEntries(
    Object.entries({
      resourceVersion: metadata['resourceVersion'],
      continue: metadata['continue'],
      remainingItemCount: metadata['remainingItemCount'],
    }).filter(([, value]) => value !== undefined && value !== ''),
  );
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${options.version}`,
    metadata: kept as JsonObject,
    columnDefinitions: withColumns ? printer.columns.map(columnOf) : null,
    rows: objects.map((each) => rowOf(printer, each, options)),
  };
}

function printerOf(resource: ServedResource): Printer {
  if (resource.custom) return customPrinter(resource.custom.columns);
  return printers.get(`${resource.type.group}/${resource.type.kind}`) ?? defaultPrinter;
}

function columnOf(column: Column): JsonObject {
  const { name, type, format, priority } = column;
  return { name, type, format, description: columnDescription(column), priority };
}

function rowOf(printer: Printer, object: JsonObject, { include, now, version }: TableOptions): JsonObject {
  const cells: JsonValue[] = printer.cells(object, now);
  const carried = include === 'None' ? null : include === 'Object' ? object : partialMetadata(object, version);
  return { cells, object: carried };
}

/** An object reduced to its metadata. */
export function partialMetadata(object: JsonObject, version: string): JsonObject {
  return {
    kind: 'PartialObjectMetadata',
    apiVersion: `meta.k8s.io/${version === '' ? 'v1' : version}`,
    metadata: object['metadata'] ?? {},
  };
}
