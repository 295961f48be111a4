// The addresses and node ports that a cluster gives to services (k8s.io/kubernetes pkg/registry/core/service/storage). The
// range is 10.96.0.0/16; there are no IPv6 addresses to give.
import { equalJson, getList, getString } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { textAt } from '../validation/values.ts';
import { itemsAt, objectAt, structAt } from './defaulting.ts';
import type { KindContext } from './kind.ts';
import { isReduced, needsNodePort } from './validateService.ts';

const SERVICE = { group: '', version: 'v1', kind: 'Service' };
/** 10.96.0.1 is the API itself. */
const RANGE = { prefix: '10.96', first: 2, last: 0xfffe };
const NODE_PORTS = { first: 30_000, last: 32_767 };

/** Gives a service what its type needs and keeps what it has. `old` is undefined for a new one. */
export function allocateService(object: JsonObject, old: JsonObject | undefined, context: KindContext): void {
  const spec = structAt(object, 'spec');
  const before = objectAt(old, 'spec');
  if (before) keepAllocated(spec, before);
  pairAddresses(spec, before);
  const seed = hash(`${getString(object, 'metadata', 'uid') ?? ''}${context.now}`);
  if (spec['type'] !== 'ExternalName') {
    setFamilies(spec, before);
    if (addressesOf(spec).length === 0) {
      spec['clusterIP'] = freeAddress(context, seed);
      spec['clusterIPs'] = [spec['clusterIP']];
    }
  }
  if (needsNodePort(spec)) allocateNodePorts(spec, context, seed, before === undefined);
  if (needsHealthCheck(spec) && !(before && needsHealthCheck(before)) && (spec['healthCheckNodePort'] ?? 0) === 0)
    spec['healthCheckNodePort'] = freeNodePort(takenNodePorts(context, spec), seed + 1);
}

/** A load balancer that only sends to nodes with a pod must ask the nodes. */
export function needsHealthCheck(spec: JsonObject): boolean {
  return spec['type'] === 'LoadBalancer' && spec['externalTrafficPolicy'] === 'Local';
}

/** Ports of all services, and of the one that is being made. */
function takenNodePorts(context: KindContext, spec: JsonObject): Set<JsonValue | undefined> {
  const specs = [spec, ...context.list(SERVICE).map((one) => objectAt(one, 'spec'))];
  return new Set(
    specs.flatMap((one) => [one?.['healthCheckNodePort'], ...itemsAt(one, 'ports').map((port) => port['nodePort'])]),
  );
}

function freeNodePort(taken: ReadonlySet<JsonValue | undefined>, seed: number): number {
  const size = NODE_PORTS.last - NODE_PORTS.first + 1;
  for (let i = 0; i < size; i++) {
    const candidate = NODE_PORTS.first + ((seed + i) % size);
    if (!taken.has(candidate)) return candidate;
  }
  return 0;
}

const addressesOf = (spec: JsonObject): string[] => (getList(spec, 'clusterIPs') ?? []).map(String);

/** What the request left out and the service has. */
function keepAllocated(spec: JsonObject, before: JsonObject): void {
  if (before['type'] !== 'ExternalName' && spec['type'] !== 'ExternalName') {
    if (textAt(spec, 'clusterIP') === '' && before['clusterIP'] !== undefined) spec['clusterIP'] = before['clusterIP'];
    if (addressesOf(spec).length === 0 && before['clusterIPs'] !== undefined) spec['clusterIPs'] = before['clusterIPs'];
  }
  if (!needsNodePort(before) || !needsNodePort(spec)) return;
  const had = new Map(itemsAt(before, 'ports').map((port) => [textAt(port, 'name'), port['nodePort']]));
  const asked = new Set(itemsAt(spec, 'ports').map((port) => port['nodePort']));
  const used = new Set([...had.values()].filter((port) => asked.has(port)));
  for (const port of itemsAt(spec, 'ports')) {
    const kept = had.get(textAt(port, 'name'));
    if (port['nodePort'] === undefined && kept !== undefined && !used.has(kept)) port['nodePort'] = kept;
  }
}

/** The single address is the first of the many; who changes only one of the fields means both. */
function pairAddresses(spec: JsonObject, before: JsonObject | undefined): void {
  const one = textAt(spec, 'clusterIP');
  if (!before) {
    if (one !== '' && addressesOf(spec).length === 0) spec['clusterIPs'] = [one];
    return;
  }
  const was = textAt(before, 'clusterIP');
  if (one === was || !equalJson(addressesOf(spec), addressesOf(before))) return;
  if (one === '') delete spec['clusterIPs'];
  else spec['clusterIPs'] = [one];
}

function setFamilies(spec: JsonObject, before: JsonObject | undefined): void {
  const isOpen = textAt(spec, 'clusterIP') === 'None' && Object.keys(objectAt(spec, 'selector') ?? {}).length === 0;
  if (spec['ipFamilyPolicy'] === undefined)
    spec['ipFamilyPolicy'] = before?.['ipFamilyPolicy'] ?? (isOpen ? 'RequireDualStack' : 'SingleStack');
  const families = (getList(spec, 'ipFamilies') ?? []).map(String);
  // Who leaves one of two out must say so in the policy, and is told.
  if (isReduced(spec, before)) return;
  if (
    before &&
    spec['ipFamilyPolicy'] === 'SingleStack' &&
    families.length > 1 &&
    equalJson(spec['ipFamilies'], before['ipFamilies'])
  )
    families.length = 1;
  for (const [i, address] of addressesOf(spec).entries())
    if (address !== 'None' && i >= families.length) families.push(address.includes(':') ? 'IPv6' : 'IPv4');
  if (families.length === 0) families.push('IPv4');
  // Without a selector the addresses are the user's own: both families, unless one was asked for.
  if (isOpen && families.length < 2 && spec['ipFamilyPolicy'] !== 'SingleStack')
    families.push(families[0] === 'IPv4' ? 'IPv6' : 'IPv4');
  spec['ipFamilies'] = families;
}

/** Upstream gives random ones; ours follow from who asks and when, so that a run can be repeated. */
function hash(text: string): number {
  let value = 2_166_136_261;
  for (const char of text) value = Math.imul(value ^ (char.codePointAt(0) ?? 0), 16_777_619);
  return value >>> 0;
}

function freeAddress(context: KindContext, seed: number): string {
  const taken = new Set(context.list(SERVICE).flatMap((one) => addressesOf(objectAt(one, 'spec') ?? {})));
  const size = RANGE.last - RANGE.first + 1;
  for (let i = 0; i < size; i++) {
    const at = RANGE.first + ((seed + i) % size);
    const address = `${RANGE.prefix}.${at >> 8}.${at & 0xff}`;
    if (!taken.has(address)) return address;
  }
  return '';
}

function allocateNodePorts(spec: JsonObject, context: KindContext, seed: number, isNew: boolean): void {
  const taken = takenNodePorts(context, {});
  const given = new Map<number, number>();
  const mayAllocate = spec['type'] === 'NodePort' || spec['allocateLoadBalancerNodePorts'] !== false;
  for (const port of itemsAt(spec, 'ports')) {
    const number = Number(port['port'] ?? 0);
    if (port['nodePort'] === undefined && mayAllocate) {
      port['nodePort'] = given.get(number) ?? freeNodePort(taken, seed);
    }
    if (typeof port['nodePort'] !== 'number') continue;
    taken.add(port['nodePort']);
    // TCP and UDP of one port share a node port, in a new service.
    if (isNew && !given.has(number)) given.set(number, port['nodePort']);
  }
}
