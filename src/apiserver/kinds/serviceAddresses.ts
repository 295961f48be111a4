// The addresses and node ports that a cluster gives to services (k8s.io/kubernetes pkg/registry/core/service/storage alloc.go).
// The range is 10.96.0.0/16; there are no IPv6 addresses to give.
import { equalJson, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { textAt, textsAt } from '../validation/values.ts';
import { itemsAt, objectAt, structAt } from './defaulting.ts';
import type { KindContext } from './kind.ts';
import { internalError } from '../errors.ts';
import { invalidValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { setFamilies } from './serviceFamilies.ts';
import { needsHealthCheck, needsNodePort } from './validateService.ts';

const SERVICE = { group: '', version: 'v1', kind: 'Service' };
/** 10.96.0.1 is the API itself. */
const RANGE = { prefix: '10.96', first: 2, last: 0xfffe };
const NODE_PORTS = { first: 30_000, last: 32_767 };
/** What a dry run is given, where nothing is taken for it (ipallocator allocateNextService, portallocator AllocateNext). */
const MADE_UP = { address: `${RANGE.prefix}.0.0`, portsAfter: 32_768 };

/**
 * Gives a service what its type needs and keeps what it has. `old` is undefined for a new one. What cannot be given refuses
 * the request by itself. @throws ApiError (500) for a port of the health check that is taken
 */
export function allocateService(object: JsonObject, old: JsonObject | undefined, context: KindContext): FieldError[] {
  const spec = structAt(object, 'spec');
  const before = objectAt(old, 'spec');
  if (before) keepAllocated(spec, before);
  pairAddresses(spec, before);
  const errors = setFamilies(spec, before);
  if (errors.length > 0) return errors;
  const seed = hash(`${getString(object, 'metadata', 'uid') ?? ''}${context.now}`);
  const unfit = giveAddress(spec, before, getString(object, 'metadata', 'name') ?? '', context, seed);
  return unfit.length > 0 ? unfit : givePorts(spec, before, context, seed);
}

/** Headless services have none. What a service has is not given again. */
function giveAddress(
  spec: JsonObject,
  before: JsonObject | undefined,
  name: string,
  context: KindContext,
  seed: number,
): FieldError[] {
  if (spec['type'] === 'ExternalName') return [];
  const [address] = addressesOf(spec);
  if (address === undefined) {
    spec['clusterIP'] = context.isDryRun === true ? MADE_UP.address : freeAddress(context, seed);
    spec['clusterIPs'] = [spec['clusterIP']];
    if (context.isDryRun === true) return [];
    // An address is an object that names whose it is.
    const why = `IPAddress.networking.k8s.io "${spec['clusterIP']}" is invalid: spec.parentRef.name: Required value`;
    return name === '' ? [invalidValue('spec.clusterIPs', [''], `failed to allocate IP: ${why}`)] : [];
  }
  const isNew = !before || before['type'] === 'ExternalName';
  if (!isNew || address === 'None' || context.isDryRun === true) return [];
  const why = whyNotGiven(address, context);
  return why === undefined
    ? []
    : [invalidValue('spec.clusterIPs', addressesOf(spec), `failed to allocate IP ${address}: ${why}`)];
}

/** An address of another range is taken as it is: manifests name those of the cluster that they were written for. */
function whyNotGiven(address: string, context: KindContext): string | undefined {
  const isTaken = context.list(SERVICE).some((one) => addressesOf(objectAt(one, 'spec') ?? {}).includes(address));
  return isTaken ? 'provided IP is already allocated' : undefined;
}

function freeNodePort(taken: ReadonlySet<number>, seed: number): number {
  const size = NODE_PORTS.last - NODE_PORTS.first + 1;
  for (let i = 0; i < size; i++) {
    const candidate = NODE_PORTS.first + ((seed + i) % size);
    if (!taken.has(candidate)) return candidate;
  }
  return 0;
}

const addressesOf = (spec: JsonObject): string[] => textsAt(spec, 'clusterIPs');

/** What the request left out and the service has. */
function keepAllocated(spec: JsonObject, before: JsonObject): void {
  if (before['type'] !== 'ExternalName' && spec['type'] !== 'ExternalName') {
    if (textAt(spec, 'clusterIP') === '' && before['clusterIP'] !== undefined) spec['clusterIP'] = before['clusterIP'];
    if (addressesOf(spec).length === 0 && before['clusterIPs'] !== undefined) spec['clusterIPs'] = before['clusterIPs'];
  }
  if (needsHealthCheck(before) && needsHealthCheck(spec) && (spec['healthCheckNodePort'] ?? 0) === 0)
    spec['healthCheckNodePort'] = before['healthCheckNodePort'] ?? 0;
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
  // Clients that do not know the many leave them out.
  if (one === was && addressesOf(spec).length === 0 && before['clusterIPs'] !== undefined)
    spec['clusterIPs'] = before['clusterIPs'];
  if (one === was || !equalJson(addressesOf(spec), addressesOf(before))) return;
  if (one === '') delete spec['clusterIPs'];
  else spec['clusterIPs'] = [one];
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

/** The node ports of a service, and the one on which a load balancer asks the nodes. */
function givePorts(spec: JsonObject, before: JsonObject | undefined, context: KindContext, seed: number): FieldError[] {
  const pool: Pool = {
    taken: new Set(context.list(SERVICE).flatMap((one) => portsOf(objectAt(one, 'spec') ?? {}))),
    seed,
    given: [],
    isDryRun: context.isDryRun === true,
  };
  const own = new Set(before ? portsOf(before) : []);
  const errors = needsNodePort(spec) ? giveNodePorts(spec, own, pool, before === undefined) : [];
  if (errors.length > 0 || !needsHealthCheck(spec) || (before && needsHealthCheck(before))) return errors;
  const asked = numberAt(spec, 'healthCheckNodePort');
  const why = asked === 0 ? undefined : whyNoPort(asked, pool);
  if (why !== undefined) throw internalError(`failed to allocate requested HealthCheck NodePort ${asked}: ${why}`);
  spec['healthCheckNodePort'] = asked === 0 ? nextPort(pool) : take(asked, pool);
  return [];
}

/** The node ports of all services. */
interface Pool {
  readonly taken: Set<number>;
  readonly seed: number;
  /** By this request. */
  readonly given: number[];
  readonly isDryRun: boolean;
}

const numberAt = (object: JsonObject, key: string): number => Number(object[key] ?? 0);

function portsOf(spec: JsonObject): number[] {
  return [
    numberAt(spec, 'healthCheckNodePort'),
    ...itemsAt(spec, 'ports').map((port) => numberAt(port, 'nodePort')),
  ].filter((port) => port !== 0);
}

/** A dry run does not look at the range. */
function whyNoPort(port: number, { taken, isDryRun }: Pool): string | undefined {
  const { first, last } = NODE_PORTS;
  if (!isDryRun && (port < first || port > last))
    return `provided port is not in the valid range. The range of valid ports is ${first}-${last}`;
  return taken.has(port) ? 'provided port is already allocated' : undefined;
}

function nextPort(pool: Pool): number {
  const { taken, seed, given, isDryRun } = pool;
  const madeUp = given.length === 0 ? MADE_UP.portsAfter : Math.max(0, ...given);
  return take(isDryRun ? madeUp + 1 : freeNodePort(taken, seed), pool);
}

function take(port: number, { taken, given }: Pool): number {
  taken.add(port);
  given.push(port);
  return port;
}

/** A new service shares a node port between TCP and UDP of one port; a changed one takes a new one for each. */
function giveNodePorts(spec: JsonObject, own: ReadonlySet<number>, pool: Pool, isNew: boolean): FieldError[] {
  const ports = itemsAt(spec, 'ports');
  const given = new Map<number, number>();
  const used = new Set(own);
  const mayAllocate = spec['type'] === 'NodePort' || spec['allocateLoadBalancerNodePorts'] !== false;
  for (const [i, port] of ports.entries()) {
    const [number, asked] = [numberAt(port, 'port'), numberAt(port, 'nodePort')];
    if (asked === 0 && !mayAllocate) continue;
    const shared = isNew ? given.get(number) : undefined;
    const wanted = asked !== 0 ? asked : (shared ?? (isNew ? requestedPort(ports, number) : 0));
    if (wanted !== 0 && wanted !== shared && !used.has(wanted)) {
      const why = whyNoPort(wanted, pool);
      if (why !== undefined) return [invalidValue(`spec.ports[${i}].nodePort`, wanted, why)];
      take(wanted, pool);
      if (!isNew) used.add(wanted);
    }
    port['nodePort'] = wanted === 0 ? nextPort(pool) : wanted;
    if (!given.has(number)) given.set(number, numberAt(port, 'nodePort'));
  }
  return [];
}

/** The node port that some entry asks for this port. */
function requestedPort(ports: readonly JsonObject[], number: number): number {
  const entry = ports.find((port) => numberAt(port, 'port') === number && numberAt(port, 'nodePort') !== 0);
  return entry ? numberAt(entry, 'nodePort') : 0;
}
