// The rules for Jobs and CronJobs (k8s.io/kubernetes pkg/apis/batch/validation).
import { getList, getObject, getString, isJsonObject } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { labelNameErrors } from '../../model/names.ts';
import { invalidValue, notSupported, requiredValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { internalValue } from '../validation/goInternal.ts';
import { podTemplateErrors } from '../validation/podSpec.ts';
import { isUsable, selectorErrors, selectorMatches } from '../validation/selector.ts';
import { immutableField, nonNegative, textAt } from '../validation/values.ts';
import { failurePolicyErrors, managerErrors, replacementErrors, successPolicyErrors } from './validateJobPolicies.ts';
import { matchErrors } from './validateWorkload.ts';

const COUNTS = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
];
const MODES = ['NonIndexed', 'Indexed'];
/** What a Job writes into the labels of its pods, and what stands there. */
const GENERATED: readonly (readonly [label: string, field: 'uid' | 'name'])[] = [
  ['controller-uid', 'uid'],
  ['job-name', 'name'],
];

const specOf = (object: JsonObject): JsonObject => getObject(object, 'spec') ?? {};

export function jobErrors(object: JsonObject, old: JsonObject | undefined): FieldError[] {
  const created = [...generatedSelectorErrors(object), ...specErrors(specOf(object)), ...hostnameErrors(object)];
  // Updates are looked at twice, first as if the Job were made anew.
  return old ? [...created, ...specErrors(specOf(object)), ...changeErrors(specOf(object), specOf(old), old)] : created;
}

/** The pods of a Job with indexes have them behind its name. */
function hostnameErrors(object: JsonObject): FieldError[] {
  const [spec, name] = [specOf(object), getString(object, 'metadata', 'name') ?? ''];
  const completions = Number(spec['completions'] ?? 0);
  const host = `${name}-${completions - 1}`;
  if (spec['completionMode'] !== 'Indexed' || completions <= 0 || labelNameErrors(host).length === 0) return [];
  return [invalidValue('metadata.name', name, `will not able to create pod with invalid DNS label: ${host}`)];
}

function specErrors(spec: JsonObject): FieldError[] {
  const selector = getObject(spec, 'selector');
  return [
    ...templateErrors(spec, 'spec'),
    ...(selector ? selectorErrors(selector, 'spec.selector') : [requiredValue('spec.selector')]),
    ...matchErrors(selector, getObject(spec, 'template')),
  ];
}

/** Labels and selector that the server itself makes, unless the Job says that its selector is its own. */
function generatedSelectorErrors(object: JsonObject): FieldError[] {
  const spec = specOf(object);
  const selector = getObject(spec, 'selector');
  if (spec['manualSelector'] === true || !selector) return [];
  const labels = getObject(spec, 'template', 'metadata', 'labels') ?? {};
  const wanted = ['', 'batch.kubernetes.io/'].flatMap((prefix) =>
    GENERATED.map(([label, field]) => [`${prefix}${label}`, getString(object, 'metadata', field) ?? ''] as const),
  );
  const errors = wanted.flatMap(([label, value]) => {
    const at = `spec.template.metadata.labels[${label}]`;
    if (labels[label] === undefined) return [requiredValue(at, `must be '${value}'`)];
    return labels[label] === value ? [] : [invalidValue(at, labels, `must be '${value}'`)];
  });
  const expected = {
    'controller-uid': getString(object, 'metadata', 'uid') ?? '',
    'batch.kubernetes.io/controller-uid': getString(object, 'metadata', 'uid') ?? '',
  };
  if (
    isUsable(selector) &&
    !selectorMatches(selector, {
      ...expected,
      'job-name': getString(object, 'metadata', 'name') ?? '',
      'batch.kubernetes.io/job-name': getString(object, 'metadata', 'name') ?? '',
    })
  ) {
    errors.push(invalidValue('spec.selector', selector, '`selector` not auto-generated'));
  }
  return errors;
}

