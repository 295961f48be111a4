// Services: defaults, what a change of type gives back, and when addresses and ports are given (k8s.io/kubernetes
// pkg/apis/core/v1 defaults.go, pkg/registry/core/service strategy.go).
import { equalJson } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { labelName } from '../validation/metadata.ts';
import { textAt } from '../validation/values.ts';
import { itemsAt, objectAt, setDefault, setDefaults, structAt } from './defaulting.ts';
import type { KindRules } from './kind.ts';
import { allocateService } from './serviceAddresses.ts';
import {
  isExternal,
  needsHealthCheck,
  needsNodePort,
  serviceErrors,
  serviceStatusErrors,
  serviceWarnings,
} from './validateService.ts';

const SESSION_TIMEOUT_SECONDS = 10_800;
const ADDRESS_FIELDS = ['clusterIP', 'clusterIPs'] as const;

export const service: KindRules = {
  default: setServiceDefaults,
  whenRead: (object) => {
    const spec = structAt(object, 'spec');
    if (spec['type'] === 'ExternalName') delete spec['internalTrafficPolicy'];
  },
  allocate: (object, old, context) => allocateService(object, old, context),
  prepareForCreate: (object) => {
    object['status'] = { loadBalancer: {} };
  },
  prepareForUpdate: dropForType,
  deleteAnswers: 'object',
  createOnUpdate: true,
  // Names may begin with a digit since RelaxedServiceNameValidation.
  validateName: labelName,
  validate: (object, _context, old) => serviceErrors(object, old),
  validateStatusUpdate: serviceStatusErrors,
  warnings: serviceWarnings,
};

function setServiceDefaults(object: JsonObject): void {
  const spec = structAt(object, 'spec');
  setDefaults(spec, { sessionAffinity: 'None', type: 'ClusterIP' });
  const { sessionAffinity, type } = spec;
  if (sessionAffinity === 'None') delete spec['sessionAffinityConfig'];
  if (sessionAffinity === 'ClientIP')
    setDefault(
      structAt(structAt(spec, 'sessionAffinityConfig'), 'clientIP'),
      'timeoutSeconds',
      SESSION_TIMEOUT_SECONDS,
    );
  for (const port of itemsAt(spec, 'ports')) {
    // Zero and the empty name mean: the same port. Typed Go clients send them for what was left out.
    if (port['targetPort'] === 0 || port['targetPort'] === '') delete port['targetPort'];
    setDefaults(port, { protocol: 'TCP', targetPort: port['port'] ?? 0 });
  }
  if (isExternal(spec)) setDefault(spec, 'externalTrafficPolicy', 'Cluster');
  if (type === 'NodePort' || type === 'LoadBalancer' || type === 'ClusterIP')
    setDefault(spec, 'internalTrafficPolicy', 'Cluster');
  if (type !== 'LoadBalancer') return;
  setDefault(spec, 'allocateLoadBalancerNodePorts', true);
  for (const ingress of itemsAt(objectAt(objectAt(object, 'status'), 'loadBalancer'), 'ingress'))
    if (textAt(ingress, 'ip') !== '') setDefault(ingress, 'ipMode', 'VIP');
}

/** What the new type does not have is dropped, unless the request changed it: then it is refused. */
function dropForType(object: JsonObject, old: JsonObject): void {
  const [spec, before] = [structAt(object, 'spec'), objectAt(old, 'spec') ?? {}];
  const isSame = (...fields: readonly string[]): boolean =>
    fields.every((field) => equalJson(spec[field] ?? null, before[field] ?? null));
  const drop = (...fields: readonly string[]): void => {
    if (isSame(...fields)) for (const field of fields) delete spec[field];
  };
  if (before['type'] !== 'ExternalName' && spec['type'] === 'ExternalName') {
    drop(...ADDRESS_FIELDS);
    drop('ipFamilies');
    drop('ipFamilyPolicy');
  }
  if (needsNodePort(before) && !needsNodePort(spec)) {
    const had = new Set(itemsAt(before, 'ports').map((port) => port['nodePort']));
    const ports = itemsAt(spec, 'ports');
    if (ports.every((port) => port['nodePort'] === undefined || had.has(port['nodePort'])))
      for (const port of ports) delete port['nodePort'];
  }
  if (needsHealthCheck(before) && !needsHealthCheck(spec)) drop('healthCheckNodePort');
  if (before['type'] === 'LoadBalancer' && spec['type'] !== 'LoadBalancer') {
    for (const field of ['allocateLoadBalancerNodePorts', 'loadBalancerClass']) drop(field);
  }
  if (isExternal(before) && !isExternal(spec)) drop('externalTrafficPolicy');
  if (spec['type'] !== 'LoadBalancer') object['status'] = { ...objectAt(object, 'status'), loadBalancer: {} };
}
