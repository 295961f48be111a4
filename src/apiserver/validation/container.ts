// Rules of containers, as k8s.io/kubernetes pkg/apis/core/validation has them.
import { isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import {
  duplicateValue,
  forbiddenField,
  invalidValue,
  notFoundValue,
  notSupported,
  requiredValue,
} from './fieldError.ts';
import type { FieldError } from './fieldError.ts';
import { fieldSelectorErrors } from './fieldSelector.ts';
import { resourceErrors } from './resources.ts';
import {
  configKeyErrors,
  labelNameErrors,
  portNameErrors,
  subdomainErrors,
  variableNameErrors,
} from '../../model/names.ts';
import { containerProbeErrors } from './probe.ts';
import { eachItem, portNumberErrors, requiredText, textAt } from './values.ts';

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const MESSAGE_POLICIES = ['File', 'FallbackToLogsOnError'];
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];

/** Rules of the containers of a pod: at least one, each with a name of its own. */
export function containersErrors(spec: JsonObject, path: string, volumes: ReadonlySet<string>): FieldError[] {
  const containers = eachItem(spec, 'containers', path);
  if (containers.length === 0) return [requiredValue(`${path}.containers`)];
  const names = new Set<string>();
  return containers.flatMap(({ item, at }) => [
    ...containerErrors(item, at, volumes),
    ...nameTwice(item, at, names),
    ...containerProbeErrors(item, at),
  ]);
}

/** The same for containers that run before the others. */
export function initContainersErrors(spec: JsonObject, path: string, volumes: ReadonlySet<string>): FieldError[] {
  const names = new Set(eachItem(spec, 'containers', path).map(({ item }) => textAt(item, 'name')));
  return eachItem(spec, 'initContainers', path).flatMap(({ item, at }) => {
    const isSidecar = item['restartPolicy'] === 'Always';
    const unfit = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'].filter((field) =>
      isJsonObject(item[field]),
    );
    const probes = isSidecar
      ? containerProbeErrors(item, at)
      : unfit.map((field) =>
          forbiddenField(`${at}.${field}`, 'may not be set for init containers without restartPolicy=Always'),
        );
    return [...containerErrors(item, at, volumes), ...nameTwice(item, at, names), ...probes];
  });
}

function nameTwice(container: JsonObject, path: string, names: Set<string>): FieldError[] {
  const name = textAt(container, 'name');
  if (names.has(name)) return [duplicateValue(`${path}.name`, name)];
  names.add(name);
  return [];
}

function containerErrors(container: JsonObject, path: string, volumes: ReadonlySet<string>): FieldError[] {
  const name = textAt(container, 'name');
  const policy = textAt(container, 'terminationMessagePolicy');
  const pull = textAt(container, 'imagePullPolicy');
  return [
    ...(name === ''
      ? [requiredValue(`${path}.name`)]
      : labelNameErrors(name).map((error) => invalidValue(`${path}.name`, name, error))),
    ...requiredText(container, 'image', path),
    ...(MESSAGE_POLICIES.includes(policy)
      ? []
      : [
          policy === ''
            ? requiredValue(`${path}.terminationMessagePolicy`)
            : notSupported(`${path}.terminationMessagePolicy`, policy, MESSAGE_POLICIES),
        ]),
    ...containerPortErrors(container, path),
    ...eachItem(container, 'env', path).flatMap(({ item, at }) => variableErrors(item, at)),
    ...eachItem(container, 'envFrom', path).flatMap(({ item, at }) => sourceErrors(item, at, `${path}.envFrom`)),
    ...mountErrors(container, path, volumes),
    ...(PULL_POLICIES.includes(pull)
      ? []
      : [
          pull === ''
            ? requiredValue(`${path}.imagePullPolicy`)
            : notSupported(`${path}.imagePullPolicy`, pull, PULL_POLICIES),
        ]),
    ...resourceErrors(container, path),
  ];
}

