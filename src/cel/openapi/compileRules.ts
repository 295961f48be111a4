// The rules of a schema (x-kubernetes-validations) as programs, at the places where they stand. Evaluates nothing.
import type { SchemaNode } from '../../schema/schemaSet.ts';
import { compileCel } from '../cel.ts';
import type { Program } from '../cel.ts';
import { kubernetesCel } from '../environments.ts';
import { printProblems } from '../problem.ts';
import { optionalOf } from '../types.ts';
import type { CelType } from '../types.ts';
import type { DeclType } from './declType.ts';
import { declType } from './declType.ts';
import { escapeProperty } from './propertyName.ts';

export type Rule = NonNullable<SchemaNode['rules']>[number];

export interface CompiledRule {
  readonly rule: Rule;
  readonly program?: Program;
  /** Why there is none, in upstream's words. */
  readonly problem?: string;
  readonly message?: Program;
  readonly messageProblem?: string;
  readonly usesOldSelf: boolean;
}

/** The rules at one place of a schema and below it. */
export interface RuleTree {
  readonly schema: SchemaNode;
  readonly rules: readonly CompiledRule[];
  readonly fields: ReadonlyMap<string, RuleTree>;
  readonly values?: RuleTree;
  readonly items?: RuleTree;
  readonly allOf: readonly RuleTree[];
}

/** The rules of one place, compiled over the type that the schema there is. */
export function compileRules(rules: readonly Rule[], type: CelType): CompiledRule[] {
  return rules.map((rule) => compileRule(rule, type));
}

function compileRule(rule: Rule, type: CelType): CompiledRule {
  const variables = new Map([
    ['self', type],
    ['oldSelf', rule.optionalOldSelf === true ? optionalOf(type) : type],
  ]);
  if (rule.rule.trim() === '') return { rule, usesOldSelf: false };
  const { program, problem } = compileAs('bool', rule.rule, variables);
  if (!program) return { rule, problem: problem ?? '', usesOldSelf: false };
  const usesOldSelf = program.names.has('oldSelf');
  if ((rule.messageExpression ?? '') === '') return { rule, program, usesOldSelf };
  const message = compileAs('string', rule.messageExpression ?? '', variables);
  if (message.program) return { rule, program, usesOldSelf, message: message.program };
  return { rule, program, usesOldSelf, messageProblem: message.problem ?? '' };
}

function compileAs(
  kind: 'bool' | 'string',
  text: string,
  variables: ReadonlyMap<string, CelType>,
): { program?: Program; problem?: string } {
  const prefix = kind === 'bool' ? '' : 'messageExpression ';
  const compiled = compileCel(text, { environment: kubernetesCel, variables, validateLiterals: true });
  if (compiled.instantiation !== undefined) {
    const what = kind === 'bool' ? 'program' : 'messageExpression';
    return { problem: `${what} instantiation failed: ${compiled.instantiation}` };
  }
  if (!compiled.program) return { problem: `${prefix}compilation failed: ${printProblems(text, compiled.problems)}` };
  if (compiled.program.checked?.type.kind === kind) return { program: compiled.program };
  return {
    problem: kind === 'bool' ? 'cel expression must evaluate to a bool' : 'messageExpression must evaluate to a string',
  };
}

/** The rules of a schema; undefined where it has none. `place`: whether it is that of a whole resource. */
export function ruleTree(schema: SchemaNode, place: 'root' | 'part' = 'root'): RuleTree | undefined {
  if (!hasRules(schema)) return undefined;
  const whole = place === 'root' ? asResource(schema) : schema;
  return treeOf(whole, whole, declType(whole, place));
}

/** Every resource shows apiVersion, kind and its names, whatever its schema says. */
function asResource(schema: SchemaNode): SchemaNode {
  const text: SchemaNode = { type: 'string' };
  const names: SchemaNode = {
    type: 'object',
    fields: new Map([
      ['name', text],
      ['generateName', text],
    ]),
  };
  const fields = new Map([['apiVersion', text], ['kind', text], ['metadata', names], ...(schema.fields ?? [])]);
  return { ...schema, fields };
}

function hasRules(schema: SchemaNode): boolean {
  // Types of built-in kinds have names, refer to themselves and have no rules.
  if (schema.typeName !== undefined) return false;
  if ((schema.rules?.length ?? 0) > 0) return true;
  const inner = [...(schema.fields?.values() ?? []), schema.items, schema.values, ...(schema.allOf ?? [])];
  return inner.some((node) => node !== undefined && hasRules(node));
}

/** `validations` holds the rules: the schema itself, or an allOf of it. */
function treeOf(validations: SchemaNode, schema: SchemaNode, type: DeclType | undefined): RuleTree | undefined {
  const rules = type ? compileRules(validations.rules ?? [], type.type) : [];
  const fields = new Map<string, RuleTree>();
  for (const [name, inner] of validations.fields ?? []) {
    const node = schema.fields?.get(name);
    if (!node || !hasRules(inner)) continue;
    const tree = treeOf(inner, node, type?.fields?.get(escapeProperty(name) ?? '') ?? declType(node, 'part'));
    if (tree) fields.set(name, tree);
  }
  const below = (inner: SchemaNode | undefined, node: SchemaNode | undefined): RuleTree | undefined =>
    inner && node && hasRules(inner) ? treeOf(inner, node, type?.element ?? declType(node, 'part')) : undefined;
  const items = below(validations.items, schema.items);
  const values = below(validations.values, schema.values);
  const allOf = (validations.allOf ?? []).flatMap((each) => {
    const tree = hasRules(each) ? treeOf(each, schema, type) : undefined;
    return tree ? [tree] : [];
  });
  if (rules.length === 0 && fields.size === 0 && !items && !values && allOf.length === 0) return undefined;
  return { schema, rules, fields, allOf, ...(items ? { items } : {}), ...(values ? { values } : {}) };
}
