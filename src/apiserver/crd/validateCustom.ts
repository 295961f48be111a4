// Custom resources against the schema of their CRD, and against the paths that its scale subresource reads.
import { validateRules } from '../../cel/openapi/validateRules.ts';
import { plain } from '../../merge/goPrint.ts';
import { isJsonObject } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { embeddedErrors, hasRules, isBlocked, listErrors, UNCHECKED_RULES } from '../../schema/validateStructure.ts';
import { validateValue } from '../../schema/validateValue.ts';
import type { ValueError } from '../../schema/validateValue.ts';
import type { CustomFacts, ServedResource } from '../served.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { goTypeOf } from '../write/goKind.ts';

const INT32_MAX = 2 ** 31 - 1;

/** Everything that is refused, in upstream's order: the schema, the scale, lists, rules or that they were not reached. `others` were found before. */
export function customErrors(
  object: JsonObject,
  { schema, custom }: ServedResource,
  subresource: string,
  others: readonly FieldError[],
  old: JsonObject | undefined,
): FieldError[] {
  const errors = [
    ...validateValue(object, { ...schema, embeddedResource: true }, false),
    ...(custom?.scale ? scaleErrors(object, custom.scale, subresource) : []),
    ...embeddedErrors(object, schema),
    ...listErrors(object, schema),
  ];
  const refused: FieldError[] = errors.map(({ kind, path, message }) => ({ type: kind, field: path, message }));
  const rules = hasRules(schema) ? custom?.rules() : undefined;
  if (!rules) return refused;
  if (isBlocked([...others.map(({ type }) => ({ kind: type })), ...errors])) {
    const { kind, path, message } = UNCHECKED_RULES;
    return [...refused, { type: kind, field: path, message }];
  }
  const broken = validateRules(rules, object, old);
  return [...refused, ...broken.map(({ kind, path, message }) => ({ type: kind, field: path || '<nil>', message }))];
}

/** Replica counts and selector of the scale subresource have types that the schema need not say. */
function scaleErrors(object: JsonObject, scale: NonNullable<CustomFacts['scale']>, subresource: string): ValueError[] {
  const errors = subresource === 'status' ? [] : replicaErrors(object, scale.specReplicas);
  errors.push(...replicaErrors(object, scale.statusReplicas));
  if ((scale.selector ?? '') === '') return errors;
  const selector = nested(object, scale.selector ?? '');
  if ('error' in selector) errors.push(invalid(scale.selector ?? '', '""', selector.error));
  else if (selector.found && typeof selector.value !== 'string')
    errors.push(invalid(scale.selector ?? '', '""', accessorError(scale.selector ?? '', selector.value, 'string')));
  return errors;
}

function replicaErrors(object: JsonObject, path: string): ValueError[] {
  const read = nested(object, path);
  if ('error' in read) return [invalid(path, '0', read.error)];
  if (!read.found) return [];
  const { value } = read;
  if (typeof value !== 'bigint' && !(typeof value === 'number' && Number.isInteger(value)))
    return [invalid(path, '0', accessorError(path, value, 'int64'))];
  if (value < 0) return [invalid(path, String(value), 'should be a non-negative integer')];
  return value > INT32_MAX ? [invalid(path, String(value), `should be less than or equal to ${INT32_MAX}`)] : [];
}

function invalid(path: string, value: string, detail: string): ValueError {
  return { path, kind: 'Invalid', message: `Invalid value: ${value}: ${detail}` };
}

const stepsOf = (path: string): string[] => path.replace(/^\./, '').split('.');

type Read =
  | { readonly found: false }
  | { readonly found: true; readonly value: JsonValue }
  | { readonly error: string };

/** As apimachinery's unstructured.NestedFieldNoCopy. */
function nested(object: JsonObject, path: string): Read {
  const steps = stepsOf(path);
  let value: JsonValue = object;
  for (const [i, step] of steps.entries()) {
    if (value === null) return { found: false };
    if (!isJsonObject(value))
      return { error: accessorError(steps.slice(0, i + 1).join('.'), value, 'map[string]interface{}') };
    const inner: JsonValue | undefined = value[step];
    if (inner === undefined) return { found: false };
    value = inner;
  }
  return { found: true, value };
}

function accessorError(path: string, value: JsonValue, expected: string): string {
  return `.${stepsOf(path).join('.')} accessor error: ${plain(value)} is of the type ${goTypeOf(value)}, expected ${expected}`;
}