function containerPortErrors(container: JsonObject, path: string): FieldError[] {
  const names = new Set<string>();
  return eachItem(container, 'ports', path).flatMap(({ item, at }) => {
    const errors: FieldError[] = [];
    const [name, port, hostPort, protocol] = [
      textAt(item, 'name'),
      Number(item['containerPort'] ?? 0),
      Number(item['hostPort'] ?? 0),
      textAt(item, 'protocol'),
    ];
    if (name !== '') {
      const bad = portNameErrors(name).map((error) => invalidValue(`${at}.name`, name, error));
      if (bad.length === 0 && names.has(name)) bad.push(duplicateValue(`${at}.name`, name));
      names.add(name);
      errors.push(...bad);
    }
    if (port === 0) errors.push(requiredValue(`${at}.containerPort`));
    else errors.push(...portNumberErrors(port).map((error) => invalidValue(`${at}.containerPort`, port, error)));
    if (hostPort !== 0)
      errors.push(...portNumberErrors(hostPort).map((error) => invalidValue(`${at}.hostPort`, hostPort, error)));
    if (protocol === '') errors.push(requiredValue(`${at}.protocol`));
    else if (!PROTOCOLS.includes(protocol)) errors.push(notSupported(`${at}.protocol`, protocol, PROTOCOLS));
    return errors;
  });
}

/** Where all keys of another object become variables. */
function sourceErrors(source: JsonObject, at: string, list: string): FieldError[] {
  const present = ['configMapRef', 'secretRef'].filter((field) => isJsonObject(source[field]));
  const errors = present.flatMap((field) => requiredText(source[field] as JsonObject, 'name', `${at}.${field}`));
  if (present.length === 0) errors.push(invalidValue(list, '', 'must specify one of: `configMapRef` or `secretRef`'));
  if (present.length > 1) errors.push(invalidValue(list, '', 'may not have more than one field specified at a time'));
  return errors;
}

function variableErrors(variable: JsonObject, path: string): FieldError[] {
  const name = textAt(variable, 'name');
  const errors =
    name === ''
      ? [requiredValue(`${path}.name`)]
      : variableNameErrors(name).map((error) => invalidValue(`${path}.name`, name, error));
  const from = variable['valueFrom'];
  if (!isJsonObject(from)) return errors;
  const at = `${path}.valueFrom`;
  const sources = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'].filter((field) =>
    isJsonObject(from[field]),
  );
  const own = from['fieldRef'];
  if (isJsonObject(own)) errors.push(...fieldSelectorErrors(own, `${at}.fieldRef`, 'variable'));
  for (const field of sources)
    if (field === 'configMapKeyRef' || field === 'secretKeyRef')
      errors.push(...keyErrors(from[field] as JsonObject, `${at}.${field}`));
  if (sources.length === 0)
    errors.push(
      invalidValue(
        at,
        '',
        'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
      ),
    );
  else if (textAt(variable, 'value') !== '')
    errors.push(invalidValue(at, '', 'may not be specified when `value` is not empty'));
  else if (sources.length > 1)
    errors.push(invalidValue(at, '', 'may not have more than one field specified at a time'));
  return errors;
}

function keyErrors(ref: JsonObject, path: string): FieldError[] {
  const [name, key] = [textAt(ref, 'name'), textAt(ref, 'key')];
  const keys =
    key === ''
      ? [requiredValue(`${path}.key`)]
      : configKeyErrors(key).map((error) => invalidValue(`${path}.key`, key, error));
  return [...subdomainErrors(name).map((error) => invalidValue(`${path}.name`, name, error)), ...keys];
}

function mountErrors(container: JsonObject, path: string, volumes: ReadonlySet<string>): FieldError[] {
  const places = new Set<string>();
  return eachItem(container, 'volumeMounts', path).flatMap(({ item, at }) => {
    const [name, place] = [textAt(item, 'name'), textAt(item, 'mountPath')];
    const errors = requiredText(item, 'name', at);
    if (!volumes.has(name)) errors.push(notFoundValue(`${at}.name`, name));
    errors.push(...requiredText(item, 'mountPath', at));
    if (places.has(place)) errors.push(invalidValue(`${at}.mountPath`, place, 'must be unique'));
    places.add(place);
    return errors;
  });
}
