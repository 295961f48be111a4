// What a JSON value is to a Go server once it was read into `interface{}`. Only names; nothing is converted here.
import { isJsonObject } from '../../model/json.ts';
import type { JsonValue } from '../../model/json.ts';

export type GoKind = 'nil' | 'slice' | 'map' | 'bool' | 'string' | 'int64' | 'float64';

const TYPES: Readonly<Partial<Record<GoKind, string>>> = {
  nil: '<nil>',
  slice: '[]interface {}',
  map: 'map[string]interface {}',
};

/** The value's reflect.Kind. */
export function reflectKind(value: JsonValue): GoKind {
  if (value === null) return 'nil';
  if (Array.isArray(value)) return 'slice';
  if (isJsonObject(value)) return 'map';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  return typeof value === 'bigint' || Number.isInteger(value) ? 'int64' : 'float64';
}

/** The value's type as `%T` prints it. */
export function goTypeOf(value: JsonValue): string {
  const kind = reflectKind(value);
  return TYPES[kind] ?? kind;
}
