// Endpoint slices: defaults and rules (k8s.io/kubernetes pkg/apis/discovery).
import { equalJson, getList } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { addressErrors, canonicalAddress, parseAddress, specialAddressErrors } from '../validation/addresses.ts';
import { duplicateValue, invalidValue, notSupported, requiredValue, tooMany } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { labelNameErrors, labelValueErrors, qualifiedNameErrors, subdomainErrors } from '../../model/names.ts';
import { immutableField, textAt } from '../validation/values.ts';
import { itemsAt, objectAt, setDefaults } from './defaulting.ts';
import type { KindRules } from './kind.ts';

const TYPES = ['FQDN', 'IPv4', 'IPv6'];
const MAX_PORTS = 20_000;
const MAX_ENDPOINTS = 1000;
const MAX_ADDRESSES = 100;
const MAX_HINTS = 8;
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

/** Counts changes of what it lists and of its labels. */
export const endpointSlice: KindRules = {
  default: (object) => {
    for (const port of itemsAt(object, 'ports')) setDefaults(port, { name: '', protocol: 'TCP' });
  },
  generation: (object, old) => !equalJson(listed(object), listed(old)) || !equalJson(labelsOf(object), labelsOf(old)),
  validate: (object, _context, old) => [
    ...typeErrors(textAt(object, 'addressType')),
    ...portErrors(object),
    ...(old && equalJson(object['endpoints'], old['endpoints']) ? [] : endpointErrors(object)),
  ],
  warnings: (object) =>
    textAt(object, 'addressType') === 'FQDN' ? ['spec.addressType: FQDN endpoints are deprecated'] : [],
  validateUpdate: (object, old) =>
    immutableField(textAt(object, 'addressType'), textAt(old, 'addressType'), 'addressType'),
};

/** What it says, without metadata; an empty list is none. */
const listed = ({ metadata: _metadata, endpoints, ports, ...rest }: JsonObject): JsonObject => ({
  ...rest,
  endpoints: endpoints ?? [],
  ports: ports ?? [],
});
const labelsOf = (object: JsonObject): JsonObject => objectAt(objectAt(object, 'metadata'), 'labels') ?? {};

function typeErrors(type: string): FieldError[] {
  if (type === '') return [requiredValue('addressType')];
  return TYPES.includes(type) ? [] : [notSupported('addressType', type, TYPES)];
}

function portErrors(object: JsonObject): FieldError[] {
  const names = new Set<string>();
  const ports = itemsAt(object, 'ports');
  if (ports.length > MAX_PORTS) return [tooMany('ports', ports.length, MAX_PORTS)];
  return ports.flatMap((port, i) => {
    const [at, name, protocol] = [`ports[${i}]`, textAt(port, 'name'), textAt(port, 'protocol')];
    const errors = name === '' ? [] : labelNameErrors(name).map((error) => invalidValue(`${at}.name`, name, error));
    if (names.has(name)) errors.push(duplicateValue(`${at}.name`, name));
    names.add(name);
    if (!PROTOCOLS.includes(protocol)) errors.push(notSupported(`${at}.protocol`, protocol, PROTOCOLS));
    const application = port['appProtocol'];
    if (typeof application === 'string')
      errors.push(
        ...qualifiedNameErrors(application).map((error) => invalidValue(`${at}.appProtocol`, application, error)),
      );
    return errors;
  });
}

function endpointErrors(object: JsonObject): FieldError[] {
  const [type, endpoints] = [textAt(object, 'addressType'), itemsAt(object, 'endpoints')];
  if (endpoints.length > MAX_ENDPOINTS) return [tooMany('endpoints', endpoints.length, MAX_ENDPOINTS)];
  return endpoints.flatMap((endpoint, i) => {
    const [at, field] = [`endpoints[${i}]`, `endpoints[${i}].addresses`];
    const addresses = (getList(endpoint, 'addresses') ?? []).map(String);
    const errors = addresses.length === 0 ? [requiredValue(field, 'must contain at least 1 address')] : [];
    if (addresses.length > MAX_ADDRESSES) errors.push(tooMany(field, addresses.length, MAX_ADDRESSES));
    errors.push(...addresses.flatMap((address, j) => endpointAddressErrors(address, type, field, `${field}[${j}]`)));
    const [node, host] = [endpoint['nodeName'], endpoint['hostname']];
    if (typeof node === 'string')
      errors.push(...subdomainErrors(node).map((error) => invalidValue(`${at}.nodeName`, node, error)));
    if (typeof host === 'string')
      errors.push(...labelNameErrors(host).map((error) => invalidValue(`${at}.hostname`, host, error)));
    return [...errors, ...hintErrors(objectAt(endpoint, 'hints') ?? {}, `${at}.hints`)];
  });
}

/** Of another family is told at the list. Addresses of the newer family are looked at strictly. */
function endpointAddressErrors(address: string, type: string, list: string, at: string): FieldError[] {
  if (type === 'FQDN') return domainErrors(address, at);
  if (type !== 'IPv4' && type !== 'IPv6') return [];
  const errors = addressErrors(address, at);
  if (errors.length > 0) return errors;
  const parsed = parseAddress(address);
  if (type === 'IPv6' && parsed) {
    const canonical = canonicalAddress(parsed);
    if (canonical !== address)
      return [invalidValue(at, address, `must be in canonical form (${JSON.stringify(canonical)})`)];
  }
  const isOther = parsed?.family !== (type === 'IPv4' ? 4 : 6);
  return [
    ...(isOther ? [invalidValue(list, address, `must be an ${type} address`)] : []),
    ...(parsed ? specialAddressErrors(parsed, address, at) : []),
  ];
}

function domainErrors(name: string, at: string): FieldError[] {
  if (name === '') return [requiredValue(at)];
  const plain = name.replace(/\.$/, '');
  const wrong = subdomainErrors(plain);
  if (wrong.length > 0) return [invalidValue(at, plain, wrong.join(','))];
  const labels = plain.split('.');
  if (labels.length < 2)
    return [invalidValue(at, plain, 'should be a domain with at least two segments separated by dots')];
  const long = labels.find((label) => labelNameErrors(label).length > 0);
  return long === undefined ? [] : [invalidValue(at, long, labelNameErrors(long).join(','))];
}

/** Which zones and nodes should use an endpoint: each is named once. */
function hintErrors(hints: JsonObject, at: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [list, rule] of [
    ['forZones', labelValueErrors],
    ['forNodes', subdomainErrors],
  ] as const) {
    const [items, names] = [itemsAt(hints, list), new Set<string>()];
    if (items.length > MAX_HINTS) return [...errors, tooMany(`${at}.${list}`, items.length, MAX_HINTS)];
    for (const [i, item] of items.entries()) {
      const [name, field] = [textAt(item, 'name'), `${at}.${list}[${i}].name`];
      if (names.has(name)) errors.push(duplicateValue(field, name));
      names.add(name);
      errors.push(...rule(name).map((error) => invalidValue(field, name, error)));
    }
  }
  return errors;
}
