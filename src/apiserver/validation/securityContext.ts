// What makes the security contexts of pods and containers invalid (k8s.io/kubernetes pkg/apis/core/validation). Who may
// use which is not judged here, and containers may be privileged.
import { getList, getObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { duplicateValue, invalidValue, notSupported, requiredValue, tooLong } from './fieldError.ts';
import type { FieldError } from './fieldError.ts';
import { descendingPathErrors } from './paths.ts';
import { eachItem, textAt } from './values.ts';
import { windowsOptionErrors } from './windowsOptions.ts';

const MAX_ID = 2 ** 31 - 1;
const PROFILES = ['Localhost', 'RuntimeDefault', 'Unconfined'];
const PROC_MOUNTS = ['Default', 'Unmasked'];
const SYSCTL_LIMIT = 253;
const SYSCTL_SEGMENT = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const SYSCTL_FORM = `^(${SYSCTL_SEGMENT}[\\./])*${SYSCTL_SEGMENT}$`;
const APP_ARMOR_LIMIT = 4095;

function idErrors(context: JsonObject, field: string, path: string): FieldError[] {
  return context[field] === undefined || context[field] === null ? [] : idError(context[field], `${path}.${field}`);
}

function idError(id: unknown, at: string): FieldError[] {
  const value = Number(id);
  return value >= 0 && value <= MAX_ID
    ? []
    : [invalidValue(at, typeof id === 'bigint' ? id : value, `must be between 0 and ${MAX_ID}, inclusive`)];
}

function oneOf(context: JsonObject, field: string, known: readonly string[], path: string): FieldError[] {
  const value = context[field];
  return typeof value !== 'string' || known.includes(value) ? [] : [notSupported(`${path}.${field}`, value, known)];
}

/** Of a pod, or of a template. */
export function podSecurityErrors(spec: JsonObject, path: string): FieldError[] {
  const context = getObject(spec, 'securityContext');
  const at = `${path}.securityContext`;
  if (!context) return [];
  const isShared = spec['shareProcessNamespace'] === true && spec['hostPID'] === true;
  const shared = 'ShareProcessNamespace and HostPID cannot both be enabled';
  return [
    ...['fsGroup', 'runAsUser', 'runAsGroup'].flatMap((field) => idErrors(context, field, at)),
    ...(getList(context, 'supplementalGroups') ?? []).flatMap((id, i) => idError(id, `${at}.supplementalGroups[${i}]`)),
    ...(isShared ? [invalidValue(`${at}.shareProcessNamespace`, true, shared)] : []),
    ...sysctlErrors(spec, context, at),
    ...oneOf(context, 'fsGroupChangePolicy', ['Always', 'OnRootMismatch'], at),
    ...seccompErrors(getObject(context, 'seccompProfile'), `${at}.seccompProfile`),
    ...windowsOptionErrors(getObject(context, 'windowsOptions'), `${at}.windowsOptions`),
    ...appArmorErrors(getObject(context, 'appArmorProfile'), `${at}.appArmorProfile`),
    ...oneOf(context, 'supplementalGroupsPolicy', ['Merge', 'Strict'], at),
    // The other way is behind a feature gate that is off.
    ...oneOf(context, 'seLinuxChangePolicy', ['Recursive'], at),
  ];
}

function sysctlErrors(spec: JsonObject, context: JsonObject, path: string): FieldError[] {
  const names = new Set<string>();
  return eachItem(context, 'sysctls', path).flatMap(({ item, at: entry }) => {
    const [name, at] = [textAt(item, 'name'), `${entry}.name`];
    const errors: FieldError[] = [];
    if (name === '') errors.push(requiredValue(at));
    else if (name.length > SYSCTL_LIMIT || !new RegExp(SYSCTL_FORM).test(name))
      errors.push(
        invalidValue(at, name, `must have at most ${SYSCTL_LIMIT} characters and match regex ${SYSCTL_FORM}`),
      );
    else if (names.has(name)) errors.push(duplicateValue(at, name));
    names.add(name);
    const dotted = name.replaceAll('/', '.');
    if (spec['hostNetwork'] === true && dotted.startsWith('net.'))
      errors.push(invalidValue(at, name, "may not be specified when 'hostNetwork' is true"));
    const isOfIpc = /^(?:kernel\.(?:shm|msg|sem)|fs\.mqueue\.)/.test(dotted);
    if (spec['hostIPC'] === true && isOfIpc)
      errors.push(invalidValue(at, name, "may not be specified when 'hostIPC' is true"));
    return errors;
  });
}

function seccompErrors(profile: JsonObject | undefined, at: string): FieldError[] {
  if (!profile) return [];
  const [type, local] = [textAt(profile, 'type'), profile['localhostProfile']];
  const errors: FieldError[] = [];
  if (type === '') errors.push(requiredValue(`${at}.type`, 'type is required when seccompProfile is set'));
  else if (!PROFILES.includes(type)) errors.push(notSupported(`${at}.type`, type, PROFILES));
  if (type !== 'Localhost')
    return typeof local === 'string'
      ? [
          ...errors,
          invalidValue(
            `${at}.localhostProfile`,
            { Type: type, LocalhostProfile: local },
            'can only be set when seccomp type is Localhost',
          ),
        ]
      : errors;
  return typeof local === 'string'
    ? [...errors, ...descendingPathErrors(local, `${at}.localhostProfile`)]
    : [...errors, requiredValue(`${at}.localhostProfile`, 'must be set when seccomp type is Localhost')];
}

function appArmorErrors(profile: JsonObject | undefined, path: string): FieldError[] {
  if (!profile) return [];
  const [type, local, at] = [textAt(profile, 'type'), profile['localhostProfile'], `${path}.localhostProfile`];
  if (type === '') return [requiredValue(`${path}.type`, 'type is required when appArmorProfile is set')];
  if (!PROFILES.includes(type)) return [notSupported(`${path}.type`, type, PROFILES)];
  if (type !== 'Localhost')
    return typeof local === 'string'
      ? [invalidValue(at, local, 'can only be set when AppArmor type is Localhost')]
      : [];
  if (typeof local !== 'string' || local === '')
    return [requiredValue(at, 'must be set when AppArmor type is Localhost')];
  return [
    ...(local === local.trim() ? [] : [invalidValue(at, local, 'must not be padded with whitespace')]),
    ...(local.length > APP_ARMOR_LIMIT ? [tooLong(at, APP_ARMOR_LIMIT)] : []),
  ];
}

/** Of a container. `hostUsers`: the pod shares the users of its node. */
export function containerSecurityErrors(container: JsonObject, path: string, hostUsers: boolean): FieldError[] {
  const context = getObject(container, 'securityContext');
  const at = `${path}.securityContext`;
  if (!context) return [];
  const unmasked = '`hostUsers` must be false to use `Unmasked`';
  return [
    ...['runAsUser', 'runAsGroup'].flatMap((field) => idErrors(context, field, at)),
    ...oneOf(context, 'procMount', PROC_MOUNTS, at),
    ...(hostUsers && context['procMount'] === 'Unmasked'
      ? [invalidValue(`${at}.procMount`, 'Unmasked', unmasked)]
      : []),
    ...seccompErrors(getObject(context, 'seccompProfile'), `${at}.seccompProfile`),
    ...escalationErrors(context, at),
    ...windowsOptionErrors(getObject(context, 'windowsOptions'), `${at}.windowsOptions`),
    ...appArmorErrors(getObject(context, 'appArmorProfile'), `${at}.appArmorProfile`),
  ];
}

function escalationErrors(context: JsonObject, at: string): FieldError[] {
  if (context['allowPrivilegeEscalation'] !== false) return [];
  const wrong = (what: string): FieldError =>
    invalidValue(at, context, `cannot set \`allowPrivilegeEscalation\` to false and ${what}`);
  const added = (getList(context, 'capabilities', 'add') ?? []).map(String);
  return [
    ...(context['privileged'] === true ? [wrong('`privileged` to true')] : []),
    ...added.filter((name) => name === 'CAP_SYS_ADMIN').map(() => wrong('`capabilities.Add` CAP_SYS_ADMIN')),
  ];
}
