// What makes a HorizontalPodAutoscaler invalid (k8s.io/kubernetes pkg/apis/autoscaling/validation).
import type { JsonObject } from '../../model/json.ts';
import { forbiddenField, invalidValue, notSupported, requiredValue } from '../validation/fieldError.ts';
import { labelNameErrors, pathSegmentErrors } from '../../model/names.ts';
import { containerResourceNameErrors } from '../validation/resources.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { textAt } from '../validation/values.ts';
import { parseQuantity } from '../../model/quantity.ts';
import { itemsAt, objectAt, structAt } from './defaulting.ts';

const MAX_WINDOW_SECONDS = 3600;
const MAX_PERIOD_SECONDS = 1800;
/** The field that a type of metric fills in. */
const SOURCES: Readonly<Record<string, string>> = {
  Object: 'object',
  External: 'external',
  Pods: 'pods',
  Resource: 'resource',
  ContainerResource: 'containerResource',
};
const NEEDED = 'must populate information for the given metric source';

/** The object has the stored version, v2. */
export function autoscalerErrors(object: JsonObject): FieldError[] {
  const spec = structAt(object, 'spec');
  const [min, max] = [Number(spec['minReplicas'] ?? 1), Number(spec['maxReplicas'] ?? 0)];
  const errors: FieldError[] = [];
  if (min < 1) errors.push(invalidValue('spec.minReplicas', min, 'must be greater than or equal to 1'));
  if (max === 0) errors.push(requiredValue('spec.maxReplicas', 'must be set and greater than 0'));
  else if (max < 0) errors.push(invalidValue('spec.maxReplicas', max, 'must be greater than or equal to 1'));
  if (max < min) errors.push(invalidValue('spec.maxReplicas', max, 'must be greater than or equal to `minReplicas`'));
  const target = objectAt(spec, 'scaleTargetRef') ?? {};
  errors.push(...referenceErrors(target, 'spec.scaleTargetRef'), ...versionErrors(textAt(target, 'apiVersion')));
  errors.push(...itemsAt(spec, 'metrics').flatMap((metric, i) => metricErrors(metric, `spec.metrics[${i}]`)));
  for (const direction of ['scaleUp', 'scaleDown'])
    errors.push(...rulesErrors(objectAt(objectAt(spec, 'behavior'), direction), `spec.behavior.${direction}`));
  return errors;
}

/** A text that can stand in a path, and that there must be. */
function segmentErrors(object: JsonObject, field: string, at: string, missing = ''): FieldError[] {
  const text = textAt(object, field);
  if (text === '') return [requiredValue(`${at}.${field}`, missing)];
  return pathSegmentErrors(text).map((error) => invalidValue(`${at}.${field}`, text, error));
}

function referenceErrors(reference: JsonObject, at: string): FieldError[] {
  return ['kind', 'name'].flatMap((field) => segmentErrors(reference, field, at));
}

/** What is scaled is of a group, or of the core one in its only version. */
function versionErrors(apiVersion: string): FieldError[] {
  const [group = '', ...others] = apiVersion.split('/');
  const wrong = (why: string): FieldError[] => [invalidValue('spec.scaleTargetRef.apiVersion', apiVersion, why)];
  if (others.length > 1) return wrong(`unexpected GroupVersion string: ${apiVersion}`);
  return (others.length === 1 && group !== '') || apiVersion === 'v1' ? [] : wrong('apiVersion must specify API group');
}

function metricErrors(metric: JsonObject, at: string): FieldError[] {
  const type = textAt(metric, 'type');
  const errors: FieldError[] = [];
  if (type === '') errors.push(requiredValue(`${at}.type`, 'must specify a metric source type'));
  const expected = Object.hasOwn(SOURCES, type) ? SOURCES[type] : undefined;
  if (expected === undefined) errors.push(notSupported(`${at}.type`, type, Object.keys(SOURCES).toSorted()));
  const present = Object.values(SOURCES).filter((field) => objectAt(metric, field) !== undefined);
  const [first] = present;
  if (first !== undefined) errors.push(...sourceErrors(objectAt(metric, first) ?? {}, first, `${at}.${first}`));
  // Upstream looks at the type twice, and its causes name a bad one twice.
  if (expected === undefined) errors.push(notSupported(`${at}.type`, type, Object.keys(SOURCES).toSorted()));
  else if (!present.includes(expected)) errors.push(requiredValue(`${at}.${expected}`, NEEDED));
  if (present.length !== 1)
    for (const field of present)
      if (field !== expected)
        errors.push(forbiddenField(`${at}.${field}`, 'must populate the given metric source only'));
  return errors;
}

