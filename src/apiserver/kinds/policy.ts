// Defaults of network, scaling, disruption, priority and webhook kinds.
import { equalJson } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { itemsAt, objectAt, setDefault, setDefaults, structAt } from './defaulting.ts';
import type { KindRules } from './kind.ts';

export const networkPolicy: KindRules = {
  default: (object) => {
    const spec = structAt(object, 'spec');
    if (spec['policyTypes'] === undefined) spec['policyTypes'] = itemsAt(spec, 'egress').length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
    for (const rule of [...itemsAt(spec, 'ingress'), ...itemsAt(spec, 'egress')]) for (const port of itemsAt(rule, 'ports')) setDefault(port, 'protocol', 'TCP');
  },
  generation: 'spec',
};

export const ingress: KindRules = {
  prepareForCreate: (object) => {
    object['status'] = { loadBalancer: {} };
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
  default: (object, version) => {
    const spec = structAt(object, 'spec');
    setDefault(spec, 'minReplicas', 1);
    if (version === 'v1') return;
    setDefault(spec, 'metrics', () => [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: CPU_UTILIZATION } } }]);
    const behavior = objectAt(spec, 'behavior');
    if (behavior) defaultBehavior(behavior);
  },
  prepareForCreate: (object) => {
    object['status'] = { desiredReplicas: 0, currentMetrics: null };
  },
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
  setDefaults(structAt(behavior, 'scaleDown'), { stabilizationWindowSeconds: 300, selectPolicy: 'Max', policies: () => [{ type: 'Percent', value: 100, periodSeconds: 15 }] });
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
