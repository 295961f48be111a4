// Evaluates the rules of a CRD on an object, as the API server does at creates and updates (apiextensions-apiserver,
// pkg/apiserver/schema/cel/validation.go): transition rules, messages, budgets, and errors that an unchanged part is spared.
import { equalJson, getKey, isJsonObject } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { stringifyJson } from '../../model/jsonText.ts';
import type { SchemaNode } from '../../schema/schemaSet.ts';
import { evaluate } from '../cel.ts';
import type { Variables } from '../evaluate.ts';
import { isFault, NONE, optional } from '../value.ts';
import type { CelValue } from '../value.ts';
import type { CompiledRule, Rule, RuleTree } from './compileRules.ts';
import { fieldPathOf } from './fieldPath.ts';
import { valueOfSchema } from './schemaValue.ts';

/** The API server's limits: for one rule, and for all rules of a request. */
const CALL_LIMIT = 1_000_000;
const BUDGET = 10_000_000;
const MESSAGE_LIMIT = 5 * 1024;

export interface RuleViolation {
  readonly kind: 'Invalid' | 'Forbidden' | 'Required' | 'Duplicate';
  /** `spec.a[0]`; empty at the root. */
  readonly path: string;
  /** The same place as steps of keys and indexes. */
  readonly steps: readonly (string | number)[];
  /** What follows the path: `Invalid value: "x": failed rule: self != 'x'`. */
  readonly message: string;
  /** The reason alone: `failed rule: self != 'x'`. */
  readonly detail: string;
}

interface Place {
  readonly tree: RuleTree;
  readonly path: string;
  readonly steps: readonly (string | number)[];
  readonly value: JsonValue;
  /** What it replaces; undefined where nothing corresponds. */
  readonly old: JsonValue | undefined;
  /** An update left this part, or the nearest part that can be told, as it was: then its errors are spared. */
  readonly unchanged: boolean;
}

/** Everything that rules refuse. `old`: what an update replaces. */
export function validateRules(tree: RuleTree, object: JsonValue, old: JsonValue | undefined): RuleViolation[] {
  const run: Run = { left: BUDGET, violations: [] };
  const unchanged = old !== undefined && equalJson(object, old);
  visit(run, { tree, path: '', steps: [], value: object, old, unchanged });
  return run.violations;
}

interface Run {
  /** The rest of the budget; below zero nothing more is evaluated. */
  left: number;
  readonly violations: RuleViolation[];
}

function visit(run: Run, place: Place): void {
  const { tree, value, old } = place;
  if (value === null || run.left < 0) return;
  evaluateRules(run, place);
  // Upstream spares nothing within allOf.
  for (const each of tree.allOf) visit(run, { ...place, tree: each, unchanged: false });
  if (Array.isArray(value)) visitItems(run, place, value, Array.isArray(old) ? old : []);
  else if (isJsonObject(value)) visitFields(run, place, value, isJsonObject(old) ? old : {});
}

function visitFields(run: Run, place: Place, value: JsonObject, old: JsonObject): void {
  const { tree, path, steps, old: before, unchanged } = place;
  for (const name of Object.keys(value)) {
    const field = tree.fields.get(name);
    const inner = field ?? tree.values;
    const part = getKey(value, name);
    if (!inner || part === undefined) continue;
    const previous = before === undefined ? undefined : getKey(old, name);
    visit(run, {
      tree: inner,
      path: field ? `${path}.${name}` : `${path}[${name}]`,
      steps: [...steps, name],
      value: part,
      old: previous ?? undefined,
      // What kind a resource is cannot be seen to change.
      unchanged: !(path === '' && (name === 'apiVersion' || name === 'kind')) && isSpared(unchanged, part, previous),
    });
  }
}

function isSpared(unchanged: boolean, part: JsonValue, previous: JsonValue | undefined): boolean {
  return unchanged || (previous !== undefined && equalJson(part, previous));
}

function visitItems(run: Run, { tree, path, steps, unchanged }: Place, value: JsonValue[], old: JsonValue[]): void {
  if (!tree.items) return;
  for (const [i, item] of value.entries()) {
    const previous = correlated(item, old, tree.schema);
    visit(run, {
      tree: tree.items,
      path: `${path}[${i}]`,
      steps: [...steps, i],
      value: item,
      old: previous,
      unchanged: isSpared(unchanged, item, previous),
    });
  }
}

/** The old element with the same keys; only lists with keys have one. */
function correlated(item: JsonValue, old: readonly JsonValue[], schema: SchemaNode): JsonValue | undefined {
  if (schema.listType !== 'map' || !isJsonObject(item)) return undefined;
  const keys = schema.listMapKeys ?? [];
  return old.find(
    (each) =>
      isJsonObject(each) && keys.every((key) => equalJson(getKey(each, key) ?? null, getKey(item, key) ?? null)),
  );
}

