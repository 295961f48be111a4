// Rules of a pod's volumes, as k8s.io/kubernetes pkg/apis/core/validation has them. The sources have files of their own.
import { isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { labelNameErrors, subdomainErrors } from '../../model/names.ts';
import { parseQuantity } from '../../model/quantity.ts';
import { claimTemplateErrors } from './claimSpec.ts';
import { duplicateValue, forbiddenField, invalidValue, notSupported, requiredValue } from './fieldError.ts';
import type { FieldError } from './fieldError.ts';
import { backstepErrors } from './paths.ts';
import { eachItem, textAt } from './values.ts';
import { downwardErrors, filesOf, projectedErrors } from './volumeFiles.ts';
import * as sources from './volumeSources.ts';
import type { SourceRule } from './volumeSources.ts';

const HOST_PATH_TYPES = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const PORTAL_LIMIT = 64;

/** The volumes that break no rule, by name: only these can be mounted, and only claims as devices. */
export type Volumes = ReadonlyMap<string, 'claim' | 'other'>;

/** Sources in the order in which they are looked at: the second of two is the one that is refused. */
const SOURCES: readonly (readonly [field: string, rule: SourceRule])[] = [
  ['emptyDir', emptyDirErrors],
  ['hostPath', hostPathErrors],
  ['gitRepo', sources.gitRepoErrors],
  ['gcePersistentDisk', sources.gceDiskErrors],
  ['awsElasticBlockStore', sources.awsDiskErrors],
  ['secret', filesOf('secretName')],
  ['nfs', sources.nfsErrors],
  ['iscsi', sources.iscsiErrors],
  ['glusterfs', sources.needs('endpoints', 'path')],
  ['flocker', sources.flockerErrors],
  ['persistentVolumeClaim', sources.needs('claimName')],
  ['rbd', sources.rbdErrors],
  ['cinder', sources.cinderErrors],
  ['cephfs', sources.cephErrors],
  ['quobyte', sources.quobyteErrors],
  ['downwardAPI', downwardErrors],
  ['fc', sources.fibreChannelErrors],
  ['flexVolume', sources.flexErrors],
  ['configMap', filesOf('name')],
  ['azureFile', sources.needs('secretName', 'shareName')],
  ['vsphereVolume', sources.needs('volumePath')],
  ['photonPersistentDisk', sources.needs('pdID')],
  ['portworxVolume', sources.needs('volumeID')],
  ['azureDisk', sources.azureDiskErrors],
  ['storageos', sources.storageOsErrors],
  ['projected', projectedErrors],
  ['scaleIO', sources.needs('gateway', 'system', 'volumeName')],
  ['csi', sources.csiErrors],
  ['ephemeral', ephemeralErrors],
];
/** Fields that upstream names otherwise where it refuses them as the second one. */
const SECOND_NAMES: Readonly<Record<string, string>> = { cephfs: 'cephFS', downwardAPI: 'downwarAPI' };

function emptyDirErrors(source: JsonObject, path: string): FieldError[] {
  const limit = parseQuantity(String(source['sizeLimit'] ?? '0'))?.nanos ?? 0n;
  return limit < 0n ? [forbiddenField(`${path}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')] : [];
}

function hostPathErrors(source: JsonObject, path: string): FieldError[] {
  const [place, type] = [textAt(source, 'path'), textAt(source, 'type')];
  if (place === '') return [requiredValue(`${path}.path`)];
  const errors = backstepErrors(place, `${path}.path`);
  return HOST_PATH_TYPES.includes(type) ? errors : [...errors, notSupported(`${path}.type`, type, HOST_PATH_TYPES)];
}

function ephemeralErrors(source: JsonObject, path: string): FieldError[] {
  const template = source['volumeClaimTemplate'];
  const at = `${path}.volumeClaimTemplate`;
  return isJsonObject(template) ? claimTemplateErrors(template, at) : [requiredValue(at)];
}

/** A pod needs the image, a template may leave it out. */
function imageErrors(source: JsonObject, path: string, isPod: boolean): FieldError[] {
  const policy = textAt(source, 'pullPolicy');
  const errors = isPod && textAt(source, 'reference') === '' ? [requiredValue(`${path}.reference`)] : [];
  if (PULL_POLICIES.includes(policy)) return errors;
  return [
    ...errors,
    policy === '' ? requiredValue(`${path}.pullPolicy`) : notSupported(`${path}.pullPolicy`, policy, PULL_POLICIES),
  ];
}

function sourceErrors(volume: JsonObject, path: string, podName: string | undefined): FieldError[] {
  const rules: typeof SOURCES = [...SOURCES, ['image', (source, at) => imageErrors(source, at, podName !== undefined)]];
  const errors: FieldError[] = [];
  let found = false;
  for (const [field, rule] of rules) {
    const source = volume[field];
    if (!isJsonObject(source)) continue;
    if (!found) errors.push(...rule(source, `${path}.${field}`));
    // An empty directory is looked at first, and never the second.
    else
      errors.push(forbiddenField(`${path}.${SECOND_NAMES[field] ?? field}`, 'may not specify more than 1 volume type'));
    if (field === 'iscsi') errors.push(...portalErrors(volume, source, path));
    if (field === 'ephemeral' && !found) errors.push(...claimNameErrors(volume, path, podName));
    found = true;
  }
  return found ? errors : [...errors, requiredValue(path, 'must specify a volume type')];
}

function portalErrors(volume: JsonObject, source: JsonObject, path: string): FieldError[] {
  const name = textAt(volume, 'name');
  const isLong = `${name}:${textAt(source, 'targetPortal')}`.length > PORTAL_LIMIT;
  if (source['initiatorName'] === undefined || !isLong) return [];
  const why =
    'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';
  return [invalidValue(`${path}.name`, name, why)];
}

/** A pod's own claim is named after both. */
function claimNameErrors(volume: JsonObject, path: string, podName = ''): FieldError[] {
  const name = textAt(volume, 'name');
  if (podName === '' || name === '') return [];
  const claim = `${podName}-${name}`;
  return subdomainErrors(claim).map((error) =>
    invalidValue(`${path}.name`, name, `PVC name ${JSON.stringify(claim)}: ${error}`),
  );
}

/** Rules of all volumes. `podName` is that of a pod of its own, which templates do not have. */
export function volumeErrors(
  spec: JsonObject,
  path: string,
  podName: string | undefined,
): { readonly errors: FieldError[]; readonly volumes: Volumes } {
  const errors: FieldError[] = [];
  const volumes = new Map<string, 'claim' | 'other'>();
  const items = eachItem(spec, 'volumes', path);
  const made = new Set(
    items
      .filter(({ item }) => isJsonObject(item['ephemeral']))
      .map(({ item }) => `${podName ?? ''}-${textAt(item, 'name')}`),
  );
  for (const { item, at } of items) {
    const name = textAt(item, 'name');
    const own = sourceErrors(item, at, podName);
    if (name === '') own.push(requiredValue(`${at}.name`));
    else own.push(...labelNameErrors(name).map((error) => invalidValue(`${at}.name`, name, error)));
    if (volumes.has(name)) own.push(duplicateValue(`${at}.name`, name));
    const claim = item['persistentVolumeClaim'];
    if (own.length === 0) volumes.set(name, isJsonObject(claim) || isJsonObject(item['ephemeral']) ? 'claim' : 'other');
    errors.push(...own);
    const claimName = isJsonObject(claim) ? textAt(claim, 'claimName') : '';
    const why = 'must not reference a PVC that gets created for an ephemeral volume';
    if ((podName ?? '') !== '' && made.has(claimName))
      errors.push(invalidValue(`${at}.persistentVolumeClaim.claimName`, claimName, why));
  }
  return { errors, volumes };
}
