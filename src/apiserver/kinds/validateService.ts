// The rules for services (k8s.io/kubernetes pkg/apis/core/validation ValidateService), in upstream's order and words.
import { getObject, getString } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { duplicateValue, forbiddenField, invalidValue, notSupported, requiredValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { internalValue } from '../validation/goInternal.ts';
import { labelErrors } from '../validation/metadata.ts';
import { labelNameErrors, qualifiedNameErrors, subdomainErrors } from '../../model/names.ts';
import { eachItem, portErrors, portNumberErrors, textAt, textsAt } from '../validation/values.ts';
import { parseAddress, rangeErrors as cidrErrors } from '../validation/addresses.ts';
import {
  addressErrors,
  changedErrors,
  externalAddressErrors,
  isHeadless,
  legacyAddressErrors,
} from './validateServiceAddresses.ts';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const AFFINITIES = ['ClientIP', 'None'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];

const specOf = (object: JsonObject): JsonObject => getObject(object, 'spec') ?? {};

export function needsNodePort(spec: JsonObject): boolean {
  return spec['type'] === 'NodePort' || spec['type'] === 'LoadBalancer';
}

/** A load balancer that only sends to nodes with a pod must ask the nodes. */
export function needsHealthCheck(spec: JsonObject): boolean {
  return spec['type'] === 'LoadBalancer' && spec['externalTrafficPolicy'] === 'Local';
}

/** Reachable from outside of the cluster: only then is there a policy for such traffic. */
export function isExternal(spec: JsonObject): boolean {
  return needsNodePort(spec) || (spec['type'] === 'ClusterIP' && textsAt(spec, 'externalIPs').length > 0);
}

export function serviceErrors(object: JsonObject, old: JsonObject | undefined): FieldError[] {
  const spec = specOf(object);
  const before = old && specOf(old);
  const type = textAt(spec, 'type');
  const errors = before ? updateErrors(spec, before) : [];
  errors.push(...topologyErrors(object));
  const ports = eachItem(spec, 'ports', 'spec');
  if (ports.length === 0 && !isHeadless(spec) && type !== 'ExternalName') errors.push(requiredValue('spec.ports'));
  if (needsNodePort(spec) && isHeadless(spec))
    errors.push(invalidValue('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`));
  if (type === 'ExternalName') errors.push(...externalNameErrors(spec));
  const names = new Set<string>();
  errors.push(...ports.flatMap(({ item, at }) => onePortErrors(item, at, ports.length > 1, names)));
  errors.push(
    ...labelErrors(getObject(spec, 'selector'), 'spec.selector'),
    ...affinityErrors(spec),
    ...addressErrors(spec, before),
    ...externalAddressErrors(spec, before),
    ...oneOf(spec, 'type', TYPES),
    ...nodePortErrors(ports, type),
    ...samePortErrors(ports),
    ...balancerErrors(object, old),
    ...trafficErrors(spec),
  );
  return errors;
}

function updateErrors(spec: JsonObject, before: JsonObject): FieldError[] {
  const errors = [...changedErrors(spec, before, 'clusterIPs'), ...changedErrors(spec, before, 'ipFamilies')];
  const [balancer, was] = [spec['loadBalancerClass'], before['loadBalancerClass']];
  if (spec['type'] === 'LoadBalancer' && before['type'] === 'LoadBalancer') {
    if (balancer !== was) errors.push(invalidValue('spec.loadBalancerClass', balancer, 'may not change once set'));
    errors.push(...balancerClassErrors(balancer));
  } else if (spec['type'] !== 'LoadBalancer' && balancer !== undefined)
    errors.push(forbiddenField('spec.loadBalancerClass', ONLY_BALANCED));
  if (needsHealthCheck(spec) && needsHealthCheck(before) && healthPort(spec) !== healthPort(before))
    errors.push(forbiddenField('spec.healthCheckNodePort', 'field is immutable'));
  return errors;
}

const TOPOLOGY = 'service.kubernetes.io/topology-mode';
const TOPOLOGY_HINTS = 'service.kubernetes.io/topology-aware-hints';

/** The annotation of today and the deprecated one say the same. */
function topologyErrors(object: JsonObject): FieldError[] {
  const annotations = getObject(object, 'metadata', 'annotations');
  const [mode, hints] = [annotations?.[TOPOLOGY], annotations?.[TOPOLOGY_HINTS]];
  if (mode === undefined || hints === undefined || mode === hints) return [];
  const why = `must match annotations[${TOPOLOGY_HINTS}] when both are specified`;
  return [invalidValue(`metadata.annotations[${TOPOLOGY}]`, mode, why)];
}

const LONGEST_AFFINITY_SECONDS = 86_400;

function affinityErrors(spec: JsonObject): FieldError[] {
  const errors = oneOf(spec, 'sessionAffinity', AFFINITIES);
  if (spec['sessionAffinity'] !== 'ClientIP') return errors;
  const seconds = Number(getObject(spec, 'sessionAffinityConfig', 'clientIP')?.['timeoutSeconds']);
  if (seconds > 0 && seconds <= LONGEST_AFFINITY_SECONDS) return errors;
  const why = `must be greater than 0 and less than ${LONGEST_AFFINITY_SECONDS}`;
  return [...errors, invalidValue('spec.sessionAffinityConfig.clientIP.timeoutSeconds', seconds, why)];
}

function oneOf(spec: JsonObject, field: string, known: readonly string[]): FieldError[] {
  const value = textAt(spec, field);
  if (value === '') return [requiredValue(`spec.${field}`)];
  return known.includes(value) ? [] : [notSupported(`spec.${field}`, value, known)];
}

function externalNameErrors(spec: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  for (const field of ['clusterIPs', 'ipFamilies'])
    if (textsAt(spec, field).length > 0)
      errors.push(forbiddenField(`spec.${field}`, 'may not be set for ExternalName services'));
  if (spec['ipFamilyPolicy'] !== undefined)
    errors.push(forbiddenField('spec.ipFamilyPolicy', 'may not be set for ExternalName services'));
  const name = textAt(spec, 'externalName').replace(/\.$/, '');
  return [
    ...errors,
    ...(name === ''
      ? [requiredValue('spec.externalName')]
      : subdomainErrors(name).map((error) => invalidValue('spec.externalName', name, error))),
  ];
}

function onePortErrors(port: JsonObject, at: string, needsName: boolean, names: Set<string>): FieldError[] {
  const [name, number, protocol] = [textAt(port, 'name'), Number(port['port'] ?? 0), textAt(port, 'protocol')];
  const errors: FieldError[] = [];
  if (name === '') {
    if (needsName) errors.push(requiredValue(`${at}.name`));
  } else {
    errors.push(...labelNameErrors(name).map((error) => invalidValue(`${at}.name`, name, error)));
    if (names.has(name)) errors.push(duplicateValue(`${at}.name`, name));
    names.add(name);
  }
  errors.push(...portNumberErrors(number).map((error) => invalidValue(`${at}.port`, number, error)));
  if (protocol === '') errors.push(requiredValue(`${at}.protocol`));
  else if (!PROTOCOLS.includes(protocol)) errors.push(notSupported(`${at}.protocol`, protocol, PROTOCOLS));
  errors.push(...portErrors(port['targetPort'], `${at}.targetPort`));
  const { appProtocol } = port;
  if (typeof appProtocol === 'string')
    errors.push(
      ...qualifiedNameErrors(appProtocol).map((error) => invalidValue(`${at}.appProtocol`, appProtocol, error)),
    );
  return errors;
}

type Ports = readonly { readonly item: JsonObject; readonly at: string }[];

function nodePortErrors(ports: Ports, type: string): FieldError[] {
  const given = ports.filter(({ item }) => Number(item['nodePort'] ?? 0) !== 0);
  const unfit =
    type === 'ClusterIP'
      ? given.map(({ at }) => forbiddenField(`${at}.nodePort`, "may not be used when `type` is 'ClusterIP'"))
      : [];
  const seen = new Set<string>();
  const twice = given.flatMap(({ item, at }) => {
    const key = `${textAt(item, 'protocol')} ${String(item['nodePort'])}`;
    if (seen.has(key)) return [duplicateValue(`${at}.nodePort`, item['nodePort'] ?? 0)];
    seen.add(key);
    return [];
  });
  return [...unfit, ...twice];
}

function samePortErrors(ports: Ports): FieldError[] {
  const seen = new Set<string>();
  return ports.flatMap(({ item, at }) => {
    const { protocol = '', port = 0 } = item;
    const key = `${String(protocol)} ${String(port)}`;
    if (seen.has(key)) return [duplicateValue(at, internalValue('core.ServicePort', { protocol, port }))];
    seen.add(key);
    return [];
  });
}

const ONLY_BALANCED = "may only be used when `type` is 'LoadBalancer'";
const RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';

function balancerErrors(object: JsonObject, old: JsonObject | undefined): FieldError[] {
  const spec = specOf(object);
  const isBalanced = spec['type'] === 'LoadBalancer';
  const errors = rangeErrors(object, old, isBalanced);
  if (!isBalanced)
    for (const field of ['allocateLoadBalancerNodePorts', 'loadBalancerClass'])
      if (spec[field] !== undefined) errors.push(forbiddenField(`spec.${field}`, ONLY_BALANCED));
  return isBalanced ? [...errors, ...balancerClassErrors(spec['loadBalancerClass'])] : errors;
}

function balancerClassErrors(name: JsonValue | undefined): FieldError[] {
  if (typeof name !== 'string') return [];
  return qualifiedNameErrors(name).map((error) => invalidValue('spec.loadBalancerClass', name, error));
}

/** Whom a balancer lets in, by the field or by the annotation from before it; what was stored before is not judged again. */
function rangeErrors(object: JsonObject, old: JsonObject | undefined, isBalanced: boolean): FieldError[] {
  const ranges = textsAt(specOf(object), 'loadBalancerSourceRanges');
  const annotation = (of: JsonObject | undefined): string | undefined =>
    getString(of, 'metadata', 'annotations', RANGES);
  const written = annotation(object);
  const field = ranges.length > 0 ? 'spec.LoadBalancerSourceRanges' : `metadata.annotations[${RANGES}]`;
  if (ranges.length === 0 && written === undefined) return [];
  const errors = isBalanced ? [] : [forbiddenField(field, ONLY_BALANCED)];
  if (ranges.length > 0) {
    const known = new Set(textsAt(old && specOf(old), 'loadBalancerSourceRanges').map((range) => range.trim()));
    const judged = ranges.map((range) => range.trim());
    return [...errors, ...judged.flatMap((range, i) => (known.has(range) ? [] : cidrErrors(range, `${field}[${i}]`)))];
  }
  if (written === undefined || written.trim() === '' || annotation(old) === written) return errors;
  return [...errors, ...written.split(',').flatMap((range) => cidrErrors(range.trim(), field))];
}

/** Types whose traffic inside the cluster has a policy; others, unknown ones too, need none. */
const HAS_INNER_TRAFFIC: ReadonlySet<string> = new Set(['ClusterIP', 'LoadBalancer', 'NodePort']);

function trafficErrors(spec: JsonObject): FieldError[] {
  const policies = ['Cluster', 'Local'];
  const [outer, inner] = [textAt(spec, 'externalTrafficPolicy'), spec['internalTrafficPolicy']];
  const errors: FieldError[] = [];
  if (!isExternal(spec)) {
    if (outer !== '')
      errors.push(
        invalidValue('spec.externalTrafficPolicy', outer, 'may only be set for externally-accessible services'),
      );
  } else errors.push(...oneOf(spec, 'externalTrafficPolicy', policies));
  errors.push(...healthCheckErrors(spec));
  if (inner === undefined && HAS_INNER_TRAFFIC.has(textAt(spec, 'type')))
    errors.push(requiredValue('spec.internalTrafficPolicy'));
  else if (inner !== undefined && !policies.includes(String(inner)))
    errors.push(notSupported('spec.internalTrafficPolicy', inner, policies));
  const distribution = spec['trafficDistribution'];
  if (distribution !== undefined && !DISTRIBUTIONS.includes(String(distribution)))
    errors.push(notSupported('spec.trafficDistribution', distribution, DISTRIBUTIONS));
  return errors;
}

const healthPort = (spec: JsonObject): number => Number(spec['healthCheckNodePort'] ?? 0);

function healthCheckErrors(spec: JsonObject): FieldError[] {
  const [port, field] = [healthPort(spec), 'spec.healthCheckNodePort'];
  if (needsHealthCheck(spec))
    return port === 0
      ? [requiredValue(field)]
      : portNumberErrors(port).map((error) => invalidValue(field, port, error));
  const why = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
  return port === 0 ? [] : [invalidValue(field, port, why)];
}

const IP_MODES = ['Proxy', 'VIP'];

/** Only what balances loads has a balancer's addresses (upstream's ValidateLoadBalancerStatus). */
export function serviceStatusErrors(object: JsonObject, old: JsonObject): FieldError[] {
  const path = 'status.loadBalancer';
  const ingress = eachItem(getObject(object, 'status', 'loadBalancer'), 'ingress', path);
  if (specOf(object)['type'] !== 'LoadBalancer')
    return ingress.length > 0
      ? [forbiddenField(`${path}.ingress`, "may only be used when `spec.type` is 'LoadBalancer'")]
      : [];
  const known = eachItem(getObject(old, 'status', 'loadBalancer'), 'ingress', path).map(({ item }) =>
    textAt(item, 'ip'),
  );
  return ingress.flatMap(({ item, at }) => [
    ...(textAt(item, 'ip') === '' ? [] : legacyAddressErrors(`${at}.ip`, textAt(item, 'ip'), known)),
    ...modeErrors(item, `${at}.ipMode`),
    ...hostErrors(textAt(item, 'hostname'), `${at}.hostname`),
  ]);
}

function modeErrors(item: JsonObject, field: string): FieldError[] {
  const hasAddress = textAt(item, 'ip') !== '';
  const mode = item['ipMode'];
  if (mode === undefined) return hasAddress ? [requiredValue(field, 'must be specified when `ip` is set')] : [];
  if (!hasAddress) return [forbiddenField(field, 'may not be specified when `ip` is not set')];
  return IP_MODES.includes(String(mode)) ? [] : [notSupported(field, mode, IP_MODES)];
}

function hostErrors(name: string, field: string): FieldError[] {
  if (name === '') return [];
  const errors = subdomainErrors(name).map((error) => invalidValue(field, name, error));
  return parseAddress(name) ? [...errors, invalidValue(field, name, 'must be a DNS name, not an IP address')] : errors;
}

export function serviceWarnings(object: JsonObject): string[] {
  const spec = specOf(object);
  const [type, hasOuter, headless] = [
    textAt(spec, 'type'),
    textsAt(spec, 'externalIPs').length > 0,
    textAt(spec, 'clusterIP') === 'None' && spec['type'] === 'ClusterIP',
  ];
  const warnings: string[] = [];
  if (headless && textAt(spec, 'loadBalancerIP') !== '')
    warnings.push('spec.loadBalancerIP is ignored for headless services');
  if (headless && hasOuter) warnings.push('spec.externalIPs is ignored for headless services');
  if (headless && spec['sessionAffinity'] !== 'None')
    warnings.push('spec.SessionAffinity is ignored for headless services');
  if (hasOuter && !headless && type !== 'ExternalName')
    warnings.push('spec.externalIPs is deprecated and may no longer be implemented in some clusters');
  if (hasOuter && type === 'ExternalName')
    warnings.push('spec.externalIPs is ignored when spec.type is "ExternalName"');
  if (type !== 'ExternalName' && textAt(spec, 'externalName') !== '')
    warnings.push('spec.externalName is ignored when spec.type is not "ExternalName"');
  return warnings;
}
