// The rules for services (k8s.io/kubernetes pkg/apis/core/validation ValidateService), in upstream's order and words.
import { equalJson, getList, getObject, getString, isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { duplicateValue, forbiddenField, invalidValue, notSupported, requiredValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { labelErrors } from '../validation/metadata.ts';
import { labelNameErrors, subdomainErrors } from '../validation/names.ts';
import { portNumberErrors } from '../validation/values.ts';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const AFFINITIES = ['ClientIP', 'None'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const IP = /^(\d{1,3}\.){3}\d{1,3}$|^[0-9a-fA-F:]+:[0-9a-fA-F:.]*$/;

export function serviceErrors(object: JsonObject): FieldError[] {
  const spec = getObject(object, 'spec') ?? {};
  const ports = (getList(spec, 'ports') ?? []).filter(isJsonObject);
  const type = getString(spec, 'type') ?? '';
  const isHeadless = spec['clusterIP'] === 'None';
  const errors: FieldError[] = [];
  if (ports.length === 0 && !isHeadless && type !== 'ExternalName') errors.push(requiredValue('spec.ports'));
  if (type === 'ExternalName') errors.push(...externalNameErrors(spec));
  errors.push(...portListErrors(ports));
  errors.push(...labelErrors(getObject(spec, 'selector'), 'spec.selector'));
  const affinity = getString(spec, 'sessionAffinity') ?? '';
  if (affinity === '') errors.push(requiredValue('spec.sessionAffinity'));
  else if (!AFFINITIES.includes(affinity)) errors.push(notSupported('spec.sessionAffinity', affinity, AFFINITIES));
  for (const [i, address] of (getList(spec, 'externalIPs') ?? []).entries()) {
    if (!IP.test(String(address))) errors.push(invalidValue(`spec.externalIPs[${i}]`, address, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'));
  }
  if (type === '') errors.push(requiredValue('spec.type'));
  else if (!TYPES.includes(type)) errors.push(notSupported('spec.type', type, TYPES));
  if (type !== 'LoadBalancer' && (getList(spec, 'loadBalancerSourceRanges') ?? []).length > 0) errors.push(forbiddenField('spec.LoadBalancerSourceRanges', "may only be used when `type` is 'LoadBalancer'"));
  if (type === 'ClusterIP') errors.push(...nodePortErrors(ports));
  const policy = getString(spec, 'externalTrafficPolicy') ?? '';
  const isExternal = type === 'NodePort' || type === 'LoadBalancer' || (type === 'ClusterIP' && (getList(spec, 'externalIPs') ?? []).length > 0);
  if (policy !== '' && !isExternal) errors.push(invalidValue('spec.externalTrafficPolicy', policy, 'may only be set for externally-accessible services'));
  return errors;
}

function externalNameErrors(spec: JsonObject): FieldError[] {
  const name = getString(spec, 'externalName') ?? '';
  const errors: FieldError[] = [];
  if (name === '') errors.push(requiredValue('spec.externalName'));
  else errors.push(...subdomainErrors(name.replace(/\.$/, '')).map((error) => invalidValue('spec.externalName', name, error)));
  return errors;
}

function portListErrors(ports: readonly JsonObject[]): FieldError[] {
  const names = new Set<string>();
  const used: JsonObject[] = [];
  return ports.flatMap((port, i) => {
    const at = `spec.ports[${i}]`;
    const name = getString(port, 'name') ?? '';
    const errors: FieldError[] = [];
    if (name === '') {
      if (ports.length > 1) errors.push(requiredValue(`${at}.name`));
    } else {
      errors.push(...labelNameErrors(name).map((error) => invalidValue(`${at}.name`, name, error)));
      if (names.has(name)) errors.push(duplicateValue(`${at}.name`, name));
      names.add(name);
    }
    errors.push(...portNumberErrors(Number(port['port'] ?? 0)).map((error) => invalidValue(`${at}.port`, port['port'] ?? 0, error)));
    const protocol = getString(port, 'protocol') ?? '';
    if (protocol === '') errors.push(requiredValue(`${at}.protocol`));
    else if (!PROTOCOLS.includes(protocol)) errors.push(notSupported(`${at}.protocol`, protocol, PROTOCOLS));
    const target = port['targetPort'];
    if (typeof target === 'number') errors.push(...portNumberErrors(target).map((error) => invalidValue(`${at}.targetPort`, target, error)));
    const key: JsonObject = { protocol, port: port['port'] ?? 0 };
    if (used.some((each) => equalJson(each, key))) errors.push(duplicateValue(at, { port: port['port'] ?? 0, protocol } as JsonObject));
    used.push(key);
    return errors;
  });
}

function nodePortErrors(ports: readonly JsonObject[]): FieldError[] {
  return ports.flatMap((port, i) => (typeof port['nodePort'] === 'number' && port['nodePort'] !== 0 ? [forbiddenField(`spec.ports[${i}].nodePort`, "may not be used when `type` is 'ClusterIP'")] : []));
}

/** An address is for life, unless the type gives it back. */
export function serviceUpdateErrors(object: JsonObject, old: JsonObject): FieldError[] {
  const [now, before] = [getObject(object, 'spec') ?? {}, getObject(old, 'spec') ?? {}];
  if (now['type'] === 'ExternalName' || before['type'] === 'ExternalName' || (before['clusterIP'] ?? '') === '') return [];
  if (equalJson(now['clusterIP'] ?? '', before['clusterIP'] ?? '')) return [];
  return [invalidValue('spec.clusterIPs[0]', getList(now, 'clusterIPs') ?? [], 'may not change once set')];
}

export function serviceWarnings(object: JsonObject): string[] {
  const spec = getObject(object, 'spec') ?? {};
  const warnings: string[] = [];
  if (spec['type'] !== 'ExternalName' && (getString(spec, 'externalName') ?? '') !== '') warnings.push('spec.externalName is ignored when spec.type is not "ExternalName"');
  if ((getList(spec, 'externalIPs') ?? []).length > 0) warnings.push('spec.externalIPs is deprecated and may no longer be implemented in some clusters');
  return warnings;
}
