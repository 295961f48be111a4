// Rules of pod specs, alone and in templates, and the warnings about them, as k8s.io/kubernetes pkg/apis/core/validation
// and pkg/api/pod have them.
import { isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { affinityErrors, tolerationErrors } from './affinity.ts';
import { containersErrors, initContainersErrors } from './container.ts';
import { duplicateValue, invalidValue, notSupported, requiredValue } from './fieldError.ts';
import type { FieldError } from './fieldError.ts';
import { annotationErrors, labelErrors } from './metadata.ts';
import { labelNameErrors, qualifiedNameErrors, subdomainErrors } from '../../model/names.ts';
import { selectorErrors } from './selector.ts';
import { eachItem, requiredText, textAt } from './values.ts';
import { volumeErrors } from './volumes.ts';

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
const DNS_POLICIES = ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'];
const MAX_SECONDS = 2 ** 31 - 1;

const objectOf = (object: JsonObject | undefined, key: string): JsonObject | undefined => {
  const value = object?.[key];
  return isJsonObject(value) ? value : undefined;
};

/** Rules of a template: its metadata, then its spec. */
export function podTemplateErrors(template: JsonObject, path: string): FieldError[] {
  const metadata = objectOf(template, 'metadata');
  return [
    ...labelErrors(objectOf(metadata, 'labels'), `${path}.labels`),
    ...annotationErrors(objectOf(metadata, 'annotations'), `${path}.annotations`),
    ...podSpecErrors(objectOf(template, 'spec') ?? {}, `${path}.spec`),
  ];
}

/** Rules of a pod's spec. */
export function podSpecErrors(spec: JsonObject, path: string): FieldError[] {
  const volumes = volumeErrors(spec, path);
  const errors = [
    ...volumes.errors,
    ...containersErrors(spec, path, volumes.names),
    ...initContainersErrors(spec, path, volumes.names),
  ];
  errors.push(...oneOf(spec, 'restartPolicy', RESTART_POLICIES, path), ...oneOf(spec, 'dnsPolicy', DNS_POLICIES, path));
  errors.push(...labelErrors(objectOf(spec, 'nodeSelector'), `${path}.nodeSelector`));
  errors.push(
    ...eachItem(objectOf(spec, 'securityContext'), 'sysctls', `${path}.securityContext`).flatMap(({ item, at }) =>
      requiredText(item, 'name', at),
    ),
  );
  errors.push(...gateErrors(spec, path), ...spreadErrors(spec, path));
  for (const [field, rule] of [
    ['serviceAccountName', subdomainErrors],
    ['nodeName', subdomainErrors],
  ] as const)
    errors.push(...named(spec, field, rule, path));
  const deadline = spec['activeDeadlineSeconds'];
  if (typeof deadline === 'number' && (deadline < 1 || deadline > MAX_SECONDS))
    errors.push(
      invalidValue(`${path}.activeDeadlineSeconds`, deadline, `must be between 1 and ${MAX_SECONDS}, inclusive`),
    );
  for (const [field, rule] of [
    ['hostname', labelNameErrors],
    ['subdomain', labelNameErrors],
  ] as const)
    errors.push(...named(spec, field, rule, path));
  errors.push(...affinityErrors(spec, path), ...tolerationErrors(spec, path));
  for (const [field, rule] of [
    ['priorityClassName', subdomainErrors],
    ['runtimeClassName', subdomainErrors],
  ] as const)
    errors.push(...named(spec, field, rule, path));
  return errors;
}

function oneOf(spec: JsonObject, field: string, known: readonly string[], path: string): FieldError[] {
  const value = textAt(spec, field);
  if (value === '') return [requiredValue(`${path}.${field}`)];
  return known.includes(value) ? [] : [notSupported(`${path}.${field}`, value, known)];
}

function named(spec: JsonObject, field: string, rule: (name: string) => string[], path: string): FieldError[] {
  const name = textAt(spec, field);
  return name === '' ? [] : rule(name).map((error) => invalidValue(`${path}.${field}`, name, error));
}

function gateErrors(spec: JsonObject, path: string): FieldError[] {
  const seen = new Set<string>();
  return eachItem(spec, 'schedulingGates', path).flatMap(({ item, at }) => {
    const name = textAt(item, 'name');
    const errors = qualifiedNameErrors(name).map((error) => invalidValue(at, name, error));
    if (seen.has(name)) errors.push(duplicateValue(at, name));
    seen.add(name);
    return errors;
  });
}

function spreadErrors(spec: JsonObject, path: string): FieldError[] {
  return eachItem(spec, 'topologySpreadConstraints', path).flatMap(({ item, at }) => {
    const skew = Number(item['maxSkew'] ?? 0);
    const action = textAt(item, 'whenUnsatisfiable');
    const actions = ['DoNotSchedule', 'ScheduleAnyway'];
    return [
      ...(skew > 0 ? [] : [invalidValue(`${at}.maxSkew`, skew, 'must be greater than zero')]),
      ...(textAt(item, 'topologyKey') === '' ? [requiredValue(`${at}.topologyKey`, 'can not be empty')] : []),
      ...(actions.includes(action) ? [] : [notSupported(`${at}.whenUnsatisfiable`, action, actions)]),
      ...selectorErrors(objectOf(item, 'labelSelector'), `${at}.labelSelector`),
    ];
  });
}

/** What is legal in a pod's spec and yet likely a mistake. */
export function podSpecWarnings(spec: JsonObject, path: string): string[] {
  const warnings: string[] = [];
  for (const { item, at } of eachItem(spec, 'topologySpreadConstraints', path))
    if (!objectOf(item, 'labelSelector'))
      warnings.push(`${at}.labelSelector: a null labelSelector results in matching no pod`);
  const seen = new Set<string>();
  const pullSecrets = eachItem(spec, 'imagePullSecrets', path);
  for (const { item, at } of pullSecrets) {
    const name = textAt(item, 'name');
    if (seen.has(name)) warnings.push(`${at}.name: duplicate name ${JSON.stringify(name)}`);
    seen.add(name);
  }
  for (const { item, at } of pullSecrets)
    if (textAt(item, 'name') === '') warnings.push(`${at}.name: invalid empty name ""`);
  const containers = ['initContainers', 'containers'].flatMap((field) => eachItem(spec, field, path));
  for (const { item, at } of containers) warnings.push(...variableWarnings(item, at));
  return [...warnings, ...portWarnings(containers)];
}

/** A variable that is set twice: the second one should use the first, or it hides it. */
function variableWarnings(container: JsonObject, path: string): string[] {
  const seen = new Set<string>();
  return eachItem(container, 'env', path).flatMap(({ item, at }) => {
    const [name, value] = [textAt(item, 'name'), textAt(item, 'value')];
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const own = `$(${name})`;
    const hides = item['valueFrom'] !== undefined || value === own || !value.includes(own);
    return hides
      ? [`${at}: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`]
      : [];
  });
}

function portWarnings(containers: readonly { readonly item: JsonObject; readonly at: string }[]): string[] {
  const ports = containers.flatMap(({ item, at }) => eachItem(item, 'ports', at));
  const warnings: string[] = [];
  for (const [i, { item, at }] of ports.entries()) {
    for (const other of ports.slice(0, i)) {
      if (
        other.item['containerPort'] !== item['containerPort'] ||
        textAt(other.item, 'protocol') !== textAt(item, 'protocol')
      )
        continue;
      const [one, two] = [Number(item['hostPort'] ?? 0), Number(other.item['hostPort'] ?? 0)];
      if (one === two && textAt(item, 'hostIP') === textAt(other.item, 'hostIP'))
        warnings.push(`${at}: duplicate port definition with ${other.at}`);
      else if (one === 0 || two === 0) warnings.push(`${at}: overlapping port definition with ${other.at}`);
    }
  }
  const names = new Map<string, string>();
  for (const { item, at } of ports) {
    const name = textAt(item, 'name');
    const first = names.get(name);
    if (name !== '' && first !== undefined)
      warnings.push(
        `${at}: duplicate port name ${JSON.stringify(name)} with ${first}, services and probes that select ports by name will use ${first}`,
      );
    else names.set(name, at);
  }
  return warnings;
}
