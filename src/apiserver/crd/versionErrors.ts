// What is wrong with a version of a CRD beside its schema: warnings, scale paths, columns, selectable fields
// (apiextensions-apiserver validateCustomResourceDefinitionVersion).
import { fieldPathOf } from '../../cel/openapi/fieldPath.ts';
import { equalJson, getObject } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { objectMetaSchema } from '../../schema/builtin.ts';
import { readOpenApiSchema } from '../../schema/openapiSchema.ts';
import { duplicateValue, invalidValue, requiredValue, tooMany } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { eachItem, textAt } from '../validation/values.ts';

const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string'];
const COLUMN_FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];
const WARNING_LIMIT = 256;
const MAX_SELECTABLE = 8;

/** Before the schema. */
export function deprecationErrors(version: JsonObject, at: string): FieldError[] {
  const warning = version['deprecationWarning'];
  if (typeof warning !== 'string') return [];
  const wrong = (why: string): FieldError => invalidValue(`${at}.deprecationWarning`, warning, why);
  if (version['deprecated'] !== true) return [wrong('can only be set for deprecated versions')];
  const errors = warning.length > WARNING_LIMIT ? [wrong('must be <= 256 characters long')] : [];
  if (warning === '') errors.push(wrong('must not be an empty string'));
  const index = warning.search(/[\p{C}\u2028\u2029]/u);
  const why = 'must only contain printable UTF-8 characters; non-printable character found at index';
  return index < 0 ? errors : [...errors, wrong(`${why} ${index}`)];
}

/**
 * After the schema: `holder` is a version, or what all versions say alike, which is the definition's own to the server's structs.
 * `schema` is the one that stands beside it there.
 */
export function presentationErrors(
  holder: JsonObject,
  schema: JsonObject | undefined,
  at: string,
  withoutSchema: string,
): FieldError[] {
  return [
    ...scaleErrors(getObject(holder, 'subresources', 'scale'), `${at}.subresources`),
    ...eachItem(holder, 'additionalPrinterColumns', at).flatMap(({ item, at: column }) => columnErrors(item, column)),
    ...selectableErrors(holder, schema, at, withoutSchema),
  ];
}

/** What each version has for itself, and what all have alike (Convert_v1_CustomResourceDefinitionSpec_To_apiextensions). */
export function splitPresentation(versions: readonly JsonObject[]): {
  readonly own: readonly JsonObject[];
  readonly shared: JsonObject;
} {
  const [first = {}] = versions;
  const isShared = (field: string): boolean =>
    versions.every((version) => equalJson(wordOf(version, field), wordOf(first, field)));
  const part = (from: JsonObject, wanted: (field: string) => boolean): JsonObject =>
    Object.fromEntries(PRESENTATION.filter((field) => wanted(field)).map((field) => [field, from[field] ?? null]));
  return {
    own: versions.map((version) => part(version, (field) => !isShared(field))),
    shared: part(first, isShared),
  };
}

const PRESENTATION = ['subresources', 'additionalPrinterColumns', 'selectableFields'];

/** An empty list says the same as none. */
function wordOf(version: JsonObject, field: string): JsonValue {
  const value = version[field] ?? null;
  return Array.isArray(value) && value.length === 0 ? null : value;
}

function pathErrors(path: string, at: string): FieldError[] {
  return path.startsWith('.') ? [] : [invalidValue(at, path, 'must be a simple json path starting with .')];
}

function scaleErrors(scale: JsonObject | undefined, at: string): FieldError[] {
  if (!scale) return [];
  const under = (field: string, roots: readonly string[], where: string): FieldError[] => {
    const [path, place] = [textAt(scale, field), `${at}.scale.${field}`];
    const errors = pathErrors(path, place);
    if (errors.length > 0 || roots.some((root) => path.startsWith(root))) return errors;
    return [invalidValue(place, path, `should be a json path under ${where}`)];
  };
  return [
    ...[
      ['specReplicasPath', '.spec'],
      ['statusReplicasPath', '.status'],
    ].flatMap(([field = '', root = '']) =>
      textAt(scale, field) === '' ? [requiredValue(`${at}.scale.${field}`)] : under(field, [`${root}.`], root),
    ),
    ...(textAt(scale, 'labelSelectorPath') === ''
      ? []
      : under('labelSelectorPath', ['.spec.', '.status.'], 'either .spec or .status')),
  ];
}

function columnErrors(column: JsonObject, at: string): FieldError[] {
  const [type, format, path] = [textAt(column, 'type'), textAt(column, 'format'), textAt(column, 'jsonPath')];
  const types = `must be one of ${COLUMN_TYPES.join(',')}`;
  return [
    ...(textAt(column, 'name') === '' ? [requiredValue(`${at}.name`)] : []),
    ...(type === '' ? [requiredValue(`${at}.type`, types)] : []),
    ...(type === '' || COLUMN_TYPES.includes(type) ? [] : [invalidValue(`${at}.type`, type, types)]),
    ...(format === '' || COLUMN_FORMATS.includes(format)
      ? []
      : [invalidValue(`${at}.format`, format, `must be one of ${COLUMN_FORMATS.join(',')}`)]),
    ...(path === '' ? [requiredValue(`${at}.JSONPath`)] : pathErrors(path, `${at}.JSONPath`)),
  ];
}

function selectableErrors(
  holder: JsonObject,
  schema: JsonObject | undefined,
  parent: string,
  withoutSchema: string,
): FieldError[] {
  const fields = eachItem(holder, 'selectableFields', parent);
  const at = `${parent}.selectableFields`;
  if (fields.length === 0) return [];
  if (!schema) return [invalidValue(at, '', `may only be set when ${withoutSchema}`)];
  const node = readOpenApiSchema(schema, { objectMeta: objectMetaSchema() });
  const seen = new Set<string>();
  const errors = fields.flatMap(({ item, at: place }) => {
    const [path, field] = [textAt(item, 'jsonPath'), `${place}.jsonPath`];
    if (path === '') return [requiredValue(field)];
    const printed = path.includes('[') ? undefined : fieldPathOf(path, node);
    if (printed === undefined)
      return [invalidValue(field, path, 'is an invalid path: does not refer to a valid field')];
    const own: FieldError[] = [];
    if (printed.split('.')[0] === 'metadata')
      own.push(invalidValue(field, path, 'must not point to fields in metadata'));
    if (!['string', 'boolean', 'integer'].includes(typeAt(schema, printed)))
      own.push(
        invalidValue(
          field,
          path,
          'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.',
        ),
      );
    if (seen.has(printed)) own.push(duplicateValue(field, path));
    seen.add(printed);
    return own;
  });
  return seen.size > MAX_SELECTABLE ? [...errors, tooMany(at, seen.size, MAX_SELECTABLE)] : errors;
}

function typeAt(schema: JsonObject, path: string): string {
  let at: JsonObject | undefined = schema;
  for (const step of path.split('.')) at = getObject(at, 'properties', step);
  return textAt(at, 'type');
}
