// Runs the recorded results of Flux' expressions (golden/cel.jsonl): health checks, booleans, readyExpr.
import { compileCondition, evaluateCondition, parseExpression } from '../../../src/cel/fluxExpression.ts';
import type { FluxExpression } from '../../../src/cel/fluxExpression.ts';
import { evaluateHealth, ruleOf } from '../../../src/health/expressions.ts';
import { getObject, getString } from '../../../src/model/json.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { GoldenResult, GoldenRunner } from '../golden.ts';

interface Outcome {
  readonly result?: string | boolean;
  readonly error?: string;
  readonly stage?: 'compile' | 'evaluate';
}

export const runners: Record<string, GoldenRunner> = {
  health: (record) => compare(record, health(record)),
  bool: (record) =>
    compare(record, outcome(parseExpression(getString(record, 'expr') ?? ''), getObject(record, 'object') ?? {})),
  'ready-expr': (record) =>
    compare(
      record,
      outcome(compileCondition(getString(record, 'expr') ?? '', ['self', 'dep']), {
        self: record['self'] ?? {},
        dep: record['dep'] ?? {},
      }),
    ),
};

function health(record: JsonObject): Outcome {
  const { current = '', failed = '', in_progress: inProgress = '' } = record;
  const rule = ruleOf({ current, failed, inProgress });
  if ('problem' in rule) return { error: rule.problem, stage: 'compile' };
  const { status, message } = evaluateHealth(rule, getObject(record, 'object') ?? {});
  return status === 'Unknown' ? { error: message, stage: 'evaluate' } : { result: status };
}

function outcome(program: FluxExpression, data: JsonObject): Outcome {
  if ('problem' in program) return { error: program.problem, stage: 'compile' };
  const result = evaluateCondition(program, data);
  return typeof result === 'boolean' ? { result } : { error: result.message, stage: 'evaluate' };
}

/** Errors by their presence and stage, results exactly. */
function compare(record: JsonObject, { result, error, stage }: Outcome): GoldenResult {
  const want = record['error'] ?? record['status'] ?? record['result'];
  if (record['error'] === undefined)
    return result === want ? undefined : `got ${String(result ?? error)}, want ${String(want)}`;
  if (error !== undefined && stage === record['stage']) return undefined;
  return `got ${String(error ?? result)} (${stage ?? 'result'}), want ${String(want)} (${String(record['stage'])})`;
}