function evaluateRules(run: Run, place: Place): void {
  const { tree, path, value, old } = place;
  if (tree.rules.length === 0) return;
  const type = typeWord(tree.schema);
  const refuse = (detail: string): void => {
    const message = `Invalid value: "${type}": ${detail}`;
    run.violations.push({ kind: 'Invalid', path: at(path), steps: place.steps, message, detail });
  };
  if (run.left <= 0) {
    refuse('validation failed due to running out of cost budget, no further validation rules will be run');
    run.left = -1;
    return;
  }
  const self = valueOfSchema(value, tree.schema);
  const oldSelf = old === undefined || old === null ? undefined : valueOfSchema(old, tree.schema);
  for (const compiled of tree.rules) {
    if (compiled.problem !== undefined) refuse(`rule compile error: ${compiled.problem}`);
    if (!compiled.program) continue;
    if (compiled.usesOldSelf && oldSelf === undefined && compiled.rule.optionalOldSelf !== true) continue;
    evaluateRule(run, place, compiled, variablesOf(self, oldSelf, compiled.rule), refuse);
    if (run.left < 0) return;
  }
}

function variablesOf(self: CelValue, oldSelf: CelValue | undefined, rule: Rule): Variables {
  const before = rule.optionalOldSelf === true ? (oldSelf === undefined ? NONE : optional(oldSelf)) : oldSelf;
  return (name) => (name === 'self' ? self : name === 'oldSelf' ? before : undefined);
}

function evaluateRule(
  run: Run,
  place: Place,
  compiled: CompiledRule,
  variables: Variables,
  refuse: (detail: string) => void,
): void {
  const { rule, program } = compiled;
  if (!program) return;
  const { value, cost, exceeded } = evaluate(program, variables, CALL_LIMIT);
  if (cost > run.left) {
    refuse('validation failed due to running out of cost budget, no further validation rules will be run');
    run.left = -1;
    return;
  }
  run.left -= cost;
  if (exceeded) {
    refuse(
      `'operation cancelled: actual cost limit exceeded': no further validation rules will be run due to call cost exceeds limit for rule: ${shownRule(rule)}`,
    );
    run.left = -1;
  } else if (isFault(value)) {
    const unmatched = 'call arguments did not match a supported operator, function or macro signature for rule';
    if (value.message.startsWith('no such overload')) refuse(`'${value.message}': ${unmatched}: ${shownRule(rule)}`);
    else refuse(`${value.message} evaluating rule: ${shownRule(rule)}`);
  } else if (value !== true && !(place.unchanged && !compiled.usesOldSelf)) {
    const text = messageOf(run, compiled, variables, refuse);
    if (text !== undefined) run.violations.push(violation(place, rule, text));
  }
}

function violation({ tree, path, steps, value }: Place, rule: Rule, detail: string): RuleViolation {
  const relative = rule.fieldPath === undefined ? undefined : fieldPathOf(rule.fieldPath, tree.schema);
  const where = at(relative === undefined ? path : `${path}.${relative}`);
  const base = { path: where, steps: relative === undefined ? steps : [...steps, ...relative.split('.')], detail };
  switch (rule.reason) {
    case 'FieldValueForbidden':
      return { ...base, kind: 'Forbidden', message: `Forbidden: ${detail}` };
    case 'FieldValueRequired':
      return { ...base, kind: 'Required', message: `Required value: ${detail}` };
    case 'FieldValueDuplicate':
      return { ...base, kind: 'Duplicate', message: shownValue('Duplicate value', tree.schema, value) };
    default:
      return {
        ...base,
        kind: 'Invalid',
        message: `${shownValue('Invalid value', tree.schema, value)}: ${detail}`,
      };
  }
}

/** Objects and lists are too long to be told. */
function shownValue(head: string, schema: SchemaNode, value: JsonValue): string {
  return schema.type === 'object' || schema.type === 'list' ? head : `${head}: ${stringifyJson(value)}`;
}

/** Undefined where the budget ends here: then that is told instead. */
function messageOf(
  run: Run,
  { rule, message }: CompiledRule,
  variables: Variables,
  refuse: (detail: string) => void,
): string | undefined {
  if (message) {
    const { value, cost, exceeded } = evaluate(message, variables, CALL_LIMIT);
    const stop = 'no further validation rules will be run';
    if (cost > run.left || exceeded) {
      if (cost > run.left) refuse(`messageExpression evaluation failed due to running out of cost budget, ${stop}`);
      else refuse(`${stop} due to call cost exceeds limit for messageExpression: ${JSON.stringify(message.text)}`);
      run.left = -1;
      return undefined;
    }
    run.left -= cost;
    const text = typeof value === 'string' ? value.trim() : '';
    if (text !== '' && !text.includes('\n') && new TextEncoder().encode(text).length <= MESSAGE_LIMIT) return text;
  }
  return (rule.message ?? '') === '' ? `failed rule: ${shownRule(rule)}` : (rule.message ?? '').trim();
}

function shownRule(rule: Rule): string {
  return ((rule.message ?? '') === '' ? rule.rule : (rule.message ?? '')).trim();
}

function at(path: string): string {
  return path.startsWith('.') ? path.slice(1) : path;
}

function typeWord(schema: SchemaNode): string {
  if (schema.type === 'list') return 'array';
  return schema.type === 'any' || schema.type === 'int-or-string' ? '' : schema.type;
}
