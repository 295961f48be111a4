// The rules for what makes pods (k8s.io/kubernetes pkg/apis/apps/validation and batch/validation): selector, template,
// and what may not change later.
import { equalJson, getList, getObject, getString, isJsonObject } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { forbiddenField, invalidValue, notSupported, requiredValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { labelErrors } from '../validation/metadata.ts';
import { templateErrors } from './validatePodSpec.ts';

/** A count that must not be negative. */
export function countErrors(spec: JsonObject, name: string): FieldError[] {
  const value = spec[name];
  return typeof value === 'number' && value < 0 ? [invalidValue(`spec.${name}`, value, 'must be greater than or equal to 0')] : [];
}

/** Selector and template of a Deployment, ReplicaSet, StatefulSet or DaemonSet; `noun` names the kind where upstream does. */
export function selectorAndTemplateErrors(object: JsonObject, noun: string): FieldError[] {
  const spec = getObject(object, 'spec') ?? {};
  const selector = getObject(spec, 'selector');
  const template = getObject(spec, 'template');
  const errors: FieldError[] = [];
  if (!selector) errors.push(requiredValue('spec.selector'));
  else {
    errors.push(...labelErrors(getObject(selector, 'matchLabels'), 'spec.selector.matchLabels'));
    if (isEmpty(selector)) errors.push(invalidValue('spec.selector', selector, `empty selector is invalid for ${noun}`));
  }
  errors.push(...matchErrors(selector, template), ...templateErrors(template, 'spec.template'));
  const policy = getString(template, 'spec', 'restartPolicy');
  if (policy !== undefined && policy !== 'Always') errors.push(notSupported('spec.template.spec.restartPolicy', policy, ['Always']));
  return errors;
}

function isEmpty(selector: JsonObject): boolean {
  return Object.keys(getObject(selector, 'matchLabels') ?? {}).length === 0 && (getList(selector, 'matchExpressions') ?? []).length === 0;
}

/** A selector must choose the pods of its own template. No selector chooses nothing, an empty one everything. */
export function matchErrors(selector: JsonObject | undefined, template: JsonObject | undefined): FieldError[] {
  const labels = getObject(template, 'metadata', 'labels');
  if (selector && selects(selector, labels ?? {})) return [];
  return [invalidValue('spec.template.metadata.labels', labels, '`selector` does not match template `labels`')];
}

function selects(selector: JsonObject, labels: JsonObject): boolean {
  const equal = Object.entries(getObject(selector, 'matchLabels') ?? {}).every(([key, value]) => labels[key] === value);
  return equal && (getList(selector, 'matchExpressions') ?? []).filter(isJsonObject).every((each) => holds(each, labels));
}

function holds(expression: JsonObject, labels: JsonObject): boolean {
  const value = labels[getString(expression, 'key') ?? ''];
  const values = getList(expression, 'values') ?? [];
  switch (getString(expression, 'operator')) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}

/** Fields of the spec that stay as they were made. */
export function fixedErrors(object: JsonObject, old: JsonObject, ...names: readonly string[]): FieldError[] {
  return names.flatMap((name) => {
    const [now, before] = [specField(object, name), specField(old, name)];
    return equalJson(now ?? null, before ?? null) ? [] : [invalidValue(`spec.${name}`, now, 'field is immutable')];
  });
}

function specField(object: JsonObject, name: string): JsonValue | undefined {
  return getObject(object, 'spec')?.[name];
}

const STATEFUL_FIELDS = ['replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy', 'minReadySeconds'];

/** Of a StatefulSet's spec, these may change. */
export function statefulSetUpdateErrors(object: JsonObject, old: JsonObject): FieldError[] {
  const rest = (of: JsonObject): JsonObject => Object.fromEntries(Object.entries(getObject(of, 'spec') ?? {}).filter(([name]) => !STATEFUL_FIELDS.includes(name)));
  if (equalJson(rest(object), rest(old))) return [];
  const names = STATEFUL_FIELDS.map((name) => `'${name}'`);
  return [forbiddenField('spec', `updates to statefulset spec for fields other than ${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''} are forbidden`)];
}

/** A Job's pods end: they are not always restarted. */
export function jobTemplateErrors(spec: JsonObject | undefined, field: string): FieldError[] {
  const errors = ['parallelism', 'completions', 'activeDeadlineSeconds', 'backoffLimit', 'ttlSecondsAfterFinished'].flatMap((name) => {
    const value = spec?.[name];
    return typeof value === 'number' && value < 0 ? [invalidValue(`${field}.${name}`, value, 'must be greater than or equal to 0')] : [];
  });
  errors.push(...templateErrors(getObject(spec, 'template'), `${field}.template`));
  const policy = getString(spec, 'template', 'spec', 'restartPolicy') ?? '';
  if (policy === 'Always' || policy === '') errors.push(requiredValue(`${field}.template.spec.restartPolicy`, 'valid values: "OnFailure", "Never"'));
  return errors;
}
