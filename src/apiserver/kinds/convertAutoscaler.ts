// HorizontalPodAutoscalers in v1 and v2 (k8s.io/kubernetes pkg/apis/autoscaling/v1 conversion.go): v1 knows one metric, the
// CPU; what else v2 says rides in annotations.
import { cloneJson, getList, getObject, getString, isJsonObject, setKey } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { parseJson } from '../../model/jsonText.ts';
import { apiVersionOf } from '../../model/objectRef.ts';
import type { GroupVersionKind } from '../../model/resourceType.ts';
import { jsonText } from '../jsonText.ts';

const PREFIX = 'autoscaling.alpha.kubernetes.io/';
const METRICS = `${PREFIX}metrics`;
const CURRENT_METRICS = `${PREFIX}current-metrics`;
const CONDITIONS = `${PREFIX}conditions`;
const BEHAVIOR = `${PREFIX}behavior`;

export function convertAutoscaler(object: JsonObject, to: GroupVersionKind): JsonObject {
  const copy = cloneJson(object);
  copy['apiVersion'] = apiVersionOf(to);
  return to.version === 'v1' ? downgrade(copy) : upgrade(copy);
}

function isCpu(metric: JsonValue): boolean {
  return (
    getString(metric, 'type') === 'Resource' &&
    getString(metric, 'resource', 'name') === 'cpu' &&
    getString(metric, 'resource', 'target', 'type') === 'Utilization'
  );
}

function downgrade(object: JsonObject): JsonObject {
  const spec = getObject(object, 'spec');
  const status = getObject(object, 'status');
  const annotations: JsonObject = { ...getObject(object, 'metadata', 'annotations') };
  if (spec) {
    const metrics = getList(spec, 'metrics') ?? [];
    const cpu = metrics.find(isCpu);
    const utilization = cpu && getObject(cpu, 'resource', 'target')?.['averageUtilization'];
    if (utilization !== undefined) spec['targetCPUUtilizationPercentage'] = utilization;
    const others = metrics.filter((metric) => metric !== cpu);
    if (others.length > 0) annotations[METRICS] = jsonText(others.map(metricOfV1));
    if (isJsonObject(spec['behavior'])) annotations[BEHAVIOR] = jsonText(goBehavior(spec['behavior']));
    delete spec['metrics'];
    delete spec['behavior'];
  }
  if (status) {
    if (status['currentReplicas'] === undefined) status['currentReplicas'] = 0;
    const conditions = getList(status, 'conditions') ?? [];
    if (conditions.length > 0) annotations[CONDITIONS] = jsonText(conditions);
    delete status['currentMetrics'];
    delete status['conditions'];
  }
  setAnnotations(object, annotations);
  return object;
}

/** The beta form of a metric, which the annotation has. */
function metricOfV1(metric: JsonValue): JsonValue {
  const resource = getObject(metric, 'resource');
  if (!resource) return metric;
  const { averageUtilization, averageValue } = getObject(resource, 'target') ?? {};
  return {
    type: 'Resource',
    resource: {
      name: resource['name'] ?? '',
      ...(averageUtilization === undefined ? {} : { targetAverageUtilization: averageUtilization }),
      ...(averageValue === undefined ? {} : { targetAverageValue: averageValue }),
    },
  };
}

/** As Go prints the internal struct: capitalised, with every field. */
function goBehavior(behavior: JsonObject): JsonObject {
  const rules = (name: string): JsonValue => {
    const found = getObject(behavior, name);
    if (!found) return null;
    const policies = getList(found, 'policies');
    return {
      StabilizationWindowSeconds: found['stabilizationWindowSeconds'] ?? null,
      SelectPolicy: found['selectPolicy'] ?? null,
      Policies: policies
        ? policies.map((policy) => ({
            Type: getString(policy, 'type') ?? '',
            Value: (policy as JsonObject)['value'] ?? 0,
            PeriodSeconds: (policy as JsonObject)['periodSeconds'] ?? 0,
          }))
        : null,
      Tolerance: found['tolerance'] ?? null,
    };
  };
  return { ScaleUp: rules('scaleUp'), ScaleDown: rules('scaleDown') };
}

function upgrade(object: JsonObject): JsonObject {
  const spec = getObject(object, 'spec');
  const annotations: JsonObject = { ...getObject(object, 'metadata', 'annotations') };
  if (spec) {
    const utilization = spec['targetCPUUtilizationPercentage'];
    const metrics = list(annotations[METRICS]).map(metricOfV2);
    if (utilization !== undefined) metrics.push(cpuMetric(utilization));
    // The conversion itself has the default, so that a merge that goes through v1 never meets an autoscaler without metrics.
    spec['metrics'] = metrics.length > 0 ? metrics : [cpuMetric(CPU_UTILIZATION)];
    const behavior = value(annotations[BEHAVIOR]);
    if (isJsonObject(behavior)) spec['behavior'] = lowerKeys(behavior);
    delete spec['targetCPUUtilizationPercentage'];
  }
  const status = getObject(object, 'status');
  if (status) {
    const conditions = list(annotations[CONDITIONS]);
    if (conditions.length > 0) status['conditions'] = conditions;
    if (status['currentReplicas'] === 0) delete status['currentReplicas'];
    delete status['currentCPUUtilizationPercentage'];
    status['currentMetrics'] ??= null;
  }
  for (const name of [METRICS, CURRENT_METRICS, CONDITIONS, BEHAVIOR]) delete annotations[name];
  setAnnotations(object, annotations);
  return object;
}

/** What an autoscaler that names no metric scales by. */
export const CPU_UTILIZATION = 80;

/** The one metric that v1 knows, as v2 has it. */
export function cpuMetric(averageUtilization: JsonValue): JsonObject {
  return { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } };
}

function metricOfV2(metric: JsonValue): JsonValue {
  const resource = getObject(metric, 'resource');
  if (!resource) return metric;
  const { targetAverageUtilization: utilization, targetAverageValue: average } = resource;
  const target: JsonObject =
    utilization === undefined
      ? { type: 'AverageValue', averageValue: average ?? '0' }
      : { type: 'Utilization', averageUtilization: utilization };
  return { type: 'Resource', resource: { name: resource['name'] ?? '', target } };
}

function value(text: JsonValue | undefined): JsonValue | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    return parseJson(text);
  } catch {
    // An annotation that a user broke says nothing.
    return undefined;
  }
}

function list(text: JsonValue | undefined): JsonValue[] {
  const found = value(text);
  return Array.isArray(found) ? found : [];
}

/** `ScaleUp` to `scaleUp`, nulls left out. */
function lowerKeys(from: JsonValue): JsonValue {
  if (Array.isArray(from)) return from.map(lowerKeys);
  if (!isJsonObject(from)) return from;
  const out: JsonObject = {};
  for (const [key, inner] of Object.entries(from))
    if (inner !== null) setKey(out, key.charAt(0).toLowerCase() + key.slice(1), lowerKeys(inner));
  return out;
}

function setAnnotations(object: JsonObject, annotations: JsonObject): void {
  const metadata = object['metadata'];
  if (!isJsonObject(metadata)) return;
  if (Object.keys(annotations).length > 0) metadata['annotations'] = annotations;
  else delete metadata['annotations'];
}