function sourceErrors(source: JsonObject, field: string, at: string): FieldError[] {
  const target = objectAt(source, 'target') ?? {};
  const [value, average, share] = ['value', 'averageValue', 'averageUtilization'].map((each) => target[each]);
  const errors: FieldError[] = [];
  const isResource = field === 'resource' || field === 'containerResource';
  if (isResource) {
    if (textAt(source, 'name') === '') errors.push(requiredValue(`${at}.name`, 'must specify a resource name'));
    if (field === 'containerResource') errors.push(...containerErrors(source, at));
  } else {
    if (field === 'object')
      errors.push(...referenceErrors(objectAt(source, 'describedObject') ?? {}, `${at}.describedObject`));
    errors.push(
      ...segmentErrors(objectAt(source, 'metric') ?? {}, 'name', `${at}.metric`, 'must specify a metric name'),
    );
  }
  errors.push(...targetErrors(target, `${at}.target`));
  if (isResource) {
    if (share === undefined && average === undefined)
      errors.push(
        requiredValue(`${at}.target.averageUtilization`, 'must set either a target raw value or a target utilization'),
      );
    if (share !== undefined && average !== undefined)
      errors.push(
        forbiddenField(`${at}.target.averageValue`, 'may not set both a target raw value and a target utilization'),
      );
    return errors;
  }
  if (field === 'pods' && average === undefined)
    errors.push(requiredValue(`${at}.target.averageValue`, 'must specify a positive target averageValue'));
  if (field !== 'pods' && value === undefined && average === undefined)
    errors.push(
      requiredValue(
        `${at}.target.averageValue`,
        field === 'object'
          ? 'must set either a target value or averageValue'
          : 'must set either a target value for metric or a per-pod target',
      ),
    );
  if (field === 'external' && value !== undefined && average !== undefined)
    errors.push(
      forbiddenField(`${at}.target.value`, 'may not set both a target value for metric and a per-pod target'),
    );
  return errors;
}

function containerErrors(source: JsonObject, at: string): FieldError[] {
  const [name, container] = [textAt(source, 'name'), textAt(source, 'container')];
  return [
    ...(name === '' ? [] : containerResourceNameErrors(name, `${at}.name`)),
    ...(container === ''
      ? [requiredValue(`${at}.container`, 'must specify a container')]
      : labelNameErrors(container).map((error) => invalidValue(`${at}.container`, container, error))),
  ];
}

function targetErrors(target: JsonObject, at: string): FieldError[] {
  const type = textAt(target, 'type');
  const errors: FieldError[] = [];
  if (type === '') errors.push(requiredValue(`${at}.type`, 'must specify a metric target type'));
  if (!['Utilization', 'Value', 'AverageValue'].includes(type))
    errors.push(invalidValue(`${at}.type`, type, 'must be either Utilization, Value, or AverageValue'));
  for (const field of ['value', 'averageValue']) {
    const quantity = parseQuantity(textAt(target, field));
    if (quantity && quantity.nanos <= 0n)
      errors.push(invalidValue(`${at}.${field}`, textAt(target, field), 'must be positive'));
  }
  const share = target['averageUtilization'];
  if (typeof share === 'number' && share < 1)
    errors.push(invalidValue(`${at}.averageUtilization`, share, 'must be greater than 0'));
  return errors;
}

function rulesErrors(rules: JsonObject | undefined, at: string): FieldError[] {
  if (!rules) return [];
  const errors: FieldError[] = [];
  const seconds = Number(rules['stabilizationWindowSeconds'] ?? 0);
  const window = `${at}.stabilizationWindowSeconds`;
  if (seconds < 0) errors.push(invalidValue(window, seconds, 'must be greater than or equal to zero'));
  if (seconds > MAX_WINDOW_SECONDS)
    errors.push(invalidValue(window, seconds, `must be less than or equal to ${MAX_WINDOW_SECONDS}`));
  const select = rules['selectPolicy'];
  if (select !== undefined && !['Disabled', 'Max', 'Min'].includes(String(select)))
    errors.push(notSupported(`${at}.selectPolicy`, select, ['Disabled', 'Max', 'Min']));
  const policies = itemsAt(rules, 'policies');
  if (policies.length === 0) errors.push(requiredValue(`${at}.policies`, 'must specify at least one Policy'));
  const tolerance = parseQuantity(String(rules['tolerance'] ?? '0'))?.nanos ?? 0n;
  return [
    ...errors,
    ...policies.flatMap((policy, i) => policyErrors(policy, `${at}.policies[${i}]`)),
    ...(tolerance < 0n
      ? [invalidValue(`${at}.tolerance`, rules['tolerance'], 'must be greater than or equal to 0')]
      : []),
  ];
}

function policyErrors(policy: JsonObject, at: string): FieldError[] {
  const [type, value, period] = [textAt(policy, 'type'), Number(policy['value'] ?? 0), policy['periodSeconds'] ?? 0];
  const errors: FieldError[] = [];
  if (type !== 'Pods' && type !== 'Percent') errors.push(notSupported(`${at}.type`, type, ['Percent', 'Pods']));
  if (value <= 0) errors.push(invalidValue(`${at}.value`, value, 'must be greater than zero'));
  if (Number(period) <= 0) errors.push(invalidValue(`${at}.periodSeconds`, period, 'must be greater than zero'));
  if (Number(period) > MAX_PERIOD_SECONDS)
    errors.push(invalidValue(`${at}.periodSeconds`, period, `must be less than or equal to ${MAX_PERIOD_SECONDS}`));
  return errors;
}
