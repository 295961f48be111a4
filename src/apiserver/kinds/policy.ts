// Defaults of network, scaling, disruption, priority and webhook kinds.
import { equalJson } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { itemsAt, objectAt, setDefault, setDefaults, structAt } from './defaulting.ts';
import { invalidValue, requiredValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { convertAutoscaler } from './convertAutoscaler.ts';
import type { KindRules } from './kind.ts';

export const networkPolicy: KindRules = {
  default: (object) => {
    const spec = structAt(object, 'spec');
    if (spec['policyTypes'] === undefined) spec['policyTypes'] = itemsAt(spec, 'egress').length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
    for (const rule of [...itemsAt(spec, 'ingress'), ...itemsAt(spec, 'egress')]) for (const port of itemsAt(rule, 'ports')) setDefault(port, 'protocol', 'TCP');
  },
  generation: 'spec',
};

export const disruptionBudget: KindRules = {
  unconditionalUpdate: false,
  prepareForCreate: (object) => {
    object['status'] = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };
  },
  generation: 'spec',
};

const CPU_UTILIZATION = 80;

export const horizontalPodAutoscaler: KindRules = {
  convert: convertAutoscaler,
  default: (object, version) => {
    const spec = structAt(object, 'spec');
    setDefault(spec, 'minReplicas', 1);
    if (version === 'v1') {
      setDefault(spec, 'targetCPUUtilizationPercentage', CPU_UTILIZATION);
      return;
    }
    setDefault(spec, 'metrics', () => [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: CPU_UTILIZATION } } }]);
    const behavior = objectAt(spec, 'behavior');
    if (behavior) defaultBehavior(behavior);
  },
  prepareForCreate: (object) => {
    object['status'] = { desiredReplicas: 0, currentMetrics: null };
  },
  validate: autoscalerErrors,
};

function autoscalerErrors(object: JsonObject): FieldError[] {
  const spec = structAt(object, 'spec');
  const [min, max] = [Number(spec['minReplicas'] ?? 1), Number(spec['maxReplicas'] ?? 0)];
  const errors: FieldError[] = [];
  if (min < 1) errors.push(invalidValue('spec.minReplicas', min, 'must be greater than or equal to 1'));
  if (max < 1) errors.push(requiredValue('spec.maxReplicas', 'must be set and greater than 0'));
  if (max < min) errors.push(invalidValue('spec.maxReplicas', max, 'must be greater than or equal to `minReplicas`'));
  const { apiVersion = '', kind = '', name = '' } = objectAt(spec, 'scaleTargetRef') ?? {};
  if (kind === '') errors.push(requiredValue('spec.scaleTargetRef.kind'));
  if (name === '') errors.push(requiredValue('spec.scaleTargetRef.name'));
  if (!String(apiVersion).includes('/') && apiVersion !== 'v1') errors.push(invalidValue('spec.scaleTargetRef.apiVersion', apiVersion, 'apiVersion must specify API group'));
  return errors;
}

function defaultBehavior(behavior: JsonObject): void {
  setDefaults(structAt(behavior, 'scaleUp'), {
    stabilizationWindowSeconds: 0,
    selectPolicy: 'Max',
    policies: () => [
      { type: 'Pods', value: 4, periodSeconds: 15 },
      { type: 'Percent', value: 100, periodSeconds: 15 },
    ],
  });
  setDefaults(structAt(behavior, 'scaleDown'), { selectPolicy: 'Max', policies: () => [{ type: 'Percent', value: 100, periodSeconds: 15 }] });
}

export const priorityClass: KindRules = {
  default: (object) => {
    setDefaults(object, { preemptionPolicy: 'PreemptLowerPriority' });
  },
  generation: (object, old) => !equalJson(withoutMetadata(object), withoutMetadata(old)),
};

/** Both kinds of webhook configurations; only mutating webhooks have a reinvocation policy. */
export const webhookConfiguration: KindRules = {
  default: (object) => {
    for (const webhook of itemsAt(object, 'webhooks')) {
      setDefaults(webhook, { failurePolicy: 'Fail', matchPolicy: 'Equivalent', namespaceSelector: () => ({}), objectSelector: () => ({}), timeoutSeconds: 10 });
      if (object['kind'] === 'MutatingWebhookConfiguration') setDefault(webhook, 'reinvocationPolicy', 'Never');
      const service = objectAt(objectAt(webhook, 'clientConfig'), 'service');
      if (service) setDefault(service, 'port', 443);
      for (const rule of itemsAt(webhook, 'rules')) setDefault(rule, 'scope', '*');
    }
  },
  generation: (object, old) => !equalJson(object['webhooks'], old['webhooks']),
  unconditionalUpdate: false,
  checksMetadataOnce: true,
};

const withoutMetadata = ({ metadata: _metadata, ...rest }: JsonObject): JsonObject => rest;
