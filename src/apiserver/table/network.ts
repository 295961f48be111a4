// Printers of services, ingresses and what belongs to them.
import { getList, getObject, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { age, labelsText, nameOf, NONE, numberAt, objectsAt, printer, selectorText, UNSET } from './printer.ts';

const SHOWN_ENDPOINTS = 3;

export const service = printer(
  ['Name', 'Type', 'Cluster-IP', 'External-IP', 'Port(s)', 'Age', 'Selector*'],
  (object, now) => [
    nameOf(object),
    getString(object, 'spec', 'type') ?? 'ClusterIP',
    getString(object, 'spec', 'clusterIP') ?? NONE,
    externalAddress(object),
    ports(object),
    age(object, now),
    labelsText(getObject(object, 'spec', 'selector')),
  ],
);

function externalAddress(object: JsonObject): string {
  const type = getString(object, 'spec', 'type') ?? 'ClusterIP';
  if (type === 'ExternalName') return getString(object, 'spec', 'externalName') ?? '';
  const external = (getList(object, 'spec', 'externalIPs') ?? []).map(String);
  if (type === 'LoadBalancer') {
    const addresses = [...loadBalancerAddresses(object), ...external];
    return addresses.length === 0 ? '<pending>' : addresses.join(',');
  }
  return external.length === 0 ? NONE : external.join(',');
}

function loadBalancerAddresses(object: JsonObject): string[] {
  return objectsAt(object, 'status', 'loadBalancer', 'ingress').map(
    (one) => getString(one, 'ip') ?? getString(one, 'hostname') ?? '',
  );
}

function ports(object: JsonObject): string {
  const texts = objectsAt(object, 'spec', 'ports').map((port) => {
    const node = numberAt(port, 'nodePort');
    return `${numberAt(port, 'port')}${node > 0 ? `:${node}` : ''}/${getString(port, 'protocol') ?? 'TCP'}`;
  });
  return texts.length === 0 ? NONE : texts.join(',');
}

export const ingress = printer(['Name', 'Class', 'Hosts', 'Address', 'Ports', 'Age'], (object, now) => {
  const hosts = objectsAt(object, 'spec', 'rules')
    .map((rule) => getString(rule, 'host') ?? '')
    .filter((host) => host !== '');
  return [
    nameOf(object),
    getString(object, 'spec', 'ingressClassName') ?? NONE,
    hosts.length === 0 ? '*' : hosts.join(','),
    loadBalancerAddresses(object).join(','),
    objectsAt(object, 'spec', 'tls').length > 0 ? '80, 443' : '80',
    age(object, now),
  ];
});

export const networkPolicy = printer(['Name', 'Pod-Selector', 'Age'], (object, now) => [
  nameOf(object),
  selectorText(getObject(object, 'spec', 'podSelector')),
  age(object, now),
]);

export const endpointSlice = printer(['Name', 'AddressType', 'Ports', 'Endpoints', 'Age'], (object, now) => [
  nameOf(object),
  getString(object, 'addressType') ?? '',
  listText(objectsAt(object, 'ports').map((port) => (port['port'] === undefined ? '*' : String(port['port'])))),
  listText(objectsAt(object, 'endpoints').flatMap((one) => (getList(one, 'addresses') ?? []).map(String))),
  age(object, now),
]);

function listText(items: readonly string[]): string {
  if (items.length === 0) return UNSET;
  const more = items.length - SHOWN_ENDPOINTS;
  return `${items.slice(0, SHOWN_ENDPOINTS).join(',')}${more > 0 ? ` + ${more} more...` : ''}`;
}
