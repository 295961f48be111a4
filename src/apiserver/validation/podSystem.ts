// What the operating system that a pod names allows of it (k8s.io/kubernetes pkg/apis/core/validation validateOS,
// validateLinux, validateWindows).
import { getObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { forbiddenField, notSupported, requiredValue } from './fieldError.ts';
import type { FieldError } from './fieldError.ts';
import { eachItem, textAt } from './values.ts';

const SYSTEMS = ['linux', 'windows'];

/** Of a pod's security context and of its spec, in upstream's order. */
const NOT_ON_WINDOWS = [
  'securityContext.appArmorProfile',
  'securityContext.seLinuxOptions',
  'hostUsers',
  'hostPID',
  'hostIPC',
  'securityContext.seccompProfile',
  'securityContext.fsGroup',
  'securityContext.fsGroupChangePolicy',
  'securityContext.sysctls',
  'shareProcessNamespace',
  'securityContext.runAsUser',
  'securityContext.runAsGroup',
  'securityContext.supplementalGroups',
  'securityContext.supplementalGroupsPolicy',
  'securityContext.seLinuxChangePolicy',
];
const NOT_IN_WINDOWS_CONTAINERS = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
];

/** The errors of `spec.os`, and of what it rules out. */
export function systemErrors(spec: JsonObject, path: string): FieldError[] {
  const system = getObject(spec, 'os');
  if (!system) return [];
  const name = textAt(system, 'name');
  if (name === '') return [requiredValue(`${path}.os.name`)];
  if (!SYSTEMS.includes(name)) return [notSupported(`${path}.os`, name, SYSTEMS)];
  return name === 'linux' ? linuxErrors(spec, path) : windowsErrors(spec, path);
}

const containersOf = (spec: JsonObject, path: string): ReturnType<typeof eachItem> =>
  ['initContainers', 'containers', 'ephemeralContainers'].flatMap((list) => eachItem(spec, list, path));

function linuxErrors(spec: JsonObject, path: string): FieldError[] {
  return [{ item: spec, at: path }, ...containersOf(spec, path)]
    .filter(({ item }) => getObject(item, 'securityContext', 'windowsOptions'))
    .map(({ at }) =>
      forbiddenField(`${at}.securityContext.windowsOptions`, 'windows options cannot be set for a linux pod'),
    );
}

const isSet = (object: JsonObject | undefined, field: string): boolean => {
  const value = object?.[field];
  const isOff = value === false && (field === 'hostPID' || field === 'hostIPC');
  return value !== undefined && value !== null && !isOff && !(Array.isArray(value) && value.length === 0);
};

function windowsErrors(spec: JsonObject, path: string): FieldError[] {
  const refused = (field: string): FieldError => forbiddenField(field, 'cannot be set for a windows pod');
  const ofPod = NOT_ON_WINDOWS.filter((field) => {
    const [first = '', second] = field.split('.');
    return second === undefined ? isSet(spec, first) : isSet(getObject(spec, first), second);
  });
  const ofContainers = containersOf(spec, path).flatMap(({ item, at }) =>
    NOT_IN_WINDOWS_CONTAINERS.filter((field) => isSet(getObject(item, 'securityContext'), field)).map((field) =>
      refused(`${at}.securityContext.${field}`),
    ),
  );
  return [...ofPod.map((field) => refused(`${path}.${field}`)), ...ofContainers];
}
