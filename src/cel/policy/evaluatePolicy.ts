// Runs the expressions of an admission policy over one request: composed variables when they are asked for, the budget, and
// upstream's words for what fails (k8s.io/apiserver/pkg/admission/plugin/cel). Decides nothing.
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { evaluate } from '../cel.ts';
import type { Variables } from '../evaluate.ts';
import { valueOfJson } from '../jsonValue.ts';
import { authorizerValue, resourceCheckValue } from '../library/authorizer.ts';
import type { Authority, ResourceQuestion } from '../library/authorizer.ts';
import { fault, isFault } from '../value.ts';
import type { CelMap, CelValue } from '../value.ts';
import type { CompiledExpression } from './compilePolicy.ts';

/** The API server's limits: for one expression, for those of a policy, and for its match conditions. */
const CALL_LIMIT = 1_000_000;
export const POLICY_BUDGET = 10_000_000;
export const MATCH_BUDGET = 2_500_000;
const OUT_OF_BUDGET = 'validation failed due to running out of cost budget, no further validation rules will be run';

/** What expressions see of a request; null where there is none. */
export interface PolicyInput {
  readonly object: JsonObject | null;
  readonly oldObject: JsonObject | null;
  readonly request: JsonObject;
  readonly namespaceObject: JsonObject | null;
  readonly params: JsonObject | null;
  readonly authority?: Authority;
  readonly requestResource: ResourceQuestion;
}

export interface NamedExpression {
  readonly name: string;
  readonly compiled: CompiledExpression;
}

/** The value of an expression, why it has none, or undefined where none stands. */
export type Outcome = { readonly value: CelValue } | { readonly error: string } | undefined;

export type Outcomes =
  | { readonly outcomes: readonly Outcome[]; readonly left: number }
  /** The budget was used up: nothing counts. */
  | { readonly error: string };

/** Evaluates expressions one after the other; what variables cost counts too. */
export function evaluateAll(
  expressions: readonly (CompiledExpression | undefined)[],
  variables: readonly NamedExpression[],
  input: PolicyInput,
  budget: number,
): Outcomes {
  const composed = composition(variables, input);
  let left = budget;
  const outcomes: Outcome[] = [];
  for (const expression of expressions) {
    if (!expression?.program) {
      outcomes.push(expression && { error: `compilation error: ${expression.problem ?? ''}` });
      continue;
    }
    const { value, cost } = evaluate(expression.program, composed.variables, CALL_LIMIT);
    left -= composed.takeCost();
    if (left < 0 || cost > left) return { error: OUT_OF_BUDGET };
    left -= cost;
    outcomes.push(
      isFault(value) ? { error: `expression '${expression.text}' resulted in error: ${value.message}` } : { value },
    );
  }
  return { outcomes, left };
}

interface Composition {
  readonly variables: Variables;
  /** What the variables have cost since this was asked last. */
  takeCost(): number;
}

function composition(named: readonly NamedExpression[], input: PolicyInput): Composition {
  let spent = 0;
  const known = new Map<string, CelValue>();
  const lookUp = new Map(named.map(({ name, compiled }) => [name, compiled]));
  const find = (key: CelValue): CelValue | undefined => {
    const compiled = typeof key === 'string' ? lookUp.get(key) : undefined;
    if (typeof key !== 'string' || !compiled) return undefined;
    const before = known.get(key);
    if (before !== undefined) return before;
    const value = valueOfVariable(key, compiled);
    known.set(key, value);
    return value;
  };
  const valueOfVariable = (name: string, { program, problem }: CompiledExpression): CelValue => {
    if (!program) return fault(`composited variable ${JSON.stringify(name)} fails to compile: ${problem ?? ''}`);
    const { value, cost } = evaluate(program, variables, CALL_LIMIT);
    spent += cost;
    return isFault(value)
      ? fault(`composited variable ${JSON.stringify(name)} fails to evaluate: ${value.message}`)
      : value;
  };
  const whole: CelMap = { kind: 'map', size: lookUp.size, find, keys: () => [...lookUp.keys()] };
  const ofInput = inputVariables(input);
  const variables: Variables = (name) => (name === 'variables' ? whole : ofInput(name));
  return {
    variables,
    takeCost: () => {
      const cost = spent;
      spent = 0;
      return cost;
    },
  };
}

/** Each is converted once, when it is asked for. */
function inputVariables(input: PolicyInput): Variables {
  const known = new Map<string, CelValue>();
  const { authority, requestResource } = input;
  const make = (name: string): CelValue | undefined => {
    const json = (value: JsonValue): CelValue => valueOfJson(value);
    switch (name) {
      case 'object':
      case 'oldObject':
      case 'params':
      case 'request':
      case 'namespaceObject':
        return json(input[name]);
      case 'authorizer':
        return authority && authorizerValue(authority);
      case 'authorizer.requestResource':
        return authority && resourceCheckValue(authority, requestResource);
      default:
        return undefined;
    }
  };
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const value = make(name);
    if (value !== undefined) known.set(name, value);
    return value;
  };
}
