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
  | { readonly ok: false; readonly error: string; readonly variable?: string };

class Unset extends Error {
  readonly variable: string;
  constructor(variable: string) {
    super(variable);
    this.variable = variable;
  }
}

/**
 * Replaces the variables of a text. `lookup` gives a variable's value or undefined where it is not set; such a variable is
 * the empty text, or in strict mode an error unless its operator gives a default. Nothing is expanded twice.
 */
export function evaluate(text: string, lookup: (name: string) => string | undefined, strict: boolean): Evaluation {
  const parts = parseTemplate(text);
  if ('fault' in parts) return { ok: false, error: parts.fault };
  const context: Context = { lookup, strict };
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
    if (error instanceof OperatorFault) return { ok: false, error: error.message };
    throw error;
  }
}

interface Context {
  readonly lookup: (name: string) => string | undefined;
  readonly strict: boolean;
}

function evaluateParts(parts: readonly Part[], context: Context): string {
  return parts.map((part) => (typeof part === 'string' ? part : evaluateExpression(part, context))).join('');
}

function evaluateExpression({ variable, operator, args }: Expression, context: Context): string {
  const values = args.map((arg) => evaluateParts(arg, context));
  const value = context.lookup(variable);
  if (value === undefined && context.strict && !DEFAULT_OPERATORS.has(operator)) throw new Unset(variable);
  return applyOperator(operator, toByteString(value ?? ''), values);
}
