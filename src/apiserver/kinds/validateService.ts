// The rules for services (k8s.io/kubernetes pkg/apis/core/validation ValidateService), in upstream's order and words.
import { getList, getObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { duplicateValue, forbiddenField, invalidValue, notSupported, requiredValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { internalValue } from '../validation/goInternal.ts';
import { labelErrors } from '../validation/metadata.ts';
import { labelNameErrors, subdomainErrors } from '../../model/names.ts';
import { eachItem, portErrors, portNumberErrors, textAt } from '../validation/values.ts';
import { cidrErrors, isAddress } from './cidr.ts';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const AFFINITIES = ['ClientIP', 'None'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

const specOf = (object: JsonObject): JsonObject => getObject(object, 'spec') ?? {};
const listAt = (spec: JsonObject, field: string): string[] => (getList(spec, field) ?? []).map(String);
const isHeadless = (spec: JsonObject): boolean => listAt(spec, 'clusterIPs')[0] === 'None';

export function needsNodePort(spec: JsonObject): boolean {
  return spec['type'] === 'NodePort' || spec['type'] === 'LoadBalancer';
}

/** Reachable from outside of the cluster: only then is there a policy for such traffic. */
export function isExternal(spec: JsonObject): boolean {
  return needsNodePort(spec) || (spec['type'] === 'ClusterIP' && listAt(spec, 'externalIPs').length > 0);
}

/** Whether families are given up that the policy keeps. */
export function isReduced(spec: JsonObject, before: JsonObject | undefined): boolean {
  const [now, was] = [getList(spec, 'ipFamilies') ?? [], getList(before, 'ipFamilies') ?? []];
  return spec['ipFamilyPolicy'] !== 'SingleStack' && now.length > 0 && now.length < was.length;
}

export function serviceErrors(object: JsonObject, old: JsonObject | undefined): FieldError[] {
  const spec = specOf(object);
  const type = textAt(spec, 'type');
  const errors = old
    ? [...changedErrors(spec, specOf(old), 'clusterIPs'), ...changedErrors(spec, specOf(old), 'ipFamilies')]
    : [];
  if (errors.length === 0 && old && isReduced(spec, specOf(old))) {
    const why = "must be 'SingleStack' to release the secondary IP family";
    return [invalidValue('spec.ipFamilyPolicy', spec['ipFamilyPolicy'], why)];
  }
  const ports = eachItem(spec, 'ports', 'spec');
  if (ports.length === 0 && !isHeadless(spec) && type !== 'ExternalName') errors.push(requiredValue('spec.ports'));
  if (needsNodePort(spec) && isHeadless(spec))
    errors.push(invalidValue('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`));
  if (type === 'ExternalName') errors.push(...externalNameErrors(spec));
  const names = new Set<string>();
  errors.push(...ports.flatMap(({ item, at }) => onePortErrors(item, at, ports.length > 1, names)));
  errors.push(
    ...labelErrors(getObject(spec, 'selector'), 'spec.selector'),
    ...oneOf(spec, 'sessionAffinity', AFFINITIES),
  );
  for (const field of ['clusterIPs', 'externalIPs']) {
    for (const [i, address] of listAt(spec, field).entries())
      if (address !== 'None' && !isAddress(address))
        errors.push(
          invalidValue(`spec.${field}[${i}]`, address, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'),
        );
  }
  errors.push(
    ...oneOf(spec, 'type', TYPES),
    ...nodePortErrors(ports, type),
    ...samePortErrors(ports),
    ...balancerErrors(spec),
    ...trafficErrors(spec),
  );
  // What cannot be allocated is found out after all that; who only prefers two families keeps what there is.
  if (errors.length > 0 || (old && spec['ipFamilyPolicy'] === 'PreferDualStack')) return errors;
  return familyErrors(spec);
}

function oneOf(spec: JsonObject, field: string, known: readonly string[]): FieldError[] {
  const value = textAt(spec, field);
  if (value === '') return [requiredValue(`spec.${field}`)];
  return known.includes(value) ? [] : [notSupported(`spec.${field}`, value, known)];
}

/** Addresses and their families are for life, unless the type gives them back. */
function changedErrors(spec: JsonObject, before: JsonObject, field: 'clusterIPs' | 'ipFamilies'): FieldError[] {
  if (spec['type'] === 'ExternalName' || before['type'] === 'ExternalName') return [];
  if (field === 'ipFamilies' ? isHeadless(spec) || isHeadless(before) : isHeadless(spec) && isHeadless(before))
    return [];
  const [now, then] = [listAt(spec, field), listAt(before, field)];
  const shared = now.length === then.length ? then : then.slice(0, 1);
  if (now.length === 0 && then.length > 0)
    return [
      invalidValue(
        `spec.${field}[0]`,
        spec[field] ?? null,
        `primary ${field === 'clusterIPs' ? 'clusterIP' : 'ipFamily'} can not be unset`,
      ),
    ];
  return shared.flatMap((value, i) =>
    now[i] === value
      ? []
      : [
          invalidValue(
            `spec.${field}[${field === 'clusterIPs' ? i : 0}]`,
            spec[field] ?? null,
            'may not change once set',
          ),
        ],
  );
}

function externalNameErrors(spec: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  for (const field of ['clusterIPs', 'ipFamilies'])
    if (listAt(spec, field).length > 0)
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
  return [...errors, ...portErrors(port['targetPort'], `${at}.targetPort`)];
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

function balancerErrors(spec: JsonObject): FieldError[] {
  const isBalanced = spec['type'] === 'LoadBalancer';
  const ranges = listAt(spec, 'loadBalancerSourceRanges');
  const errors =
    ranges.length > 0 && !isBalanced ? [forbiddenField('spec.LoadBalancerSourceRanges', ONLY_BALANCED)] : [];
  errors.push(...ranges.flatMap((range, i) => cidrErrors(range.trim(), `spec.LoadBalancerSourceRanges[${i}]`)));
  if (!isBalanced)
    for (const field of ['allocateLoadBalancerNodePorts', 'loadBalancerClass'])
      if (spec[field] !== undefined) errors.push(forbiddenField(`spec.${field}`, ONLY_BALANCED));
  return errors;
}

/** Types whose traffic inside the cluster has a policy; others, unknown ones too, need none. */
const HAS_INNER_TRAFFIC: ReadonlySet<string> = new Set(['ClusterIP', 'LoadBalancer', 'NodePort']);

function trafficErrors(spec: JsonObject): FieldError[] {
  const policies = ['Cluster', 'Local'];
  const [outer, inner] = [textAt(spec, 'externalTrafficPolicy'), textAt(spec, 'internalTrafficPolicy')];
  const errors: FieldError[] = [];
  if (!isExternal(spec)) {
    if (outer !== '')
      errors.push(
        invalidValue('spec.externalTrafficPolicy', outer, 'may only be set for externally-accessible services'),
      );
  } else errors.push(...oneOf(spec, 'externalTrafficPolicy', policies));
  if (inner === '' && HAS_INNER_TRAFFIC.has(textAt(spec, 'type')))
    errors.push(requiredValue('spec.internalTrafficPolicy'));
  else if (inner !== '' && !policies.includes(inner))
    errors.push(notSupported('spec.internalTrafficPolicy', inner, policies));
  return errors;
}

/** Only what balances loads has a balancer's addresses. */
export function serviceStatusErrors(object: JsonObject): FieldError[] {
  const ingress = getList(object, 'status', 'loadBalancer', 'ingress') ?? [];
  return ingress.length > 0 && specOf(object)['type'] !== 'LoadBalancer'
    ? [forbiddenField('status.loadBalancer.ingress', "may only be used when `spec.type` is 'LoadBalancer'")]
    : [];
}

export function serviceWarnings(object: JsonObject): string[] {
  const spec = specOf(object);
  const [type, hasOuter, headless] = [
    textAt(spec, 'type'),
    listAt(spec, 'externalIPs').length > 0,
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

/** There are IPv4 addresses only; a headless service without a selector has none of the cluster's. */
function familyErrors(spec: JsonObject): FieldError[] {
  const hasSelector = Object.keys(getObject(spec, 'selector') ?? {}).length > 0;
  if (spec['type'] === 'ExternalName' || (isHeadless(spec) && !hasSelector)) return [];
  const errors: FieldError[] = [];
  if (spec['ipFamilyPolicy'] === 'RequireDualStack')
    errors.push(
      invalidValue('spec.ipFamilyPolicy', 'RequireDualStack', 'this cluster is not configured for dual-stack services'),
    );
  for (const [i, family] of listAt(spec, 'ipFamilies').entries())
    if (family === 'IPv6') errors.push(invalidValue(`spec.ipFamilies[${i}]`, family, 'not configured on this cluster'));
  return errors;
}
