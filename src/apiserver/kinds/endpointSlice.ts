// Endpoint slices: defaults and rules (k8s.io/kubernetes pkg/apis/discovery).
import { equalJson, getList } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { duplicateValue, invalidValue, notSupported, requiredValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { labelNameErrors } from '../../model/names.ts';
import { immutableField, textAt } from '../validation/values.ts';
import { isAddress } from './cidr.ts';
import { itemsAt, objectAt, setDefaults } from './defaulting.ts';
import type { KindRules } from './kind.ts';

const TYPES = ['FQDN', 'IPv4', 'IPv6'];
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
  return itemsAt(object, 'ports').flatMap((port, i) => {
    const [at, name, protocol] = [`ports[${i}]`, textAt(port, 'name'), textAt(port, 'protocol')];
    const errors = name === '' ? [] : labelNameErrors(name).map((error) => invalidValue(`${at}.name`, name, error));
    if (names.has(name)) errors.push(duplicateValue(`${at}.name`, name));
    names.add(name);
    if (!PROTOCOLS.includes(protocol)) errors.push(notSupported(`${at}.protocol`, protocol, PROTOCOLS));
    return errors;
  });
}

function endpointErrors(object: JsonObject): FieldError[] {
  const type = textAt(object, 'addressType');
  return itemsAt(object, 'endpoints').flatMap((endpoint, i) => {
    const field = `endpoints[${i}].addresses`;
    const addresses = (getList(endpoint, 'addresses') ?? []).map(String);
    if (addresses.length === 0) return [requiredValue(field, 'must contain at least 1 address')];
    if (type !== 'IPv4' && type !== 'IPv6') return [];
    return addresses.flatMap((address, j) => {
      if (!isAddress(address))
        return [
          invalidValue(`${field}[${j}]`, address, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'),
        ];
      return address.includes(':') === (type === 'IPv6')
        ? []
        : [invalidValue(field, address, `must be an ${type} address`)];
    });
  });
}
