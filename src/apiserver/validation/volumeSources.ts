// Rules of the volume sources that name storage outside of the cluster (k8s.io/kubernetes pkg/apis/core/validation).
import { getList, getObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { labelNameErrors, subdomainErrors } from '../../model/names.ts';
import { invalidValue, notSupported, requiredValue, tooLong } from './fieldError.ts';
import type { FieldError } from './fieldError.ts';
import { descendingPathErrors } from './paths.ts';
import { requiredText, textAt } from './values.ts';

export type SourceRule = (source: JsonObject, path: string) => FieldError[];

const ISCSI_NAMES = [
  ['iqn', /iqn\.\d{4}-\d{2}\.([0-9A-Za-z.-]+)(:[^,;*&$|\s]+)$/],
  ['eui', /^eui.[0-9A-Za-z]{16}$/],
  ['naa', /^naa.[0-9A-Za-z]{32}$/],
] as const;
const CACHING_MODES = ['None', 'ReadOnly', 'ReadWrite'];
const DISK_KINDS = ['Dedicated', 'Managed', 'Shared'];
const MANAGED_DISK = '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}';
const BLOB_DISK = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';
const DRIVER_LIMIT = 63;

/** Texts that there must be. */
export const needs =
  (...fields: readonly string[]): SourceRule =>
  (source, path) =>
    fields.flatMap((field) => requiredText(source, field, path));

function inRange(source: JsonObject, field: string, least: number, path: string): FieldError[] {
  const value = Number(source[field] ?? 0);
  return value < 0 || value > 255
    ? [invalidValue(`${path}.${field}`, value, `must be between ${least} and 255, inclusive`)]
    : [];
}

export const gitRepoErrors: SourceRule = (source, path) => [
  ...requiredText(source, 'repository', path),
  ...descendingPathErrors(textAt(source, 'directory'), `${path}.directory`),
];

/** The path of it is not that of its field. */
export const gceDiskErrors: SourceRule = (source, path) => {
  const at = path.replace(/gcePersistentDisk$/, 'persistentDisk');
  return [...requiredText(source, 'pdName', at), ...inRange(source, 'partition', 1, at)];
};

export const awsDiskErrors: SourceRule = (source, path) => [
  ...requiredText(source, 'volumeID', path),
  ...inRange(source, 'partition', 1, path),
];

export const nfsErrors: SourceRule = (source, path) => {
  const place = textAt(source, 'path');
  return [
    ...needs('server', 'path')(source, path),
    ...(place.startsWith('/') ? [] : [invalidValue(`${path}.path`, place, 'must be an absolute path')]),
  ];
};

function iscsiNameErrors(name: string, field: string): FieldError[] {
  const form = ISCSI_NAMES.find(([start]) => name.startsWith(start));
  if (!form) return [invalidValue(field, name, 'must be valid format starting with iqn, eui, or naa')];
  return form[1].test(name) ? [] : [invalidValue(field, name, 'must be valid format')];
}

export const iscsiErrors: SourceRule = (source, path) => {
  const [name, initiator] = [textAt(source, 'iqn'), source['initiatorName']];
  const isSigned = source['chapAuthDiscovery'] === true || source['chapAuthSession'] === true;
  return [
    ...requiredText(source, 'targetPortal', path),
    ...(name === '' ? [requiredValue(`${path}.iqn`)] : iscsiNameErrors(name, `${path}.iqn`)),
    ...inRange(source, 'lun', 0, path),
    ...(isSigned && !getObject(source, 'secretRef') ? [requiredValue(`${path}.secretRef`)] : []),
    ...(typeof initiator === 'string' ? iscsiNameErrors(initiator, `${path}.initiatorname`) : []),
  ];
};

export const flockerErrors: SourceRule = (source, path) => {
  const [name, id] = [textAt(source, 'datasetName'), textAt(source, 'datasetUUID')];
  const errors: FieldError[] = [];
  if (name === '' && id === '') errors.push(requiredValue(path, 'one of datasetName and datasetUUID is required'));
  if (name !== '' && id !== '')
    errors.push(invalidValue(path, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'));
  if (name.includes('/')) errors.push(invalidValue(`${path}.datasetName`, name, "must not contain '/'"));
  return errors;
};

const noMonitors = (source: JsonObject, path: string): FieldError[] =>
  (getList(source, 'monitors') ?? []).length === 0 ? [requiredValue(`${path}.monitors`)] : [];

export const rbdErrors: SourceRule = (source, path) => [
  ...noMonitors(source, path),
  ...requiredText(source, 'image', path),
];

export const cephErrors: SourceRule = noMonitors;

const namelessSecret = (source: JsonObject, path: string): FieldError[] => {
  const ref = getObject(source, 'secretRef');
  return ref ? requiredText(ref, 'name', `${path}.secretRef`) : [];
};

export const cinderErrors: SourceRule = (source, path) => [
  ...requiredText(source, 'volumeID', path),
  ...namelessSecret(source, path),
];

export const quobyteErrors: SourceRule = (source, path) => {
  const [registry, what] = [
    textAt(source, 'registry'),
    'must be a host:port pair or multiple pairs separated by commas',
  ];
  const errors: FieldError[] = [];
  if (registry === '') errors.push(requiredValue(`${path}.registry`, what));
  else if (textAt(source, 'tenant').length >= 65)
    errors.push(requiredValue(`${path}.tenant`, 'must be a UUID and may not exceed a length of 64 characters'));
  else
    for (const pair of registry.split(','))
      if (!/^(?:[^:[\]]*|\[[^[\]]*\]):[^:[\]]*$/.test(pair))
        errors.push(invalidValue(`${path}.registry`, registry, what));
  return [...errors, ...requiredText(source, 'volume', path)];
};

export const fibreChannelErrors: SourceRule = (source, path) => {
  const [names, ids] = [getList(source, 'targetWWNs') ?? [], getList(source, 'wwids') ?? []];
  const errors: FieldError[] = [];
  if (names.length === 0 && ids.length === 0)
    errors.push(requiredValue(`${path}.targetWWNs`, 'must specify either targetWWNs or wwids, but not both'));
  if (names.length === 0) return errors;
  if (ids.length > 0)
    errors.push(invalidValue(`${path}.targetWWNs`, names, 'targetWWNs and wwids can not be specified simultaneously'));
  if (source['lun'] === undefined)
    return [...errors, requiredValue(`${path}.lun`, 'lun is required if targetWWNs is specified')];
  return [...errors, ...inRange(source, 'lun', 0, path)];
};

export const flexErrors: SourceRule = (source, path) => [
  ...requiredText(source, 'driver', path),
  ...Object.keys(getObject(source, 'options') ?? {}).flatMap((key) => {
    const domain = `.${(key.split('/')[0] ?? '').toLowerCase()}`;
    return domain.endsWith('.kubernetes.io') || domain.endsWith('.k8s.io')
      ? [invalidValue(`${path}.options[${key}]`, key, 'kubernetes.io and k8s.io namespaces are reserved')]
      : [];
  }),
];

export const azureDiskErrors: SourceRule = (source, path) => {
  const [uri, kind, caching] = [textAt(source, 'diskURI'), source['kind'], source['cachingMode']];
  const errors = needs('diskName', 'diskURI')(source, path);
  if (typeof caching === 'string' && !CACHING_MODES.includes(caching))
    errors.push(notSupported(`${path}.cachingMode`, caching, CACHING_MODES));
  if (typeof kind !== 'string') return errors;
  if (!DISK_KINDS.includes(kind)) errors.push(notSupported(`${path}.kind`, kind, DISK_KINDS));
  const [start, form] = kind === 'Managed' ? ['/subscriptions/', MANAGED_DISK] : ['https://', BLOB_DISK];
  return uri.startsWith(start) ? errors : [...errors, notSupported(`${path}.diskURI`, uri, [form])];
};

const labelled = (name: string, field: string): FieldError[] =>
  labelNameErrors(name).map((error) => invalidValue(field, name, error));

export const storageOsErrors: SourceRule = (source, path) => {
  const [name, namespace] = [textAt(source, 'volumeName'), textAt(source, 'volumeNamespace')];
  return [
    ...(name === '' ? [requiredValue(`${path}.volumeName`)] : labelled(name, `${path}.volumeName`)),
    ...(namespace === '' ? [] : labelled(namespace, `${path}.volumeNamespace`)),
    ...namelessSecret(source, path),
  ];
};

export const csiErrors: SourceRule = (source, path) => {
  const [driver, ref] = [textAt(source, 'driver'), getObject(source, 'nodePublishSecretRef')];
  const errors = driver === '' ? [requiredValue(`${path}.driver`)] : [];
  if (driver.length > DRIVER_LIMIT) errors.push(tooLong(`${path}.driver`, DRIVER_LIMIT));
  if (driver !== '')
    errors.push(...subdomainErrors(driver.toLowerCase()).map((error) => invalidValue(`${path}.driver`, driver, error)));
  const name = textAt(ref, 'name');
  if (!ref) return errors;
  if (name === '') return [...errors, requiredValue(`${path}.nodePublishSecretRef.name`)];
  return [...errors, ...subdomainErrors(name).map((error) => invalidValue(`${path}.name`, name, error))];
};
