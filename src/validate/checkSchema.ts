// Holds a rendered tree against a schema. Reports where a value was written: nodes carry their origins.
import type { Finding } from '../model/finding.ts';
import { nearest } from '../model/nearest.ts';
import { child, toJson } from '../model/node.ts';
import type { ListNode, MapNode, Node, ScalarNode } from '../model/node.ts';
import { stringifyJson } from '../model/jsonText.ts';
import type { Place } from '../model/sourceText.ts';
import type { SchemaNode } from '../schema/schemaSet.ts';
import { mended, missingField, printValue, quotesLost, unknownField, wrongType, wrongValue } from './findings.ts';
import type { Remedy, Subject } from './findings.ts';
import { fieldPath, itemPath } from './fieldPath.ts';
import { count, expectedType, hasType, valueProblem } from './scalarChecks.ts';

export interface Check {
  readonly subject: Subject;
  /** False before substitution: text with `${...}` in it may become anything. */
  readonly substituted: boolean;
  /** True for a manifest that is merged into an object which others make: it need not be complete. */
  readonly partial: boolean;
  report(finding: Finding): void;
}

/** Whether a text may still be changed by substitution. */
export function isTemplate(text: string, check: Pick<Check, 'substituted'>): boolean {
  return !check.substituted && text.includes('${');
}

/** Checks a node and all below it. `hidden`: inside the data of a Secret. */
export function checkSchema(node: Node, schema: SchemaNode, path: string, check: Check, hidden = false): void {
  if (node.kind === 'scalar') checkScalar(node, schema, path, check, hidden);
  else if (schema.type !== 'any' && schema.type !== (node.kind === 'map' ? 'object' : 'list')) {
    check.report(
      wrongType(expectedType(schema), printValue(node, hidden), { path, at: node.origin.place }, check.subject),
    );
    return;
  } else if (node.kind === 'map') checkMap(node, schema, path, check, hidden);
  else checkList(node, schema, path, check, hidden);
  checkJunctors(node, schema, path, check);
}

function checkScalar(node: ScalarNode, schema: SchemaNode, path: string, check: Check, hidden: boolean): void {
  // The API drops nulls, or puts defaults in their place.
  if (node.value === null || isTemplate(node.text, check)) return;
  const spot = { path, at: node.origin.place };
  if (!hasType(node, schema)) {
    const got = printValue(node, hidden);
    const isSubstituted = schema.type === 'string' && node.origin.cause.by === 'substitution';
    if (isSubstituted) return check.report(quotesLost(got, { path, at: usePlace(node) }, check.subject));
    const remedy = remedyFor(node, schema);
    const found = wrongType(expectedType(schema), got + remedy.hint, spot, check.subject);
    return check.report(hidden ? found : mended(found, remedy, node.text));
  }
  const problem = valueProblem(node, schema);
  if (problem !== undefined) check.report(wrongValue(`${printValue(node, hidden)} ${problem}`, spot, check.subject));
}

/** Where a variable is written, not where its value is. */
function usePlace({ origin }: ScalarNode): Place | undefined {
  return (origin.overridden?.origin ?? origin).place;
}

/** How a scalar of the wrong type is most likely mended. */
function remedyFor({ value, text }: ScalarNode, schema: SchemaNode): Remedy {
  if (schema.type === 'string' && typeof value !== 'string') return { hint: '; put it in quotes', quotes: 'put' };
  if (typeof value !== 'string') return { hint: '' };
  const isNumber = schema.type === 'integer' || schema.type === 'number';
  if (schema.type === 'boolean' ? /^(?:true|false)$/.test(text) : isNumber && /^-?\d+$/.test(text))
    return { hint: '; remove the quotes', quotes: 'remove' };
  return { hint: schema.type === 'boolean' ? '; write true or false' : '' };
}

function checkMap(node: MapNode, schema: SchemaNode, path: string, check: Check, hidden: boolean): void {
  for (const [key, entry] of node.entries) {
    const { value } = entry;
    const field = schema.fields?.get(key) ?? schema.values;
    const inner = hidden || (path === '' && check.subject.secret && (key === 'data' || key === 'stringData'));
    if (field) checkSchema(value, field, fieldPath(path, key), check, inner);
    // An unknown field that is null is dropped by the API without a word.
    else if (isClosed(schema) && !isTemplate(key, check) && !(value.kind === 'scalar' && value.value === null)) {
      const similar = nearest(key, schema.fields?.keys() ?? []);
      check.report(
        unknownField(
          key,
          similar,
          { path: fieldPath(path, key), at: entry.keyPlace ?? value.origin.place },
          check.subject,
        ),
      );
    }
  }
  const spot = { path, at: node.origin.place };
  for (const name of check.partial ? [] : (schema.required ?? [])) {
    const value = child(node, name);
    if (!value || (value.kind === 'scalar' && value.value === null && schema.fields?.get(name)?.nullable !== true)) {
      if (schema.fields?.get(name)?.default === undefined) check.report(missingField(name, spot, check.subject));
    }
  }
  const size = node.entries.size;
  if (schema.minProperties !== undefined && size < schema.minProperties)
    check.report(wrongValue(`must have at least ${count(schema.minProperties, 'field')}`, spot, check.subject));
  if (schema.maxProperties !== undefined && size > schema.maxProperties)
    check.report(wrongValue(`must have at most ${count(schema.maxProperties, 'field')}`, spot, check.subject));
}

