// Evaluates a text with ${...} as Flux's post-build substitution does (fluxcd/pkg/envsubst). Knows no YAML and no objects.
import { toByteString, toText } from './byteString.ts';
import { applyOperator, DEFAULT_OPERATORS, OperatorFault } from './operators.ts';
import { parseTemplate, variablesOf } from './template.ts';
import type { Expression, Part } from './template.ts';

export type Evaluation =
  | {
      readonly ok: true;
      /** The result as UTF-8 bytes, one character each: an operator may have cut a character in two. */
      readonly bytes: string;
      /** The result as text; undefined where the bytes are no UTF-8. */
      readonly text: string | undefined;
      /** Variables that the text names. */
      readonly variables: ReadonlySet<string>;
    }
  | { readonly ok: false; readonly error: string; readonly variable?: string; readonly isTooLong?: true };

/** What variables may bring into a text, in bytes: a third of what a cluster stores of an object (etcd's limit). */
export const BROUGHT_LIMIT = 512 * 1024;

class Unset extends Error {
  readonly variable: string;
  constructor(variable: string) {
    super(variable);
    this.variable = variable;
  }
}

/** Thrown as soon as it is seen, so that a long value that is used often takes no memory. */
class TooLong extends Error {
  readonly variable: string;
  constructor(variable: string) {
    super(variable);
    this.variable = variable;
  }
}

/**
 * Replaces the variables of a text. `lookup` gives a variable's value or undefined where it is not set; such a variable is
 * the empty text, or in strict mode an error unless its operator gives a default. Nothing is expanded twice, and no more than
 * BROUGHT_LIMIT comes in.
 */
export function evaluate(text: string, lookup: (name: string) => string | undefined, strict: boolean): Evaluation {
  const parts = parseTemplate(text);
  if ('fault' in parts) return { ok: false, error: parts.fault };
  const context: Context = { lookup, strict, brought: 0 };
  try {
    const bytes = evaluateParts(parts, context);
    return { ok: true, bytes, text: toText(bytes), variables: variablesOf(parts) };
  } catch (error) {
    if (error instanceof Unset) {
      return {
        ok: false,
        error: `variable "${error.variable}" is not set and has no default`,
        variable: error.variable,
      };
    }
    if (error instanceof TooLong)
      return { ok: false, error: 'the result is too long', variable: error.variable, isTooLong: true };
    if (error instanceof OperatorFault) return { ok: false, error: error.message };
    throw error;
  }
}

interface Context {
  readonly lookup: (name: string) => string | undefined;
  readonly strict: boolean;
  /** The bytes that came in so far. */
  brought: number;
}

function evaluateParts(parts: readonly Part[], context: Context): string {
  return parts.map((part) => (typeof part === 'string' ? part : evaluateExpression(part, context))).join('');
}

function evaluateExpression({ variable, operator, args }: Expression, context: Context): string {
  const values = args.map((arg) => evaluateParts(arg, context));
  const value = context.lookup(variable);
  if (value === undefined && context.strict && !DEFAULT_OPERATORS.has(operator)) throw new Unset(variable);
  const result = applyOperator(operator, toByteString(value ?? ''), values);
  context.brought += result.length;
  if (context.brought > BROUGHT_LIMIT) throw new TooLong(variable);
  return result;
}
