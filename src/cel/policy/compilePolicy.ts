// The expressions of an admission policy as programs, with upstream's words for those that are none
// (k8s.io/apiserver/pkg/admission/plugin/cel). Evaluates nothing.
import { compileCel } from '../cel.ts';
import type { Program } from '../cel.ts';
import { kubernetesCel } from '../environments.ts';
import { printProblems } from '../problem.ts';
import { BOOL, DYN, listOf, mapOf, NULL, sameType, STRING, typeName } from '../types.ts';
import type { CelType } from '../types.ts';
import { variableTypes } from './variableTypes.ts';

export interface CompiledExpression {
  readonly text: string;
  readonly program?: Program;
  /** Why there is none. */
  readonly problem?: string;
  /** The problem is the server's, not the expression's. */
  readonly internal?: true;
}

export interface PolicyCompiler {
  condition(text: string): CompiledExpression;
  /** Knows no authorizer. */
  message(text: string): CompiledExpression;
  audit(text: string): CompiledExpression;
  /** Later expressions may name it. */
  variable(name: string, text: string): CompiledExpression;
}

/** A compiler for one policy. `composed`: whether it has variables of its own; without, none may be named. */
export function policyCompiler(options: { readonly params: boolean; readonly composed: boolean }): PolicyCompiler {
  const { params, composed } = options;
  const fields = new Map<string, CelType>();
  const types = (authorizer: boolean): Map<string, CelType> => {
    const all = variableTypes({ params, authorizer });
    return composed
      ? all.set('variables', { kind: 'object', name: 'kubernetes.variables', fields: new Map(fields) })
      : all;
  };
  return {
    condition: (text) => compile(text, types(true), [BOOL]),
    message: (text) => compile(text, types(false), [STRING]),
    audit: (text) => compile(text, types(true), [STRING, NULL]),
    variable: (name, text) => {
      const compiled = compile(text, types(true), undefined);
      fields.set(name, variableType(compiled.program?.checked?.type));
      return compiled;
    },
  };
}

function compile(
  text: string,
  variables: ReadonlyMap<string, CelType>,
  wanted: readonly CelType[] | undefined,
): CompiledExpression {
  const compiled = compileCel(text, { environment: kubernetesCel, variables, validateLiterals: true });
  if (compiled.instantiation !== undefined)
    return { text, problem: `program instantiation failed: ${compiled.instantiation}`, internal: true };
  const { program } = compiled;
  if (!program) return { text, problem: `compilation failed: ${printProblems(text, compiled.problems)}` };
  const found = program.checked?.type ?? DYN;
  if (!wanted || wanted.some((type) => sameType(type, found))) return { text, program };
  const names = wanted.map(declaredName);
  const needed = names.length === 1 ? names[0] : `one of [${names.join(' ')}]`;
  return { text, problem: `must evaluate to ${needed} but got ${declaredName(found)}` };
}

/** As cel-go's Type.String prints it. */
function declaredName(type: CelType): string {
  switch (type.kind) {
    case 'list':
      return `list(${declaredName(type.element)})`;
    case 'map':
      return `map(${declaredName(type.key)}, ${declaredName(type.value)})`;
    case 'optional':
      return `optional_type(${declaredName(type.of)})`;
    default:
      return typeName(type);
  }
}

/** What later expressions know of a variable: of objects and other special types nothing. */
function variableType(type: CelType | undefined): CelType {
  if (!type) return DYN;
  switch (type.kind) {
    case 'optional':
    case 'object':
    case 'opaque':
    case 'param':
    case 'type':
    case 'error':
      return DYN;
    case 'list':
      return listOf(variableType(type.element));
    case 'map':
      return mapOf(variableType(type.key), variableType(type.value));
    default:
      return type;
  }
}
