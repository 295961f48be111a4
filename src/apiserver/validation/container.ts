// Rules of containers, as k8s.io/kubernetes pkg/apis/core/validation has them. Variables, mounts, probes, resources and
// security have files of their own.
import { getList, isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { labelNameErrors, portNameErrors } from '../../model/names.ts';
import { environmentErrors } from './environment.ts';
import {
  duplicateValue,
  forbiddenField,
  invalidValue,
  notFoundValue,
  notSupported,
  requiredValue,
  tooMany,
} from './fieldError.ts';
import type { FieldError } from './fieldError.ts';
import { hostPortErrors } from './podNetwork.ts';
import { containerProbeErrors } from './probe.ts';
import { resourceErrors } from './resources.ts';
import { containerSecurityErrors } from './securityContext.ts';
import { eachItem, portNumberErrors, requiredText, textAt } from './values.ts';
import { deviceErrors, mountErrors } from './volumeMounts.ts';
import type { Volumes } from './volumes.ts';

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const MESSAGE_POLICIES = ['File', 'FallbackToLogsOnError'];
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const RESIZED = ['cpu', 'memory'];
const RESIZE_POLICIES = ['NotRequired', 'RestartContainer'];
const RESTART_POLICIES = ['Always', 'Never', 'OnFailure'];
const RESTART_ACTIONS = ['Restart', 'RestartAllContainers'];
const MAX_RESTART_RULES = 20;
const MAX_EXIT_CODES = 255;
const NO_POLICY = 'must specify restartPolicy when restart rules are used';

/** What the rules of a container know of its pod. */
export interface PodFacts {
  readonly volumes: Volumes;
  /** Names of the claims for devices. */
  readonly claims: readonly string[];
  readonly restartPolicy: string;
  readonly graceSeconds: number | undefined;
  /** The pod shares the users of its node. */
  readonly hostUsers: boolean;
}

/** Rules of the containers of a pod: at least one, each with a name of its own. */
export function containersErrors(spec: JsonObject, path: string, pod: PodFacts): FieldError[] {
  const containers = eachItem(spec, 'containers', path);
  if (containers.length === 0) return [requiredValue(`${path}.containers`)];
  const names = new Set<string>();
  return [
    ...containers.flatMap(({ item, at }) => [
      ...containerErrors(item, at, pod),
      ...nameTwice(item, at, names),
      ...containerProbeErrors(item, at, pod.graceSeconds),
      ...restartErrors(item, at),
    ]),
    ...hostPortErrors(containers),
  ];
}

/** The same for containers that run before the others. */
export function initContainersErrors(spec: JsonObject, path: string, pod: PodFacts): FieldError[] {
  const names = new Set(eachItem(spec, 'containers', path).map(({ item }) => textAt(item, 'name')));
  return eachItem(spec, 'initContainers', path).flatMap((container) => {
    const { item, at } = container;
    const isSidecar = item['restartPolicy'] === 'Always';
    const unfit = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'].filter((field) =>
      isJsonObject(item[field]),
    );
    const probes = isSidecar
      ? containerProbeErrors(item, at, pod.graceSeconds)
      : unfit.map((field) =>
          forbiddenField(`${at}.${field}`, 'may not be set for init containers without restartPolicy=Always'),
        );
    return [
      ...containerErrors(item, at, pod),
      ...(typeof item['restartPolicy'] === 'string' ? restartErrors(item, at) : ruleLessErrors(item, at)),
      ...(textAt(item, 'name') === '' ? [] : nameTwice(item, at, names)),
      ...hostPortErrors([container]),
      ...probes,
      ...(isSidecar ? [] : resizeRestartErrors(item, at)),
    ];
  });
}

const OF_EPHEMERAL: ReadonlySet<string> = new Set([
  'name',
  'image',
  'command',
  'args',
  'workingDir',
  'resizePolicy',
  'env',
  'envFrom',
  'volumeMounts',
  'volumeDevices',
  'terminationMessagePath',
  'terminationMessagePolicy',
  'imagePullPolicy',
  'securityContext',
  'stdin',
  'stdinOnce',
  'tty',
  'targetContainerName',
]);

/** Containers that look into a running pod: they serve nothing, and are not waited for. */
export function ephemeralContainersErrors(spec: JsonObject, path: string, pod: PodFacts): FieldError[] {
  const others = new Set(
    ['containers', 'initContainers'].flatMap((list) =>
      eachItem(spec, list, '').map(({ item }) => textAt(item, 'name')),
    ),
  );
  const names = new Set(others);
  return eachItem(spec, 'ephemeralContainers', path).flatMap(({ item, at }) => {
    const [image, target] = [textAt(item, 'image'), textAt(item, 'targetContainerName')];
    const isSet = (value: unknown): boolean =>
      value !== undefined && value !== null && !(typeof value === 'object' && Object.keys(value).length === 0);
    return [
      ...containerErrors(item, at, pod),
      ...(image === image.trim()
        ? []
        : [invalidValue(`${at}.image`, image, 'must not have leading or trailing whitespace')]),
      ...nameTwice(item, at, names),
      ...(target === '' || others.has(target) ? [] : [notFoundValue(`${at}.targetContainerName`, target)]),
      ...Object.keys(item)
        .filter((field) => !OF_EPHEMERAL.has(field) && isSet(item[field]))
        .map((field) => forbiddenField(`${at}.${field}`, 'cannot be set for an Ephemeral Container')),
      ...eachItem(item, 'volumeMounts', at).flatMap(({ item: mount, at: place }) =>
        ['subPath', 'subPathExpr']
          .filter((field) => textAt(mount, field) !== '')
          .map((field) => forbiddenField(`${place}.${field}`, 'cannot be set for an Ephemeral Container')),
      ),
    ];
  });
}