/** The part that Jobs and templates of Jobs share. */
function templateErrors(spec: JsonObject, path: string): FieldError[] {
  const errors = nonNegative(spec, COUNTS, path);
  if (spec['maxFailedIndexes'] !== undefined && spec['backoffLimitPerIndex'] === undefined)
    errors.push(requiredValue(`${path}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified'));
  errors.push(...managerErrors(spec, path), ...modeErrors(spec, path), ...failurePolicyErrors(spec, path));
  errors.push(...successPolicyErrors(spec, path), ...replacementErrors(spec, path));
  const template = getObject(spec, 'template') ?? {};
  const [policy, at] = [getString(template, 'spec', 'restartPolicy') ?? '', `${path}.template.spec.restartPolicy`];
  errors.push(...podTemplateErrors(template, `${path}.template`));
  if (policy === '' || policy === 'Always') errors.push(requiredValue(at, 'valid values: "OnFailure", "Never"'));
  else if (policy !== 'OnFailure' && policy !== 'Never') errors.push(notSupported(at, policy, ['OnFailure', 'Never']));
  else if (getObject(spec, 'podFailurePolicy') && policy !== 'Never')
    errors.push(invalidValue(at, policy, 'only "Never" is supported when podFailurePolicy is specified'));
  return errors;
}

/** What belongs to Jobs that count their pods, and to those that do not. */
function modeErrors(spec: JsonObject, path: string): FieldError[] {
  const mode = spec['completionMode'];
  const errors: FieldError[] = [];
  if (typeof mode === 'string' && !MODES.includes(mode))
    errors.push(notSupported(`${path}.completionMode`, mode, MODES));
  if (mode === 'Indexed') errors.push(...indexedErrors(spec, path));
  if (mode === undefined || mode === 'NonIndexed')
    for (const field of ['backoffLimitPerIndex', 'maxFailedIndexes'])
      if (spec[field] !== undefined)
        errors.push(invalidValue(`${path}.${field}`, spec[field], 'requires indexed completion mode'));
  return errors;
}

const MANY = 100_000;
const FEW = 10_000;

function indexedErrors(spec: JsonObject, path: string): FieldError[] {
  const [completions, parallelism, failed] = ['completions', 'parallelism', 'maxFailedIndexes'].map(
    (field) => spec[field],
  );
  const errors: FieldError[] = [];
  const over = (field: string, limit: number, when: string): void => {
    if (Number(spec[field] ?? 0) > limit)
      errors.push(invalidValue(`${path}.${field}`, spec[field], `must be less than or equal to ${limit}${when}`));
  };
  if (completions === undefined) errors.push(requiredValue(`${path}.completions`, 'when completion mode is Indexed'));
  over('parallelism', MANY, ' when completion mode is Indexed');
  if (typeof completions === 'number' && typeof failed === 'number' && failed > completions)
    errors.push(invalidValue(`${path}.maxFailedIndexes`, failed, 'must be less than or equal to completions'));
  over('maxFailedIndexes', MANY, '');
  if (Number(completions ?? 0) <= MANY || spec['backoffLimitPerIndex'] === undefined) return errors;
  const high = ` when completions are above ${MANY} and used with backoff limit per index`;
  if (failed === undefined)
    errors.push(requiredValue(`${path}.maxFailedIndexes`, `must be specified when completions is above ${MANY}`));
  if (parallelism !== undefined) over('parallelism', FEW, high);
  over('maxFailedIndexes', FEW, high);
  return errors;
}

function changeErrors(spec: JsonObject, old: JsonObject, job: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  if (spec['completionMode'] !== 'Indexed')
    errors.push(...immutableField(spec['completions'], old['completions'], 'spec.completions'));
  else if (spec['completions'] !== old['completions'] && spec['completions'] !== spec['parallelism'])
    errors.push(
      invalidValue('spec.completions', spec['completions'], 'can only be modified in tandem with spec.parallelism'),
    );
  errors.push(
    ...immutableField(spec['selector'], old['selector'], 'spec.selector'),
    ...templateChangeErrors(spec, old, job),
  );
  for (const field of ['completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy', 'successPolicy'])
    errors.push(...immutableField(spec[field], old[field], `spec.${field}`));
  return errors;
}

/** A suspended Job that runs nothing may still be moved elsewhere, and be given other resources. */
function isMutable(old: JsonObject): boolean {
  const status = getObject(old, 'status') ?? {};
  const wasSuspended = (getList(status, 'conditions') ?? []).some(
    (each) => getString(each, 'type') === 'Suspended' && getString(each, 'status') === 'True',
  );
  return (
    specOf(old)['suspend'] === true &&
    (status['startTime'] === undefined || wasSuspended) &&
    Number(status['active'] ?? 0) === 0
  );
}

function templateChangeErrors(spec: JsonObject, old: JsonObject, job: JsonObject): FieldError[] {
  if (isMutable(job)) {
    const [now, before] = [fixedPart(spec['template']), fixedPart(old['template'])];
    return immutableField(now, before, 'spec.template.spec').map(() =>
      invalidValue(
        'spec.template.spec',
        internalValue('core.PodSpec', getObject(spec, 'template', 'spec')),
        'field is immutable',
      ),
    );
  }
  const changed = immutableField(spec['template'], old['template'], 'spec.template');
  return changed.map(() =>
    invalidValue('spec.template', internalValue('core.PodTemplateSpec', spec['template']), 'field is immutable'),
  );
}

/** What of a template stays fixed while its Job is suspended. */
function fixedPart(template: JsonValue | undefined): JsonObject {
  const {
    affinity,
    nodeSelector: _1,
    tolerations: _2,
    schedulingGates: _3,
    ...spec
  } = getObject(template, 'spec') ?? {};
  const { nodeAffinity: _4, ...others } = isJsonObject(affinity) ? affinity : {};
  const resourceless = (field: string): JsonValue =>
    (getList(spec, field) ?? []).map((each) => ({ ...(isJsonObject(each) ? each : {}), resources: {} }));
  return {
    ...spec,
    ...(Object.keys(others).length > 0 ? { affinity: others } : {}),
    containers: resourceless('containers'),
    initContainers: resourceless('initContainers'),
  };
}

export function cronJobErrors(object: JsonObject, old: JsonObject | undefined): FieldError[] {
  const spec = specOf(object);
  const schedule = textAt(spec, 'schedule');
  const errors = schedule === '' ? [requiredValue('spec.schedule')] : scheduleErrors(schedule);
  if (schedule.includes('TZ'))
    errors.push(
      invalidValue('spec.schedule', schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'),
    );
  errors.push(...nonNegative(spec, ['startingDeadlineSeconds'], 'spec'));
  if (!old || specOf(old)['timeZone'] !== spec['timeZone']) errors.push(...timeZoneErrors(spec['timeZone']));
  const policy = textAt(spec, 'concurrencyPolicy');
  if (!['Allow', 'Forbid', 'Replace'].includes(policy))
    errors.push(
      policy === ''
        ? requiredValue('spec.concurrencyPolicy')
        : notSupported('spec.concurrencyPolicy', policy, ['Allow', 'Forbid', 'Replace']),
    );
  const template = getObject(spec, 'jobTemplate', 'spec') ?? {};
  errors.push(...templateErrors(template, 'spec.jobTemplate.spec'));
  if (template['selector'] !== undefined)
    errors.push(
      invalidValue('spec.jobTemplate.spec.selector', template['selector'], '`selector` will be auto-generated'),
    );
  if (template['manualSelector'] === true)
    errors.push(notSupported('spec.jobTemplate.spec.manualSelector', true, ['nil', 'false']));
  errors.push(...nonNegative(spec, ['successfulJobsHistoryLimit', 'failedJobsHistoryLimit'], 'spec'));
  const name = getString(object, 'metadata', 'name') ?? '';
  if (!old && name.length > 52) errors.push(invalidValue('metadata.name', name, 'must be no more than 52 characters'));
  return errors;
}

const ZONE_PART = /^[A-Za-z.\-_0-9+]{1,14}$/;

function timeZoneErrors(zone: JsonValue | undefined): FieldError[] {
  if (typeof zone !== 'string') return [];
  const wrong = (why: string): FieldError => invalidValue('spec.timeZone', zone, why);
  if (zone === '') return [wrong('timeZone must be nil or non-empty string')];
  const isOdd = (part: string): boolean =>
    part === '.' || part === '..' || part.startsWith('-') || !ZONE_PART.test(part);
  if (zone.split('/').some(isOdd)) return [wrong(`unknown time zone ${zone}`)];
  if (zone.toLowerCase() === 'local')
    return [wrong('timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones')];
  try {
    Intl.DateTimeFormat('en', { timeZone: zone });
    return [];
  } catch (error) {
    if (error instanceof RangeError) return [wrong(`unknown time zone ${zone}`)];
    throw error;
  }
}

/** The words of the parser for the mistake that is made most: too many or too few fields. */
function scheduleErrors(schedule: string): FieldError[] {
  if (schedule.startsWith('@')) return [];
  const fields = schedule.trim().split(/\s+/);
  if (fields.length === 5) return [];
  return [
    invalidValue('spec.schedule', schedule, `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`),
  ];
}
