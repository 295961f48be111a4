// What is refused although its types fit: lists and maps of mixed types, format strings that do not suit their arguments,
// and (Kubernetes) literal patterns, times and durations that do not parse.
import type { CallNode, Expr } from './ast.ts';
import type { Checked } from './checker.ts';
import type { FormatStyle } from './environment.ts';
import { clauseTypes, formatClauses } from './library/formatText.ts';
import { goRegexpOrFault } from './library/regex.ts';
import { durationNanos, timestampNanos, timestampOfSeconds } from './library/timeText.ts';
import { ERROR, printType, sameType, typeName } from './types.ts';
import type { CelType } from './types.ts';
import { isFault } from './value.ts';
import { partsOf } from './walk.ts';

interface LiteralProblem {
  readonly at: number;
  readonly message: string;
}

/** @see cel-go's cel/validator.go and ext/formatting.go */
export function literalProblems(
  expr: Expr,
  checked: Checked,
  options: { readonly literals: boolean; readonly format: FormatStyle },
): LiteralProblem[] {
  const problems: LiteralProblem[] = [];
  const typeOf = (part: Expr): CelType => checked.types.get(part.id) ?? ERROR;
  const visit = (node: Expr, isInFormat: boolean): void => {
    if (!isInFormat) problems.push(...mixedTypes(node, typeOf));
    if (node.kind === 'call') {
      if (options.literals) problems.push(...badLiteral(node));
      problems.push(...badFormat(node, typeOf, options.format));
    }
    const isFormat = node.kind === 'call' && node.name === 'format';
    for (const part of partsOf(node)) visit(part, isInFormat || isFormat);
  };
  visit(expr, false);
  return problems;
}

function mixedTypes(node: Expr, typeOf: (part: Expr) => CelType): LiteralProblem[] {
  if (node.kind === 'list') {
    const types = node.elements.map((part, i) => unwrap(typeOf(part), node.optional.has(i)));
    const bad = types.findIndex((type) => !sameType(type, types[0] as CelType));
    return bad < 0 ? [] : [mismatch(node.elements[bad] as Expr, types[0] as CelType, types[bad] as CelType)];
  }
  if (node.kind !== 'map') return [];
  const [first] = node.entries;
  if (!first) return [];
  const [key, value] = [typeOf(first.key), unwrap(typeOf(first.value), first.optional)];
  return node.entries.flatMap((entry) => {
    const found = unwrap(typeOf(entry.value), entry.optional);
    return [
      ...(sameType(typeOf(entry.key), key) ? [] : [mismatch(entry.key, key, typeOf(entry.key))]),
      ...(sameType(found, value) ? [] : [mismatch(entry.value, value, found)]),
    ];
  });
}

function unwrap(type: CelType, isOptional: boolean): CelType {
  return isOptional && type.kind === 'optional' ? type.of : type;
}

function mismatch(part: Expr, wanted: CelType, found: CelType): LiteralProblem {
  return { at: part.at, message: `expected type '${printType(wanted)}' but found '${printType(found)}'` };
}

function badLiteral(node: CallNode): LiteralProblem[] {
  const arg = node.name === 'matches' && !node.target ? node.args[1] : node.args[0];
  if (arg?.kind !== 'const') return [];
  const { value } = arg;
  const isTooFar = node.name === 'timestamp' && typeof value === 'bigint' && isFault(timestampOfSeconds(value));
  if (!isTooFar && (typeof value !== 'string' || !isBad(node.name, value))) return [];
  return [{ at: arg.at, message: `invalid ${node.name} argument` }];
}

function isBad(name: string, text: string): boolean {
  switch (name) {
    case 'duration':
      return durationNanos(text) === undefined;
    case 'timestamp':
      return timestampNanos(text) === undefined;
    case 'matches':
      return 'kind' in goRegexpOrFault(text);
    default:
      return false;
  }
}

function badFormat(node: CallNode, typeOf: (part: Expr) => CelType, style: FormatStyle): LiteralProblem[] {
  const [list] = node.args;
  const { target } = node;
  if (node.name !== 'format' || target?.kind !== 'const' || typeof target.value !== 'string' || list?.kind !== 'list')
    return [];
  const clauses = formatClauses(target.value);
  if (typeof clauses === 'string') return [{ at: node.at, message: clauses }];
  for (const [i, verb] of clauses.entries()) {
    const arg = list.elements[i];
    if (!arg) return [{ at: node.at, message: `index ${i} out of range` }];
    const problem = unsuited({ verb, style }, arg, typeOf);
    if (problem) return [problem];
  }
  if (list.elements.length <= clauses.length) return [];
  const counts = `(expected ${clauses.length}, got ${list.elements.length})`;
  return [{ at: node.at, message: `too many arguments supplied to string.format ${counts}` }];
}

interface Clause {
  readonly verb: string;
  readonly style: FormatStyle;
}

/** The argument, or for %s its member, that the clause cannot print. */
function unsuited(clause: Clause, arg: Expr, typeOf: (part: Expr) => CelType): LiteralProblem | undefined {
  const type = typeOf(arg);
  if (clause.verb === 's' && (arg.kind === 'list' || arg.kind === 'map')) {
    for (const part of partsOf(arg)) {
      const problem = unsuited(clause, part, typeOf);
      if (problem) return problem;
    }
    return undefined;
  }
  const { kinds, message } = clauseTypes(clause.verb, clause.style);
  if (type.kind === 'dyn' || kinds.has(type.kind)) return undefined;
  return { at: arg.at, message: `error during formatting: ${message}, was given ${typeName(type)}` };
}
