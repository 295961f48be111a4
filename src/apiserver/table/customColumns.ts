// The columns of a CRD: additionalPrinterColumns, read by JSONPath. As apiextensions-apiserver's tableconvertor.
import { getString } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { evaluateJsonPath, parseJsonPath } from './jsonPath.ts';
import { since } from './printer.ts';
import type { Column, Printer } from './printer.ts';

const NAME: Column = { name: 'Name', type: 'string', format: 'name', priority: 0 };
const AGE: JsonObject = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };

/** The printer of a CRD's columns; without any, the age. */
export function customPrinter(columns: readonly JsonObject[]): Printer {
  const shown = (columns.length === 0 ? [AGE] : columns).map((column) => ({
    column: columnOf(column),
    path: parseJsonPath(getString(column, 'jsonPath') ?? ''),
  }));
  return {
    columns: [NAME, ...shown.map(({ column }) => column)],
    cells: (object, now) => [
      getString(object, 'metadata', 'name') ?? '',
      ...shown.map(({ column, path }) => cellOf(evaluateJsonPath(path, object), column.type, now)),
    ],
  };
}

function columnOf(column: JsonObject): Column {
  const priority = column['priority'];
  return {
    name: getString(column, 'name') ?? '',
    type: (getString(column, 'type') ?? 'string') as Column['type'],
    format: getString(column, 'format') ?? '',
    // Every positive priority means: in the wide table only.
    priority: typeof priority === 'number' && priority > 0 ? 1 : 0,
  };
}

/** A cell of the column's type; a value that does not fit is no value. */
function cellOf(found: readonly JsonValue[], type: Column['type'], now: number): JsonValue {
  const [value] = found;
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'integer':
      return typeof value === 'bigint' ? value : typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' || typeof value === 'bigint' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      return typeof value === 'string' ? since(value, now) : null;
    default:
      return found.map(printText).join(' ');
  }
}

/** How Go's JSONPath prints a value into text. */
function printText(value: JsonValue): string {
  if (value === null) return '';
  if (typeof value !== 'object') return String(value);
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? Number(inner) : inner));
}
