// Defaults of network, scaling, disruption, priority and webhook kinds.
import { getList } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { itemsAt, objectAt, setDefault, setDefaults, structAt } from './defaulting.ts';
import { forbiddenField, invalidValue, notSupported, requiredValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { internalValue } from '../validation/goInternal.ts';
import { selectorErrors } from '../validation/selector.ts';
import { conditionErrors } from '../validation/conditions.ts';
import { countOrPercentErrors, immutableField, nonNegative, overHundredErrors, textAt } from '../validation/values.ts';
import { convertAutoscaler, CPU_UTILIZATION, cpuMetric } from './convertAutoscaler.ts';
import type { KindRules } from './kind.ts';
import { forbidSecondDefault, SYSTEM_CLASSES } from './priority.ts';
import { autoscalerErrors } from './validateAutoscaler.ts';
import { networkPolicyErrors } from './validateNetworkPolicy.ts';

export const networkPolicy: KindRules = {
  default: (object) => {
    const spec = structAt(object, 'spec');
    if ((getList(spec, 'policyTypes') ?? []).length === 0)
      spec['policyTypes'] = itemsAt(spec, 'egress').length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
    for (const rule of [...itemsAt(spec, 'ingress'), ...itemsAt(spec, 'egress')])
      for (const port of itemsAt(rule, 'ports')) setDefault(port, 'protocol', 'TCP');
  },
  countsEmpty: true,
  generation: 'spec',
  validate: (object, _context, old) => networkPolicyErrors(object, old),
};

export const disruptionBudget: KindRules = {
  unconditionalUpdate: false,
  validate: (object) => budgetErrors(structAt(object, 'spec')),
  validateStatusUpdate: (object) => [
    ...conditionErrors(structAt(object, 'status'), 'status'),
    ...nonNegative(
      structAt(object, 'status'),
      ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'],
      'status',
    ),
  ],
  prepareForCreate: (object) => {
    object['status'] = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };
  },
  generation: 'spec',
};

function budgetErrors(spec: JsonObject): FieldError[] {
  const fields = ['minAvailable', 'maxUnavailable'].filter((field) => spec[field] !== undefined);
  const errors =
    fields.length === 2
      ? [
          invalidValue(
            'spec',
            internalValue('policy.PodDisruptionBudgetSpec', spec),
            'minAvailable and maxUnavailable cannot be both set',
          ),
        ]
      : [];
  errors.push(
    ...fields.flatMap((field) => [
      ...countOrPercentErrors(spec[field], `spec.${field}`),
      ...overHundredErrors(spec[field], `spec.${field}`),
    ]),
  );
  errors.push(...selectorErrors(objectAt(spec, 'selector'), 'spec.selector'));
  const policy = spec['unhealthyPodEvictionPolicy'];
  if (policy !== undefined && policy !== 'IfHealthyBudget' && policy !== 'AlwaysAllow')
    errors.push(notSupported('spec.unhealthyPodEvictionPolicy', policy, ['AlwaysAllow', 'IfHealthyBudget']));
  return errors;
}

export const horizontalPodAutoscaler: KindRules = {
  convert: convertAutoscaler,
  // A list of policies that was sent empty is refused, one that was not sent is defaulted.
  countsEmpty: true,
  default: (object, version) => {
    const spec = structAt(object, 'spec');
    setDefault(spec, 'minReplicas', 1);
    if (version === 'v1') {
      // Other metrics ride in an annotation.
      const annotations = objectAt(objectAt(object, 'metadata'), 'annotations');
      if (annotations?.['autoscaling.alpha.kubernetes.io/metrics'] === undefined)
        setDefault(spec, 'targetCPUUtilizationPercentage', CPU_UTILIZATION);
      return;
    }
    if (itemsAt(spec, 'metrics').length === 0) delete spec['metrics'];
    setDefault(spec, 'metrics', () => [cpuMetric(CPU_UTILIZATION)]);
    const behavior = objectAt(spec, 'behavior');
    if (behavior) defaultBehavior(behavior);
  },
  prepareForCreate: (object) => {
    object['status'] = { desiredReplicas: 0, currentMetrics: null };
  },
  validate: autoscalerErrors,
  validateStatusUpdate: (object) =>
    nonNegative(structAt(object, 'status'), ['currentReplicas', 'desiredReplicas'], 'status'),
};

function defaultBehavior(behavior: JsonObject): void {
  setDefaults(structAt(behavior, 'scaleUp'), {
    stabilizationWindowSeconds: 0,
    selectPolicy: 'Max',
    policies: () => [
      { type: 'Pods', value: 4, periodSeconds: 15 },
      { type: 'Percent', value: 100, periodSeconds: 15 },
    ],
  });
  setDefaults(structAt(behavior, 'scaleDown'), {
    selectPolicy: 'Max',
    policies: () => [{ type: 'Percent', value: 100, periodSeconds: 15 }],
  });
}

const MAX_PRIORITY = 1_000_000_000;

export const priorityClass: KindRules = {
  default: (object) => {
    setDefaults(object, { preemptionPolicy: 'PreemptLowerPriority' });
  },
  // It starts at 1, and nothing moves it.
  generation: () => false,
  forbid: forbidSecondDefault,
  validate: (object, _context, old) => (old ? [] : priorityErrors(object)),
  validateUpdate: (object, old) => [
    ...(Number(object['value'] ?? 0) === Number(old['value'] ?? 0)
      ? []
      : [forbiddenField('value', 'may not be changed in an update.')]),
    ...immutableField(object['preemptionPolicy'], old['preemptionPolicy'], 'preemptionPolicy'),
  ],
};

function priorityErrors(object: JsonObject): FieldError[] {
  const [name, value] = [textAt(objectAt(object, 'metadata'), 'name'), Number(object['value'] ?? 0)];
  const errors: FieldError[] = [];
  if (name.startsWith('system-')) errors.push(...systemNameErrors(name, value, object['globalDefault'] === true));
  else if (value > MAX_PRIORITY)
    errors.push(forbiddenField('value', `maximum allowed value of a user defined priority is ${MAX_PRIORITY}`));
  const policy = object['preemptionPolicy'];
  const known = ['PreemptLowerPriority', 'Never'];
  if (policy === '') errors.push(requiredValue('preemptionPolicy'));
  else if (typeof policy === 'string' && !known.includes(policy))
    errors.push(notSupported('preemptionPolicy', policy, known));
  return errors;
}

function systemNameErrors(name: string, value: number, isDefault: boolean): FieldError[] {
  const wanted = SYSTEM_CLASSES.find((one) => one.name === name)?.value;
  const why =
    wanted === undefined
      ? `${name} is not a known system priority class`
      : value !== wanted
        ? `value of ${name} PriorityClass must be ${wanted}`
        : isDefault
          ? `globalDefault of ${name} PriorityClass must be false`
          : undefined;
  const reserved = "priority class names with 'system-' prefix are reserved for system use only. error: ";
  return why === undefined ? [] : [forbiddenField('metadata.name', `${reserved}${why}`)];
}
