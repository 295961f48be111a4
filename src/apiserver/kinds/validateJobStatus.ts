// What an update of the status of a Job may not do (k8s.io/kubernetes pkg/apis/batch/validation ValidateJobStatusUpdate, with
// the options of its strategy).
import { equalJson, getList, getObject, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { duplicateValue, invalidField, invalidValue, requiredValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { nonNegative, textAt } from '../validation/values.ts';
import { commonIndex, parseIndexes } from './jobIndexes.ts';

interface State {
  readonly status: JsonObject;
  readonly complete: boolean;
  readonly failed: boolean;
  readonly failing: boolean;
  readonly succeeding: boolean;
  readonly finished: boolean;
  readonly count: (field: string) => number;
  readonly time: (field: 'startTime' | 'completionTime') => string;
}

function stateOf(job: JsonObject): State {
  const status = getObject(job, 'status') ?? {};
  const is = (type: string): boolean =>
    (getList(status, 'conditions') ?? []).some(
      (each) => getString(each, 'type') === type && getString(each, 'status') === 'True',
    );
  const [complete, failed] = [is('Complete'), is('Failed')];
  return {
    status,
    complete,
    failed,
    failing: is('FailureTarget'),
    succeeding: is('SuccessCriteriaMet'),
    finished: complete || failed,
    count: (field) => Number(status[field] ?? 0),
    time: (field) => textAt(status, field),
  };
}

const AT = 'status.conditions';
/** A rule that is not kept; false says that all is well. */
type Rule = readonly [isBroken: boolean, error: () => FieldError];

const broken = (rules: readonly Rule[]): FieldError[] =>
  rules.flatMap(([isBroken, error]) => (isBroken ? [error()] : []));

export function jobStatusErrors(job: JsonObject, old: JsonObject): FieldError[] {
  const [now, then] = [stateOf(job), stateOf(old)];
  return [
    ...nonNegative(now.status, ['active', 'succeeded', 'failed', 'ready', 'terminating'], 'status'),
    ...uncountedErrors(now.status),
    ...broken(conditionRules(now, then)),
    ...indexErrors(job, now, then),
    ...broken(finishedRules(job, now, then)),
    ...broken(changeRules(job, old, now, then)),
  ];
}

/** Pods that are gone and not counted yet, each once. */
function uncountedErrors(status: JsonObject): FieldError[] {
  const seen = new Set<string>();
  return ['succeeded', 'failed'].flatMap((list) =>
    (getList(status, 'uncountedTerminatedPods', list) ?? []).map(String).flatMap((uid, i) => {
      const at = `status.uncountedTerminatedPods.${list}[${i}]`;
      if (uid === '') return [invalidValue(at, uid, 'must not be empty')];
      if (seen.has(uid)) return [duplicateValue(at, uid)];
      seen.add(uid);
      return [];
    }),
  );
}

/** Lists of indexes, where they were changed. */
function indexErrors(job: JsonObject, now: State, then: State): FieldError[] {
  const spec = getObject(job, 'spec') ?? {};
  const completions = typeof spec['completions'] === 'number' ? spec['completions'] : undefined;
  const completed = textAt(now.status, 'completedIndexes');
  const failed = typeof now.status['failedIndexes'] === 'string' ? now.status['failedIndexes'] : undefined;
  const isCompletedNew = completed !== textAt(then.status, 'completedIndexes');
  const isFailedNew = failed !== then.status['failedIndexes'];
  const errors: FieldError[] = [];
  const wrong = (field: string, value: string, why: string): void => {
    errors.push(invalidValue(`status.${field}`, value, why));
  };
  const parsed = (field: string, value: string): void => {
    const result = parseIndexes(value, completions ?? 0);
    if ('error' in result) wrong(field, value, `error parsing ${field}: ${result.error}`);
  };
  if (isCompletedNew && completions !== undefined) parsed('completedIndexes', completed);
  const isPerIndex = spec['backoffLimitPerIndex'] !== undefined;
  if (isFailedNew && completions !== undefined && isPerIndex && failed !== undefined) parsed('failedIndexes', failed);
  if (isCompletedNew && completed !== '' && spec['completionMode'] !== 'Indexed')
    wrong('completedIndexes', completed, 'cannot set non-empty completedIndexes when non-indexed completion mode');
  if (failed === undefined) return errors;
  if (isFailedNew && !isPerIndex)
    wrong('failedIndexes', failed, 'cannot set non-null failedIndexes when backoffLimitPerIndex is null');
  const common = completions === undefined ? undefined : commonIndex(completed, failed, completions);
  if ((isFailedNew || isCompletedNew) && common !== undefined)
    wrong('failedIndexes', failed, `failedIndexes and completedIndexes overlap at index: ${common}`);
  return errors;
}

function conditionRules(now: State, then: State): Rule[] {
  const completed = now.complete !== then.complete;
  const timed = completed || now.time('completionTime') !== then.time('completionTime');
  const [start, end] = [Date.parse(now.time('startTime')), Date.parse(now.time('completionTime'))];
  const completion = now.status['completionTime'];
  const says = (words: string) => () => invalidField(AT, words);
  const unfit = (words: string) => () => invalidValue('status.completionTime', completion, words);
  return [
    [
      (completed || now.failed !== then.failed) && now.complete && now.failed,
      says('cannot set Complete=True and Failed=true conditions'),
    ],
    [
      (completed || now.failing !== then.failing) && now.complete && now.failing,
      says('cannot set Complete=True and FailureTarget=true conditions'),
    ],
    [
      timed && completion !== undefined && !now.complete,
      unfit('cannot set completionTime when there is no Complete=True condition'),
    ],
    [
      timed && completion === undefined && now.complete,
      () => requiredValue('status.completionTime', 'completionTime is required for Complete jobs'),
    ],
    [
      (timed || now.time('startTime') !== then.time('startTime')) && end < start,
      unfit('must be equal to or after `startTime`'),
    ],
    [
      now.failed !== then.failed && now.failed && !now.failing,
      says('cannot set Failed=True condition without the FailureTarget=true condition'),
    ],
    [
      (completed || now.succeeding !== then.succeeding) && now.complete && !now.succeeding,
      says('cannot set Complete=True condition without the SuccessCriteriaMet=true condition'),
    ],
  ];
}

function finishedRules(job: JsonObject, now: State, then: State): Rule[] {
  const ended = now.finished !== then.finished;
  const moved = (field: string): boolean => !equalJson(now.status[field] ?? null, then.status[field] ?? null);
  const value = (field: string, words: string) => () => invalidValue(`status.${field}`, now.status[field], words);
  const spec = getObject(job, 'spec') ?? {};
  const isEmpty = spec['suspend'] === true && spec['completions'] === 0;
  const uncounted = getObject(now.status, 'uncountedTerminatedPods') ?? {};
  const left = ['succeeded', 'failed'].some((field) => (getList(uncounted, field) ?? []).length > 0);
  return [
    [
      (ended || moved('active')) && now.finished && now.count('active') > 0,
      value('active', 'active>0 is invalid for finished job'),
    ],
    [
      (ended || moved('startTime')) && !isEmpty && now.finished && now.time('startTime') === '',
      () => requiredValue('status.startTime', 'startTime is required for finished job'),
    ],
    [
      (ended || moved('uncountedTerminatedPods')) && now.finished && left,
      value('uncountedTerminatedPods', 'must be empty for finished job'),
    ],
    [
      (ended || moved('terminating')) && now.finished && now.count('terminating') > 0,
      value('terminating', 'terminating>0 is invalid for finished job'),
    ],
    [
      (moved('ready') || moved('active')) && now.count('ready') > now.count('active'),
      value('ready', 'cannot set more ready pods than active'),
    ],
    [
      now.succeeding && now.failed,
      () => invalidField(AT, 'cannot set SuccessCriteriaMet=True and Failed=true conditions'),
    ],
    [
      now.succeeding && now.failing,
      () => invalidField(AT, 'cannot set SuccessCriteriaMet=True and FailureTarget=true conditions'),
    ],
    [
      getObject(spec, 'successPolicy') !== undefined && !now.succeeding && now.complete,
      () => invalidField(AT, 'cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True'),
    ],
  ];
}

function changeRules(job: JsonObject, old: JsonObject, now: State, then: State): Rule[] {
  const spec = getObject(job, 'spec') ?? {};
  const isScaled = spec['completionMode'] === 'Indexed' && spec['completions'] === spec['parallelism'];
  const less = (field: string): boolean => now.count(field) < then.count(field);
  const value = (field: string, words: string) => () => invalidValue(`status.${field}`, now.status[field], words);
  const lost = (type: string) => () => invalidField(AT, `cannot disable the terminal ${type}=True condition`);
  const [was, is] = [then.time('completionTime'), now.time('completionTime')];
  const isMoved = then.time('startTime') !== '' && then.time('startTime') !== now.time('startTime');
  return [
    [then.failed && !now.failed, lost('Failed')],
    [then.complete && !now.complete, lost('Complete')],
    [then.failing && !now.failing, lost('FailureTarget')],
    [less('failed'), value('failed', 'cannot decrease the failed counter')],
    [!isScaled && less('succeeded'), value('succeeded', 'cannot decrease the succeeded counter')],
    [was !== '' && is !== '' && was !== is, value('completionTime', 'field is immutable')],
    [
      isMoved && !isResuming(job, old) && spec['suspend'] !== true,
      value('startTime', 'field is immutable for unsuspended job once set'),
    ],
    [
      then.succeeding && !now.succeeding,
      () => invalidField(AT, 'cannot disable the SuccessCriteriaMet=True condition'),
    ],
    [
      then.complete && !then.succeeding && now.succeeding,
      () => invalidField(AT, 'cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions'),
    ],
  ];
}

function isResuming(job: JsonObject, old: JsonObject): boolean {
  const suspended = (of: JsonObject, status: string): boolean =>
    (getList(of, 'status', 'conditions') ?? []).some(
      (each) => getString(each, 'type') === 'Suspended' && getString(each, 'status') === status,
    );
  return suspended(old, 'True') && suspended(job, 'False');
}
