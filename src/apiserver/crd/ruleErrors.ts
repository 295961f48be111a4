// What is wrong with the rules of a CRD's schemas: their form, their compilation and their cost, as
// apiextensions-apiserver's pkg/apis/apiextensions/validation refuses them. Evaluates none.
import { compileRules } from '../../cel/openapi/compileRules.ts';
import type { CompiledRule, Rule } from '../../cel/openapi/compileRules.ts';
import { declType } from '../../cel/openapi/declType.ts';
import type { DeclType } from '../../cel/openapi/declType.ts';
import { fieldPathOf } from '../../cel/openapi/fieldPath.ts';
import { escapeProperty } from '../../cel/openapi/propertyName.ts';
import { cardinality, ruleCost } from '../../cel/openapi/ruleCost.ts';
import { equalJson, getList, getObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { stringifyJson } from '../../model/jsonText.ts';
import { objectMetaSchema } from '../../schema/builtin.ts';
import { readOpenApiSchema } from '../../schema/openapiSchema.ts';
import type { SchemaNode } from '../../schema/schemaSet.ts';
import { schemaErrorsOf } from './schemaErrors.ts';
import { forbiddenField, invalidValue, notSupported, requiredValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';

const RULE_LIMIT = 10_000_000;
const CRD_LIMIT = 100_000_000;
const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];
const ADVICE =
  '(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)';

/** The errors of all versions. A schema that all versions share is told as the internal form has it: once. */
export function ruleErrors(crd: JsonObject): FieldError[] {
  const schemas = (getList(crd, 'spec', 'versions') ?? []).map((version) =>
    getObject(version, 'schema', 'openAPIV3Schema'),
  );
  const [first] = schemas;
  if (first && schemas.every((schema) => equalJson(schema, first)))
    return schemaErrors(first, 'spec.validation.openAPIV3Schema');
  return schemas.flatMap((schema, i) =>
    schema ? schemaErrors(schema, `spec.versions[${i}].schema.openAPIV3Schema`) : [],
  );
}

interface Walk {
  readonly form: FieldError[];
  readonly compiled: FieldError[];
  /** Whether the schema is structural: rules are compiled only then. */
  readonly compiles: boolean;
  total: number;
  readonly expensive: { readonly field: string; readonly cost: number }[];
}

interface Place {
  readonly schema: SchemaNode;
  readonly field: string;
  readonly type: DeclType | undefined;
  /** How often the place can stand in an object; undefined without bound. */
  readonly count: number | undefined;
  /** The part of the schema above it in which old and new do not correspond. */
  readonly uncorrelated: string | undefined;
}

function schemaErrors(schema: JsonObject, field: string): FieldError[] {
  if (!stringifyJson(schema).includes('x-kubernetes-validations')) return [];
  const node = readOpenApiSchema(schema, { objectMeta: objectMetaSchema() });
  const structural = structuralErrors(node, field);
  const walk: Walk = {
    form: [],
    compiled: [],
    compiles: structural.length === 0 && schemaErrorsOf(schema, field, false).length === 0,
    total: 0,
    expensive: [],
  };
  visit(walk, { schema: node, field, type: declType(node, 'root'), count: 1, uncorrelated: undefined });
  const errors = [...structural, ...walk.form, ...walk.compiled];
  if (walk.total <= CRD_LIMIT) return errors;
  const most = walk.expensive.toSorted((a, b) => b.cost - a.cost).slice(0, 4);
  const share = 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema';
  const whole = 'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema';
  return [
    ...errors,
    ...most.map((one) => forbiddenField(one.field, share)),
    forbiddenField(field, overBudget(whole, walk.total, CRD_LIMIT)),
  ];
}

/** Rules may not stand below a junctor. */
function structuralErrors(schema: SchemaNode, field: string): FieldError[] {
  const forbidden = junctorsOf(schema, field).flatMap(([inner, place]) => forbiddenRules(inner, place));
  return [...forbidden, ...below(schema, field).flatMap(([inner, place]) => structuralErrors(inner, place))];
}

function forbiddenRules(schema: SchemaNode, field: string): FieldError[] {
  const own = schema.rules
    ? [forbiddenField(`${field}.x-kubernetes-validations`, 'must be empty to be structural')]
    : [];
  return [...own, ...below(schema, field).flatMap(([inner, place]) => forbiddenRules(inner, place))];
}

/** Rules that may not stand where they stand are read all the same. */
function formBelow(schema: SchemaNode, field: string): FieldError[] {
  return [
    ...[...below(schema, field), ...junctorsOf(schema, field)].flatMap(([inner, at]) => formBelow(inner, at)),
    ...(schema.rules ?? []).flatMap((rule, i) => formErrors(rule, schema, `${field}.x-kubernetes-validations[${i}]`)),
  ];
}

function junctorsOf(schema: SchemaNode, field: string): (readonly [SchemaNode, string])[] {
  const lists = (['allOf', 'anyOf', 'oneOf'] as const).flatMap((name) =>
    (schema[name] ?? []).map((inner, i) => [inner, `${field}.${name}[${i}]`] as const),
  );
  return schema.not ? [...lists, [schema.not, `${field}.not`]] : lists;
}

function below(schema: SchemaNode, field: string): (readonly [SchemaNode, string])[] {
  return [
    ...(schema.values ? [[schema.values, `${field}.additionalProperties`] as const] : []),
    ...[...(schema.fields ?? [])].map(([name, inner]) => [inner, `${field}.properties[${name}]`] as const),
    ...(schema.items ? [[schema.items, `${field}.items`] as const] : []),
  ].filter(([inner]) => inner.typeName === undefined);
}

/** The parts first, then the place itself. Where the form of anything here is wrong, nothing is compiled. */
function visit(walk: Walk, place: Place): void {
  const { schema, field } = place;
  const before = walk.form.length;
  for (const [inner, at] of below(schema, field)) visit(walk, partOf(place, inner, at));
  walk.form.push(...junctorsOf(schema, field).flatMap(([inner, at]) => formBelow(inner, at)));
  if (!schema.rules) return;
  const at = `${field}.x-kubernetes-validations`;
  for (const [i, rule] of schema.rules.entries()) walk.form.push(...formErrors(rule, schema, `${at}[${i}]`));
  if (walk.form.length > before || !walk.compiles) return;
  if (!place.type) {
    const why = 'internal error: failed to construct type information for x-kubernetes-validations rules';
    walk.compiled.push({
      type: 'Internal',
      field: at,
      message: `Internal error: ${why}: unable to convert structural schema to CEL declarations`,
    });
    return;
  }
  const type = place.type;
  for (const [i, compiled] of compileRules(schema.rules, type.type).entries())
    checkCompiled(walk, { ...place, type }, compiled, `${at}[${i}]`);
}

function partOf(place: Place, inner: SchemaNode, at: string): Place {
  const { schema, field, type, count } = place;
  const isItem = inner === schema.items;
  const isValue = inner === schema.values;
  const name = isItem || isValue ? '' : at.slice(field.length + '.properties['.length, -1);
  const known = isItem || isValue ? type?.element : type?.fields?.get(escapeProperty(name) ?? '');
  const most = isItem ? schema.maxItems : isValue ? schema.maxProperties : 1;
  return {
    schema: inner,
    field: at,
    type: known ?? declType(inner, 'part'),
    count: count === undefined || most === undefined ? undefined : count * Math.max(0, most),
    // Only elements with keys can be found again; the outermost place is the one that is told.
    uncorrelated: place.uncorrelated ?? (isItem && schema.listType !== 'map' ? field : undefined),
  };
}

function hasBreak(text: string): boolean {
  return /[\n\r]/.test(text);
}

function formErrors(rule: Rule, schema: SchemaNode, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const [text, message] = [rule.rule.trim(), (rule.message ?? '').trim()];
  const given = rule.message ?? '';
  if (text === '') errors.push(requiredValue(`${field}.rule`, 'rule is not specified'));
  else if (given !== '' && message === '')
    errors.push(invalidValue(`${field}.message`, given, 'must be non-empty if specified'));
  else if (hasBreak(message)) errors.push(invalidValue(`${field}.message`, given, 'must not contain line breaks'));
  else if (hasBreak(text) && message === '')
    errors.push(requiredValue(`${field}.message`, 'message must be specified if rule contains line breaks'));
  const expression = rule.messageExpression ?? '';
  if (expression !== '' && expression.trim() === '')
    errors.push(requiredValue(`${field}.messageExpression`, 'messageExpression must be non-empty if specified'));
  if (rule.reason !== undefined && !REASONS.includes(rule.reason))
    errors.push(notSupported(`${field}.reason`, rule.reason, REASONS));
  const path = rule.fieldPath ?? '';
  if (path === '') return errors;
  if (path.trim() === '') errors.push(invalidValue(`${field}.fieldPath`, path, 'must be non-empty if specified'));
  if (hasBreak(path)) errors.push(invalidValue(`${field}.fieldPath`, path, 'must not contain line breaks'));
  if (fieldPathOf(path, schema) === undefined)
    errors.push(invalidValue(`${field}.fieldPath`, path, 'must be a valid path'));
  return errors;
}

function checkCompiled(walk: Walk, place: Place & { readonly type: DeclType }, one: CompiledRule, field: string): void {
  const { type, count } = place;
  const { rule, program, message } = one;
  const cost = program ? ruleCost(program, type) : 0;
  charge(walk, `${field}.rule`, cost === 0 ? 0 : cost * (count ?? cardinality(type)), 'estimated rule cost');
  if (one.problem !== undefined) walk.compiled.push(refused(`${field}.rule`, rule, one.problem));
  if (one.messageProblem !== undefined)
    walk.compiled.push(refused(`${field}.messageExpression`, rule, one.messageProblem));
  else if (message)
    charge(walk, `${field}.messageExpression`, ruleCost(message, type), 'estimated messageExpression cost');
  if (one.usesOldSelf) {
    if (place.uncorrelated === undefined) return;
    const why = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${place.uncorrelated}`;
    walk.compiled.push(invalidValue(`${field}.rule`, rule.rule, why));
  } else if (rule.optionalOldSelf !== undefined) {
    const why = 'may not be set if oldSelf is not used in rule';
    walk.compiled.push(invalidValue(`${field}.optionalOldSelf`, rule.optionalOldSelf, why));
  }
}

function charge(walk: Walk, field: string, cost: number, name: string): void {
  if (cost > RULE_LIMIT) walk.compiled.push(forbiddenField(field, overBudget(name, cost, RULE_LIMIT)));
  walk.total += cost;
  if (cost >= CRD_LIMIT / 100) walk.expensive.push({ field, cost });
}

function overBudget(name: string, cost: number, limit: number): string {
  const factor = cost / limit;
  const shown = factor > 100 ? 'more than 100x' : `${factor.toFixed(factor < 1.5 ? 6 : 1)}x`;
  return `${name} exceeds budget by factor of ${shown} ${ADVICE}`;
}

/** With the rule as Go prints the server's own struct. */
function refused(field: string, rule: Rule, detail: string): FieldError {
  const printed = JSON.stringify({
    Rule: rule.rule,
    Message: rule.message ?? '',
    MessageExpression: rule.messageExpression ?? '',
    Reason: rule.reason ?? null,
    FieldPath: rule.fieldPath ?? '',
    OptionalOldSelf: rule.optionalOldSelf ?? null,
  }).replaceAll(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return { type: 'Invalid', field, message: `Invalid value: ${printed}: ${detail}` };
}
