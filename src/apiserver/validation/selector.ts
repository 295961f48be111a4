// Label selectors as objects hold them (matchLabels, matchExpressions): their rules, and what they match.
import type { JsonObject } from '../../model/json.ts';
import { isJsonObject } from '../../model/json.ts';
import { forbiddenField, invalidValue, requiredValue } from './fieldError.ts';
import type { FieldError } from './fieldError.ts';
import { labelErrors } from './metadata.ts';
import { labelValueErrors, qualifiedNameErrors } from '../../model/names.ts';
import { eachItem, textAt } from './values.ts';

const objectAt = (object: JsonObject, key: string): JsonObject | undefined => {
  const value = object[key];
  return isJsonObject(value) ? value : undefined;
};

const valuesOf = (requirement: JsonObject): string[] =>
  Array.isArray(requirement['values']) ? requirement['values'].map(String) : [];

/** Rules of a selector; a missing one breaks none. */
export function selectorErrors(selector: JsonObject | undefined, path: string): FieldError[] {
  if (!selector) return [];
  return [
    ...labelErrors(objectAt(selector, 'matchLabels'), `${path}.matchLabels`),
    ...eachItem(selector, 'matchExpressions', path).flatMap(({ item, at }) => requirementErrors(item, at)),
  ];
}

function requirementErrors(requirement: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const [operator, key, values] = [textAt(requirement, 'operator'), textAt(requirement, 'key'), valuesOf(requirement)];
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0)
      errors.push(requiredValue(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0)
      errors.push(
        forbiddenField(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
      );
  } else errors.push(invalidValue(`${path}.operator`, operator, 'not a valid selector operator'));
  errors.push(...qualifiedNameErrors(key).map((error) => invalidValue(`${path}.key`, key, error)));
  return [
    ...errors,
    ...values.flatMap((value, i) =>
      labelValueErrors(value).map((error) => invalidValue(`${path}.values[${i}]`, value, error)),
    ),
  ];
}

/** Whether a selector can be asked at all; a missing one can, and chooses nothing. */
export function isUsable(selector: JsonObject | undefined): boolean {
  return selectorErrors(selector, '').length === 0;
}

/** Whether a selector has no requirements: such a one selects everything. */
export function isEmptySelector(selector: JsonObject): boolean {
  const expressions = selector['matchExpressions'];
  return (
    Object.keys(objectAt(selector, 'matchLabels') ?? {}).length === 0 &&
    !(Array.isArray(expressions) && expressions.length > 0)
  );
}

/** Whether labels fit a selector. A missing selector fits nothing. */
export function selectorMatches(selector: JsonObject | undefined, labels: JsonObject | undefined): boolean {
  if (!selector) return false;
  const has = (key: string): boolean => labels !== undefined && Object.hasOwn(labels, key);
  const wanted = Object.entries(objectAt(selector, 'matchLabels') ?? {});
  if (!wanted.every(([key, value]) => has(key) && labels?.[key] === value)) return false;
  return eachItem(selector, 'matchExpressions', '').every(({ item }) => {
    const key = textAt(item, 'key');
    const isIn = has(key) && valuesOf(item).includes(String(labels?.[key]));
    const operator = textAt(item, 'operator');
    if (operator === 'In') return isIn;
    if (operator === 'NotIn') return !isIn;
    return operator === 'Exists' ? has(key) : operator === 'DoesNotExist' && !has(key);
  });
}
