// Rules of pod specs, alone and in templates, in the order of k8s.io/kubernetes pkg/apis/core/validation ValidatePodSpec.
// Each part has a file of its own.
import { isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { labelNameErrors, qualifiedNameErrors, subdomainErrors } from '../../model/names.ts';
import { affinityErrors, tolerationErrors } from './affinity.ts';
import { containersErrors, ephemeralContainersErrors, initContainersErrors } from './container.ts';
import type { PodFacts } from './container.ts';
import { fileVolumeErrors } from './environment.ts';
import { duplicateValue, forbiddenField, invalidValue, notSupported, requiredValue } from './fieldError.ts';
import type { FieldError } from './fieldError.ts';
import { annotationErrors, labelErrors } from './metadata.ts';
import { dnsErrors, hostAliasErrors, hostNetworkErrors, hostnameOverrideErrors, hostUserErrors } from './podNetwork.ts';
import { podResourceErrors } from './podResources.ts';
import { systemErrors } from './podSystem.ts';
import { resourceErrors } from './resources.ts';
import { podSecurityErrors } from './securityContext.ts';
import { spreadErrors } from './topologySpread.ts';
import { eachItem, textAt } from './values.ts';
import { volumeErrors } from './volumes.ts';
import { hostProcessErrors } from './windowsOptions.ts';

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const PREEMPTIONS = ['PreemptLowerPriority', 'Never'];
const MAX_SECONDS = 2 ** 31 - 1;

const objectOf = (object: JsonObject | undefined, key: string): JsonObject | undefined => {
  const value = object?.[key];
  return isJsonObject(value) ? value : undefined;
};

/** Rules of a template: its metadata, then its spec. */
export function podTemplateErrors(template: JsonObject, path: string): FieldError[] {
  const spec = objectOf(template, 'spec') ?? {};
  const ephemeral = Array.isArray(spec['ephemeralContainers']) && spec['ephemeralContainers'].length > 0;
  return [
    ...templateMetadataErrors(template, path),
    ...podSpecErrors(spec, `${path}.spec`),
    ...(ephemeral
      ? [forbiddenField(`${path}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template')]
      : []),
  ];
}

/** Rules of the labels and annotations that pods will have. */
export function templateMetadataErrors(template: JsonObject, path: string): FieldError[] {
  const metadata = objectOf(template, 'metadata');
  return [
    ...labelErrors(objectOf(metadata, 'labels'), `${path}.labels`),
    ...annotationErrors(objectOf(metadata, 'annotations'), `${path}.annotations`),
  ];
}

/** Rules of a pod's spec. `podName` is that of a pod of its own, which templates do not have. */
export function podSpecErrors(spec: JsonObject, path: string, podName?: string): FieldError[] {
  const { errors, volumes } = volumeErrors(spec, path, podName);
  const hostUsers = spec['hostUsers'] !== false;
  const [grace, claims] = [spec['terminationGracePeriodSeconds'], claimsOf(spec)];
  const pod: PodFacts = {
    volumes,
    claims,
    restartPolicy: textAt(spec, 'restartPolicy'),
    graceSeconds: typeof grace === 'number' ? grace : undefined,
    hostUsers,
  };
  return [
    ...errors,
    ...resourceClaimErrors(spec, path),
    ...containersErrors(spec, path, pod),
    ...initContainersErrors(spec, path, pod),
    ...ephemeralContainersErrors(spec, path, pod),
    ...podResourceErrors(spec, path, claims),
    ...hostNetworkErrors(spec, path, podName !== undefined),
    ...oneOf(spec, 'restartPolicy', RESTART_POLICIES, path),
    ...oneOf(spec, 'dnsPolicy', DNS_POLICIES, path),
    ...labelErrors(objectOf(spec, 'nodeSelector'), `${path}.nodeSelector`),
    ...podSecurityErrors(spec, path),
    ...affinityErrors(spec, path),
    ...dnsErrors(spec, path),
    ...readinessErrors(spec, path),
    ...gateErrors(spec, path),
    ...spreadErrors(spec, path),
    ...hostProcessErrors(spec, path),
    ...hostUserErrors(spec, path),
    ...hostnameOverrideErrors(spec, path),
    ...restErrors(spec, path),
    ...systemErrors(spec, path),
    ...fileVolumeErrors(spec, path),
  ];
}

/** Names, times, and what is looked at after all else. */
function restErrors(spec: JsonObject, path: string): FieldError[] {
  const deadline = spec['activeDeadlineSeconds'];
  const isLate = typeof deadline === 'number' && (deadline < 1 || deadline > MAX_SECONDS);
  const [runtime, preemption] = [spec['runtimeClassName'], spec['preemptionPolicy']];
  return [
    ...named(spec, 'serviceAccountName', subdomainErrors, path),
    ...named(spec, 'nodeName', subdomainErrors, path),
    ...(isLate
      ? [invalidValue(`${path}.activeDeadlineSeconds`, deadline, `must be between 1 and ${MAX_SECONDS}, inclusive`)]
      : []),
    ...named(spec, 'hostname', labelNameErrors, path),
    ...named(spec, 'subdomain', labelNameErrors, path),
    ...tolerationErrors(spec, path),
    ...hostAliasErrors(spec, path),
    ...named(spec, 'priorityClassName', subdomainErrors, path),
    ...(typeof runtime === 'string'
      ? subdomainErrors(runtime).map((error) => invalidValue(`${path}.runtimeClassName`, runtime, error))
      : []),
    ...(typeof preemption === 'string' ? oneOf(spec, 'preemptionPolicy', PREEMPTIONS, path) : []),
    ...(objectOf(spec, 'overhead')
      ? resourceErrors({ resources: { limits: spec['overhead'] ?? {} } }, path, []).map((error) => ({
          ...error,
          field: error.field.replace(`${path}.resources`, `${path}.overhead`),
        }))
      : []),
  ];
}

const claimsOf = (spec: JsonObject): string[] =>
  eachItem(spec, 'resourceClaims', '')
    .map(({ item }) => textAt(item, 'name'))
    .filter((name) => name !== '');

/** Devices that the pod claims: each is one that there is, or made from a template. */
function resourceClaimErrors(spec: JsonObject, path: string): FieldError[] {
  const names = new Set<string>();
  return eachItem(spec, 'resourceClaims', path).flatMap(({ item, at }) => {
    const name = textAt(item, 'name');
    const sources = ['resourceClaimName', 'resourceClaimTemplateName'].filter(
      (field) => typeof item[field] === 'string',
    );
    const errors: FieldError[] = [];
    if (name === '') errors.push(requiredValue(`${at}.name`));
    else if (names.has(name)) errors.push(duplicateValue(`${at}.name`, name));
    else errors.push(...labelNameErrors(name).map((error) => invalidValue(`${at}.name`, name, error)));
    names.add(name);
    const wrong = (why: string): void => {
      errors.push(invalidValue(at, item, why));
    };
    if (sources.length > 1) wrong('at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified');
    if (sources.length === 0) wrong('must specify one of: `resourceClaimName`, `resourceClaimTemplateName`');
    return [
      ...errors,
      ...sources.flatMap((field) =>
        subdomainErrors(textAt(item, field)).map((error) => invalidValue(`${at}.${field}`, textAt(item, field), error)),
      ),
    ];
  });
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

function readinessErrors(spec: JsonObject, path: string): FieldError[] {
  return eachItem(spec, 'readinessGates', path).flatMap(({ item, at }) => {
    const type = textAt(item, 'conditionType');
    return qualifiedNameErrors(type).map((error) => invalidValue(`${at}.conditionType`, type, error));
  });
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
