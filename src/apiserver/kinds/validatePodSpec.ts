// The rules for pods and pod templates that people break most (k8s.io/kubernetes pkg/apis/core/validation), in
// upstream's order and words.
import { equalJson, getList, getObject, getString, isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { duplicateValue, forbiddenField, invalidValue, notSupported, requiredValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { annotationErrors, labelErrors } from '../validation/metadata.ts';
import { labelNameErrors, subdomainErrors } from '../validation/names.ts';

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];

/** Rules for a pod template at `field`. */
export function templateErrors(template: JsonObject | undefined, field: string): FieldError[] {
  return [
    ...labelErrors(getObject(template, 'metadata', 'labels'), `${field}.labels`),
    ...annotationErrors(getObject(template, 'metadata', 'annotations'), `${field}.annotations`),
    ...podSpecErrors(getObject(template, 'spec'), `${field}.spec`),
  ];
}

/** Rules for a pod's spec at `field`. */
export function podSpecErrors(spec: JsonObject | undefined, field: string): FieldError[] {
  const volumes = objects(spec, 'volumes');
  const volumeNames = new Set(volumes.map((volume) => getString(volume, 'name') ?? ''));
  const containers = objects(spec, 'containers');
  const errors = volumeErrors(volumes, `${field}.volumes`);
  if (containers.length === 0) errors.push(requiredValue(`${field}.containers`));
  errors.push(...containerListErrors(containers, `${field}.containers`, volumeNames, new Set()));
  const names = new Set(containers.map((container) => getString(container, 'name') ?? ''));
  errors.push(...containerListErrors(objects(spec, 'initContainers'), `${field}.initContainers`, volumeNames, names));
  errors.push(...enumErrors(spec, 'restartPolicy', RESTART_POLICIES, field), ...enumErrors(spec, 'dnsPolicy', DNS_POLICIES, field));
  const account = getString(spec, 'serviceAccountName') ?? '';
  if (account !== '') errors.push(...subdomainErrors(account).map((error) => invalidValue(`${field}.serviceAccountName`, account, error)));
  const grace = spec?.['terminationGracePeriodSeconds'];
  if (typeof grace === 'number' && grace < 0) errors.push(invalidValue(`${field}.terminationGracePeriodSeconds`, grace, 'must be greater than or equal to 0'));
  return errors;
}

function objects(of: JsonObject | undefined, field: string): JsonObject[] {
  return (getList(of, field) ?? []).filter(isJsonObject);
}

function enumErrors(of: JsonObject | undefined, name: string, allowed: readonly string[], field: string): FieldError[] {
  const value = getString(of, name) ?? '';
  if (value === '') return [requiredValue(`${field}.${name}`)];
  return allowed.includes(value) ? [] : [notSupported(`${field}.${name}`, value, [...allowed].sort())];
}

function volumeErrors(volumes: readonly JsonObject[], field: string): FieldError[] {
  const seen = new Set<string>();
  return volumes.flatMap((volume, i) => {
    const at = `${field}[${i}]`;
    const name = getString(volume, 'name') ?? '';
    const errors: FieldError[] = name === '' ? [requiredValue(`${at}.name`)] : labelNameErrors(name).map((error) => invalidValue(`${at}.name`, name, error));
    if (seen.has(name)) errors.push(duplicateValue(`${at}.name`, name));
    seen.add(name);
    if (Object.keys(volume).length < 2) errors.push(requiredValue(at, 'must specify a volume type'));
    return errors;
  });
}

function containerListErrors(containers: readonly JsonObject[], field: string, volumes: ReadonlySet<string>, taken: ReadonlySet<string>): FieldError[] {
  const seen = new Set(taken);
  return containers.flatMap((container, i) => {
    const at = `${field}[${i}]`;
    const name = getString(container, 'name') ?? '';
    const errors = containerErrors(container, at, volumes);
    if (name !== '' && seen.has(name)) errors.push(duplicateValue(`${at}.name`, name));
    seen.add(name);
    return errors;
  });
}

function containerErrors(container: JsonObject, at: string, volumes: ReadonlySet<string>): FieldError[] {
  const name = getString(container, 'name') ?? '';
  const image = getString(container, 'image') ?? '';
  const errors: FieldError[] = name === '' ? [requiredValue(`${at}.name`)] : labelNameErrors(name).map((error) => invalidValue(`${at}.name`, name, error));
  if (image === '') errors.push(requiredValue(`${at}.image`));
  else if (image !== image.trim()) errors.push(invalidValue(`${at}.image`, image, 'must not have leading or trailing whitespace'));
  errors.push(...portErrors(objects(container, 'ports'), `${at}.ports`), ...envErrors(objects(container, 'env'), `${at}.env`), ...mountErrors(objects(container, 'volumeMounts'), `${at}.volumeMounts`, volumes));
  return [...errors, ...enumErrors(container, 'imagePullPolicy', PULL_POLICIES, at)];
}

function portErrors(ports: readonly JsonObject[], field: string): FieldError[] {
  const names = new Set<string>();
  return ports.flatMap((port, i) => {
    const at = `${field}[${i}]`;
    const errors: FieldError[] = [];
    const name = getString(port, 'name') ?? '';
    if (name !== '' && !/^(?=.*[a-z])[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?$/.test(name)) errors.push(...portNameErrors(name).map((error) => invalidValue(`${at}.name`, name, error)));
    if (name !== '' && names.has(name)) errors.push(duplicateValue(`${at}.name`, name));
    names.add(name);
    const number = port['containerPort'];
    if (number === undefined || number === 0) errors.push(requiredValue(`${at}.containerPort`));
    else if (typeof number === 'number') errors.push(...portNumberErrors(number, `${at}.containerPort`));
    const host = port['hostPort'];
    if (typeof host === 'number' && host !== 0) errors.push(...portNumberErrors(host, `${at}.hostPort`));
    return [...errors, ...enumErrors(port, 'protocol', PROTOCOLS, at)];
  });
}

function portNameErrors(name: string): string[] {
  const errors: string[] = [];
  if (name.length > 15) errors.push('must be no more than 15 characters');
  if (!/^[-a-z0-9]+$/.test(name)) errors.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(name)) errors.push('must contain at least one letter (a-z)');
  if (name.includes('--')) errors.push('must not contain consecutive hyphens');
  if (name.startsWith('-') || name.endsWith('-')) errors.push('must not begin or end with a hyphen');
  return errors;
}

/** A port's number, as every kind with ports words it. */
export function portNumberErrors(port: number, field: string): FieldError[] {
  return port >= 1 && port <= 65_535 ? [] : [invalidValue(field, port, 'must be between 1 and 65535, inclusive')];
}

function envErrors(env: readonly JsonObject[], field: string): FieldError[] {
  return env.flatMap((variable, i) => {
    const at = `${field}[${i}]`;
    const errors: FieldError[] = (getString(variable, 'name') ?? '') === '' ? [requiredValue(`${at}.name`)] : [];
    if (isJsonObject(variable['valueFrom']) && (getString(variable, 'value') ?? '') !== '') errors.push(invalidValue(`${at}.valueFrom`, '', 'may not be specified when `value` is not empty'));
    return errors;
  });
}

function mountErrors(mounts: readonly JsonObject[], field: string, volumes: ReadonlySet<string>): FieldError[] {
  const paths = new Set<string>();
  return mounts.flatMap((mount, i) => {
    const at = `${field}[${i}]`;
    const [name, path] = [getString(mount, 'name') ?? '', getString(mount, 'mountPath') ?? ''];
    const errors: FieldError[] = [];
    if (name === '') errors.push(requiredValue(`${at}.name`));
    else if (!volumes.has(name)) errors.push({ type: 'NotFound', field: `${at}.name`, message: `Not found: ${JSON.stringify(name)}` });
    if (path === '') errors.push(requiredValue(`${at}.mountPath`));
    if (paths.has(path)) errors.push(invalidValue(`${at}.mountPath`, path, 'must be unique'));
    paths.add(path);
    return errors;
  });
}

/** Warnings of a pod's spec: constraints that spread nothing. */
export function podSpecWarnings(spec: JsonObject | undefined, field: string): string[] {
  return objects(spec, 'topologySpreadConstraints').flatMap((constraint, i) =>
    isJsonObject(constraint['labelSelector']) ? [] : [`${field}.topologySpreadConstraints[${i}].labelSelector: a null labelSelector results in matching no pod`],
  );
}

const CHANGEABLE = '`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

/** A pod's containers are for life; of their fields the image may change. Upstream adds a diff of Go structs. */
export function podUpdateErrors(object: JsonObject, old: JsonObject): FieldError[] {
  const [spec, before] = [getObject(object, 'spec'), getObject(old, 'spec')];
  for (const field of ['containers', 'initContainers']) {
    if (objects(spec, field).length !== objects(before, field).length) return [forbiddenField(`spec.${field}`, 'pod updates may not add or remove containers')];
  }
  const added = (getList(before, 'tolerations') ?? []).every((toleration) => (getList(spec, 'tolerations') ?? []).some((each) => equalJson(each, toleration)));
  if (added && equalJson(fixedPart(spec), fixedPart(before))) return [];
  return [forbiddenField('spec', `pod updates may not change fields other than ${CHANGEABLE}`)];
}

function fixedPart(spec: JsonObject | undefined): JsonObject {
  const { activeDeadlineSeconds: _deadline, tolerations: _tolerations, ...rest } = spec ?? {};
  const withoutImages = (field: string): JsonObject[] => objects(spec, field).map(({ image: _image, ...container }) => container);
  return { ...rest, containers: withoutImages('containers'), initContainers: withoutImages('initContainers') };
}
