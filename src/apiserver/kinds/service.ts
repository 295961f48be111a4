// Services: defaults, and the addresses and node ports that a cluster gives them.
import { getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { itemsAt, objectAt, setDefault, setDefaults, structAt } from './defaulting.ts';
import type { KindContext, KindRules } from './kind.ts';

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
    for (const port of itemsAt(spec, 'ports')) {
      setDefaults(port, { protocol: 'TCP', targetPort: port['port'] ?? 0 });
    }
    if (spec['type'] !== 'ExternalName') setDefault(spec, 'internalTrafficPolicy', 'Cluster');
    if (spec['type'] === 'NodePort' || spec['type'] === 'LoadBalancer') setDefault(spec, 'externalTrafficPolicy', 'Cluster');
    if (spec['type'] === 'LoadBalancer') setDefault(spec, 'allocateLoadBalancerNodePorts', true);
  },
  prepareForCreate: (object, context) => {
    allocate(object, undefined, context);
    object['status'] = { loadBalancer: {} };
  },
  prepareForUpdate: (object, old, context) => {
    allocate(object, old, context);
  },
  deleteAnswers: 'object',
};

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
