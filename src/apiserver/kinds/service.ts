// Services: defaults, and the addresses and node ports that a cluster gives them.
import { getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { itemsAt, objectAt, setDefault, setDefaults, structAt } from './defaulting.ts';
import { maskTrailingDash } from '../validation/metadata.ts';
import { dns1035Errors } from '../validation/names.ts';
import type { KindContext, KindRules } from './kind.ts';
import { serviceErrors, serviceUpdateErrors, serviceWarnings } from './validateService.ts';

const SERVICE = { group: '', version: 'v1', kind: 'Service' };
const SESSION_TIMEOUT_SECONDS = 10_800;
/** The address range of services is 10.96.0.0/16; 10.96.0.1 is the API itself. */
const RANGE = { prefix: '10.96', first: 2, size: 0xffff };
const NODE_PORTS = { first: 30_000, last: 32_767 };

export const service: KindRules = {
  default: (object) => {
    const spec = structAt(object, 'spec');
    setDefaults(spec, { sessionAffinity: 'None', type: 'ClusterIP' });
    if (spec['sessionAffinity'] === 'ClientIP') setDefault(structAt(structAt(spec, 'sessionAffinityConfig'), 'clientIP'), 'timeoutSeconds', SESSION_TIMEOUT_SECONDS);
    if (spec['sessionAffinity'] === 'None') delete spec['sessionAffinityConfig'];
    for (const port of itemsAt(spec, 'ports')) {
      // Typed Go clients send the zero value for a target port that was left out.
      if (port['targetPort'] === 0 || port['targetPort'] === '') delete port['targetPort'];
      // Zero and the empty name mean: the same port.
      if (port['targetPort'] === 0 || port['targetPort'] === '') delete port['targetPort'];
      setDefaults(port, { protocol: 'TCP', targetPort: port['port'] ?? 0 });
    }
    if (spec['type'] !== 'ExternalName') setDefault(spec, 'internalTrafficPolicy', 'Cluster');
    if (isExternal(spec)) setDefault(spec, 'externalTrafficPolicy', 'Cluster');
    if (spec['type'] === 'LoadBalancer') setDefault(spec, 'allocateLoadBalancerNodePorts', true);
  },
  prepareForCreate: (object, context) => {
    allocate(object, undefined, context);
    object['status'] = { loadBalancer: {} };
  },
  prepareForUpdate: (object, old, context) => {
    dropNodePorts(object, old);
    allocate(object, old, context);
  },
  deleteAnswers: 'object',
  createOnUpdate: true,
  validateName: (name, prefix) => dns1035Errors(prefix === 'generateName' ? maskTrailingDash(name) : name),
  validate: serviceErrors,
  validateUpdate: serviceUpdateErrors,
  warnings: serviceWarnings,
};

/** Reachable from outside of the cluster: only then is there a policy for such traffic. */
function isExternal(spec: JsonObject): boolean {
  const { type, externalIPs } = spec;
  return type === 'NodePort' || type === 'LoadBalancer' || (type === 'ClusterIP' && Array.isArray(externalIPs) && externalIPs.length > 0);
}

/** Addresses are kept over updates; a service that is turned into an ExternalName gives them back. */
function allocate(object: JsonObject, old: JsonObject | undefined, context: KindContext): void {
  const spec = structAt(object, 'spec');
  if (spec['type'] === 'ExternalName') return;
  const before = objectAt(old, 'spec');
  const isSame = old === undefined || before?.['type'] !== 'ExternalName';
  if (isSame && before) for (const field of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy']) setDefault(spec, field, before[field] ?? '');
  for (const field of ['clusterIP', 'clusterIPs']) if (spec[field] === '') delete spec[field];
  const given = spec['clusterIP'] ?? (Array.isArray(spec['clusterIPs']) ? spec['clusterIPs'][0] : undefined);
  spec['clusterIP'] = given ?? freeAddress(context);
  setDefaults(spec, { clusterIPs: [spec['clusterIP']], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' });
  if (spec['type'] === 'NodePort' || (spec['type'] === 'LoadBalancer' && spec['allocateLoadBalancerNodePorts'] !== false)) allocateNodePorts(spec, before, context);
}

/** A service that ceases to need node ports gives back those that it was given. */
function dropNodePorts(object: JsonObject, old: JsonObject): void {
  const needs = (of: JsonObject): boolean => ['NodePort', 'LoadBalancer'].includes(getString(of, 'spec', 'type') ?? '');
  if (needs(object) || !needs(old)) return;
  const before = itemsAt(objectAt(old, 'spec'), 'ports').map((port) => port['nodePort']);
  for (const [i, port] of itemsAt(objectAt(object, 'spec'), 'ports').entries()) if (port['nodePort'] === before[i]) delete port['nodePort'];
}

function freeAddress(context: KindContext): string {
  const taken = new Set(context.list(SERVICE).map((one) => getString(one, 'spec', 'clusterIP')));
  for (let i = RANGE.first; i < RANGE.size; i++) {
    const address = `${RANGE.prefix}.${i >> 8}.${i & 0xff}`;
    if (!taken.has(address)) return address;
  }
  return '';
}

function allocateNodePorts(spec: JsonObject, before: JsonObject | undefined, context: KindContext): void {
  const taken = new Set(context.list(SERVICE).flatMap((one) => itemsAt(objectAt(one, 'spec'), 'ports').map((port) => port['nodePort'])));
  const old = itemsAt(before, 'ports');
  for (const port of itemsAt(spec, 'ports')) {
    if (port['nodePort'] !== undefined) continue;
    const kept = old.find((one) => one['port'] === port['port'] && one['protocol'] === port['protocol'])?.['nodePort'];
    let next = typeof kept === 'number' ? kept : NODE_PORTS.first;
    while (kept === undefined && taken.has(next) && next < NODE_PORTS.last) next++;
    taken.add(next);
    port['nodePort'] = next;
  }
}