/** Whether fields that the schema does not name are wrong. An object of which nothing is known takes all. */
function isClosed(schema: SchemaNode): boolean {
  return (
    schema.type === 'object' && schema.fields !== undefined && !schema.values && schema.preserveUnknownFields !== true
  );
}

function checkList(node: ListNode, schema: SchemaNode, path: string, check: Check, hidden: boolean): void {
  const seen = new Set<string>();
  for (const [index, item] of node.items.entries()) {
    const at = itemPath(path, index, item, schema);
    if (schema.items) checkSchema(item, schema.items, at, check, hidden);
    const identity = identityOf(item, schema);
    if (identity === undefined) continue;
    if (seen.has(identity))
      check.report(
        wrongValue(
          `stands twice in the list: ${identityInWords(item, schema, hidden)}`,
          { path: at, at: item.origin.place },
          check.subject,
        ),
      );
    seen.add(identity);
  }
  const spot = { path, at: node.origin.place };
  const size = node.items.length;
  if (schema.minItems !== undefined && size < schema.minItems)
    check.report(wrongValue(`must have at least ${count(schema.minItems, 'item')}`, spot, check.subject));
  if (schema.maxItems !== undefined && size > schema.maxItems)
    check.report(wrongValue(`must have at most ${count(schema.maxItems, 'item')}`, spot, check.subject));
}

/** What must not stand twice: the keys of an item of a keyed list, the item itself in a set. */
function identityOf(item: Node, schema: SchemaNode): string | undefined {
  if (schema.listType === 'map' && item.kind === 'map') {
    const keys = (schema.listMapKeys ?? []).map((key) => {
      const value = child(item, key);
      return value ? toJson(value) : (schema.items?.fields?.get(key)?.default ?? null);
    });
    return keys.some((key) => key !== null) ? stringifyJson(keys) : undefined;
  }
  return schema.listType === 'set' || schema.uniqueItems === true ? stringifyJson(toJson(item)) : undefined;
}

function identityInWords(item: Node, schema: SchemaNode, hidden: boolean): string {
  if (schema.listType !== 'map') return printValue(item, hidden);
  const keys = (schema.listMapKeys ?? []).filter((key) => child(item, key));
  return keys.map((key) => `${key} ${printValue(child(item, key) as Node, hidden)}`).join(', ');
}

/** Alternatives are judged as a whole: one sentence, no list of what each of them would want. */
function checkJunctors(node: Node, schema: SchemaNode, path: string, check: Check): void {
  // Asked of every node, and few schemas have any.
  if (!schema.allOf && !schema.anyOf && !schema.oneOf && !schema.not) return;
  const spot = { path, at: node.origin.place };
  const fits = (each: SchemaNode): boolean => accepts(node, each, check);
  for (const each of schema.allOf ?? []) checkSchema(node, asConstraint(each), path, check, true);
  if (schema.anyOf && !schema.anyOf.some(fits))
    check.report(wrongValue('fits none of the allowed alternatives', spot, check.subject));
  if (schema.oneOf) {
    const fitting = schema.oneOf.filter(fits).length;
    if (fitting === 0) check.report(wrongValue('fits none of the allowed alternatives', spot, check.subject));
    if (fitting > 1)
      check.report(wrongValue('fits more than one of alternatives that exclude each other', spot, check.subject));
  }
  if (schema.not && fits(schema.not)) check.report(wrongValue('is excluded by the schema', spot, check.subject));
}

function accepts(node: Node, schema: SchemaNode, check: Check): boolean {
  let accepted = true;
  checkSchema(node, asConstraint(schema), '', { ...check, report: () => (accepted = false) });
  return accepted;
}

/** Schemas within junctors add constraints; fields that they do not name are none of their business. */
function asConstraint(schema: SchemaNode): SchemaNode {
  return { ...schema, preserveUnknownFields: true };
}