function nameTwice(container: JsonObject, path: string, names: Set<string>): FieldError[] {
  const name = textAt(container, 'name');
  if (names.has(name)) return [duplicateValue(`${path}.name`, name)];
  names.add(name);
  return [];
}

/** A text of a few, that there must be. */
function oneOf(object: JsonObject, field: string, known: readonly string[], path: string): FieldError[] {
  const value = textAt(object, field);
  if (value === '') return [requiredValue(`${path}.${field}`)];
  return known.includes(value) ? [] : [notSupported(`${path}.${field}`, value, known)];
}

function containerErrors(container: JsonObject, path: string, pod: PodFacts): FieldError[] {
  const name = textAt(container, 'name');
  return [
    ...(name === ''
      ? [requiredValue(`${path}.name`)]
      : labelNameErrors(name).map((error) => invalidValue(`${path}.name`, name, error))),
    ...requiredText(container, 'image', path),
    ...oneOf(container, 'terminationMessagePolicy', MESSAGE_POLICIES, path),
    ...containerPortErrors(container, path),
    ...environmentErrors(container, path),
    ...mountErrors(container, path, pod.volumes),
    ...deviceErrors(container, path, pod.volumes),
    ...oneOf(container, 'imagePullPolicy', PULL_POLICIES, path),
    ...resourceErrors(container, path, pod.claims),
    ...resizeErrors(container, `${path}.resizePolicy`, pod.restartPolicy),
    ...containerSecurityErrors(container, path, pod.hostUsers),
  ];
}

function containerPortErrors(container: JsonObject, path: string): FieldError[] {
  const names = new Set<string>();
  return eachItem(container, 'ports', path).flatMap(({ item, at }) => {
    const errors: FieldError[] = [];
    const [name, port, hostPort] = [
      textAt(item, 'name'),
      Number(item['containerPort'] ?? 0),
      Number(item['hostPort'] ?? 0),
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
    return [...errors, ...oneOf(item, 'protocol', PROTOCOLS, at)];
  });
}

/** What a change of resources does to the container: told at the list, but for what is there twice. */
function resizeErrors(container: JsonObject, list: string, restartPolicy: string): FieldError[] {
  const seen = new Set<string>();
  const known = (value: string, of: readonly string[]): FieldError[] =>
    value === '' ? [requiredValue(list)] : of.includes(value) ? [] : [notSupported(list, value, of)];
  return eachItem(container, 'resizePolicy', '').flatMap(({ item }, i) => {
    const [name, policy] = [textAt(item, 'resourceName'), textAt(item, 'restartPolicy')];
    const errors = seen.has(name) ? [duplicateValue(`${list}[${i}]`, name)] : [];
    seen.add(name);
    errors.push(...known(name, RESIZED), ...known(policy, RESIZE_POLICIES));
    if (restartPolicy === 'Never' && policy !== 'NotRequired')
      errors.push(invalidValue(list, policy, "must be 'NotRequired' when pod `restartPolicy` is 'Never'"));
    return errors;
  });
}

function resizeRestartErrors(container: JsonObject, path: string): FieldError[] {
  return eachItem(container, 'resizePolicy', path)
    .filter(({ item }) => item['restartPolicy'] === 'RestartContainer')
    .map(({ at }) =>
      invalidValue(
        `${at}.restartPolicy`,
        'RestartContainer',
        "must not be set to 'RestartContainer' for non-sidecar initContainers",
      ),
    );
}

/** When a container is started again, where it says so itself. */
function restartErrors(container: JsonObject, path: string): FieldError[] {
  const policy = container['restartPolicy'];
  const rules = eachItem(container, 'restartPolicyRules', path);
  const errors: FieldError[] = [];
  if (typeof policy === 'string') {
    if (!RESTART_POLICIES.includes(policy))
      errors.push(notSupported(`${path}.restartPolicy`, policy, RESTART_POLICIES));
  } else if (rules.length > 0) errors.push(requiredValue(`${path}.restartPolicy`, NO_POLICY));
  if (rules.length > MAX_RESTART_RULES)
    errors.push(tooMany(`${path}.restartPolicyRules`, rules.length, MAX_RESTART_RULES));
  return [...errors, ...rules.flatMap(({ item, at }) => restartRuleErrors(item, at))];
}

/** Without a policy, what the rules of an init container say is not looked at. */
function ruleLessErrors(container: JsonObject, path: string): FieldError[] {
  return (getList(container, 'restartPolicyRules') ?? []).length === 0
    ? []
    : [requiredValue(`${path}.restartPolicy`, NO_POLICY)];
}

function restartRuleErrors(rule: JsonObject, at: string): FieldError[] {
  const [action, codes] = [textAt(rule, 'action'), rule['exitCodes']];
  const errors = RESTART_ACTIONS.includes(action) ? [] : [notSupported(`${at}.action`, action, RESTART_ACTIONS)];
  if (!isJsonObject(codes)) return [...errors, requiredValue(`${at}.exitCodes`, 'must be specified')];
  const [operator, count] = [textAt(codes, 'operator'), (getList(codes, 'values') ?? []).length];
  if (operator !== 'In' && operator !== 'NotIn')
    errors.push(notSupported(`${at}.exitCodes.operator`, operator, ['In', 'NotIn']));
  if (count > MAX_EXIT_CODES) errors.push(tooMany(`${at}.exitCodes.values`, count, MAX_EXIT_CODES));
  return errors;
}
