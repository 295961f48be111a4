// Names, name resolution and the network of the host, in pod specs (k8s.io/kubernetes pkg/apis/core/validation).
import { getList, getObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { subdomainErrors, underscoreSubdomainErrors } from '../../model/names.ts';
import { addressErrors } from './addresses.ts';
import { duplicateValue, forbiddenField, invalidValue, requiredValue, tooLong } from './fieldError.ts';
import type { FieldError } from './fieldError.ts';
import { eachItem, textAt } from './values.ts';

const MAX_SERVERS = 3;
const MAX_SEARCHES = 32;
const MAX_SEARCH_LENGTH = 2048;
const HOSTNAME_LIMIT = 64;

const textsAt = (object: JsonObject, key: string): string[] => (getList(object, key) ?? []).map(String);

/** The errors of `spec.dnsConfig`. */
export function dnsErrors(spec: JsonObject, path: string): FieldError[] {
  const [config, at] = [getObject(spec, 'dnsConfig'), `${path}.dnsConfig`];
  const needsServers = spec['dnsPolicy'] === 'None';
  if (!config) return needsServers ? [requiredValue(at, 'must provide `dnsConfig` when `dnsPolicy` is None')] : [];
  const [servers, searches] = [textsAt(config, 'nameservers'), textsAt(config, 'searches')];
  if (needsServers && servers.length === 0)
    return [requiredValue(`${at}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None')];
  const errors: FieldError[] = [];
  if (servers.length > MAX_SERVERS)
    errors.push(invalidValue(`${at}.nameservers`, servers, `must not have more than ${MAX_SERVERS} nameservers`));
  errors.push(...servers.flatMap((server, i) => addressErrors(server, `${at}.nameservers[${i}]`)));
  if (searches.length > MAX_SEARCHES)
    errors.push(invalidValue(`${at}.searches`, searches, `must not have more than ${MAX_SEARCHES} search paths`));
  const length = `must not have more than ${MAX_SEARCH_LENGTH} characters (including spaces) in the search list`;
  if (searches.join(' ').length > MAX_SEARCH_LENGTH) errors.push(invalidValue(`${at}.searches`, searches, length));
  errors.push(...searches.flatMap((search, i) => searchErrors(search, `${at}.searches[${i}]`)));
  return [
    ...errors,
    ...eachItem(config, 'options', at).flatMap(({ item, at: option }) =>
      textAt(item, 'name') === '' ? [requiredValue(option, 'must not be empty')] : [],
    ),
  ];
}

function searchErrors(search: string, at: string): FieldError[] {
  if (search === '.') return [];
  const name = search.replace(/\.$/, '');
  return underscoreSubdomainErrors(name).map((error) => invalidValue(at, name, error));
}

/** The errors of `spec.hostAliases`. */
export function hostAliasErrors(spec: JsonObject, path: string): FieldError[] {
  return eachItem(spec, 'hostAliases', path).flatMap(({ item, at }) => [
    ...addressErrors(textAt(item, 'ip'), `${at}.ip`),
    ...textsAt(item, 'hostnames').flatMap((name, i) =>
      subdomainErrors(name).map((error) => invalidValue(`${at}.hostnames[${i}]`, name, error)),
    ),
  ]);
}

/** A pod on the network of its node has the same ports there. Templates may leave the ports of the node out. */
export function hostNetworkErrors(spec: JsonObject, path: string, isPod: boolean): FieldError[] {
  if (spec['hostNetwork'] !== true) return [];
  return eachItem(spec, 'containers', path)
    .flatMap(({ item, at }) => eachItem(item, 'ports', at))
    .flatMap(({ item, at }) => {
      const [host, own] = [Number(item['hostPort'] ?? 0), Number(item['containerPort'] ?? 0)];
      return (isPod || host !== 0) && host !== own
        ? [invalidValue(`${at}.hostPort`, host, 'must match `containerPort` when `hostNetwork` is true')]
        : [];
    });
}

/** A port of the node is taken once, by the containers that run at the same time. */
export function hostPortErrors(containers: ReturnType<typeof eachItem>): FieldError[] {
  const taken = new Set<string>();
  return containers
    .flatMap(({ item, at }) => eachItem(item, 'ports', at))
    .flatMap(({ item, at }) => {
      const port = Number(item['hostPort'] ?? 0);
      const key = `${textAt(item, 'protocol')}/${textAt(item, 'hostIP')}/${port}`;
      if (port === 0) return [];
      if (taken.has(key)) return [duplicateValue(`${at}.hostPort`, key)];
      taken.add(key);
      return [];
    });
}

/** A pod with users of its own shares nothing else of its node. */
export function hostUserErrors(spec: JsonObject, path: string): FieldError[] {
  if (spec['hostUsers'] !== false) return [];
  const refused = (field: string): FieldError => forbiddenField(field, 'when `hostUsers` is false');
  const devices = ['initContainers', 'containers', 'ephemeralContainers']
    .flatMap((list) => eachItem(spec, list, path))
    .filter(({ item }) => (getList(item, 'volumeDevices') ?? []).length > 0);
  return [
    ...(spec['hostNetwork'] === true ? [refused(`${path}.hostNetwork`)] : []),
    ...(spec['hostPID'] === true ? [refused(`${path}.HostPID`)] : []),
    ...(spec['hostIPC'] === true ? [refused(`${path}.HostIPC`)] : []),
    ...devices.map(({ at }) => refused(`${at}.volumeDevices`)),
  ];
}

/** The errors of `spec.hostnameOverride`. */
export function hostnameOverrideErrors(spec: JsonObject, path: string): FieldError[] {
  const [name, at] = [spec['hostnameOverride'], `${path}.hostnameOverride`];
  if (typeof name !== 'string') return [];
  return [
    ...(spec['setHostnameAsFQDN'] === true
      ? [forbiddenField(at, 'may not be specified when setHostnameAsFQDN is true')]
      : []),
    ...(spec['hostNetwork'] === true ? [forbiddenField(at, 'may not be specified when hostNetwork is true')] : []),
    ...(name.length > HOSTNAME_LIMIT ? [tooLong(at, HOSTNAME_LIMIT)] : []),
    ...subdomainErrors(name).map((error) => invalidValue(at, name, error)),
  ];
}
