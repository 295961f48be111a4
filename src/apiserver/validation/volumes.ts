// Rules of a pod's volumes, as k8s.io/kubernetes pkg/apis/core/validation has them.
import { isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { duplicateValue, forbiddenField, invalidValue, notSupported, requiredValue } from './fieldError.ts';
import type { FieldError } from './fieldError.ts';
import { labelNameErrors } from '../../model/names.ts';
import { fieldSelectorErrors } from './fieldSelector.ts';
import { eachItem, requiredText, textAt } from './values.ts';

type Rule = (source: JsonObject, path: string) => FieldError[];

const MODE_LIMIT = 0o777;
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

const anything: Rule = () => [];
const needs =
  (...fields: readonly string[]): Rule =>
  (source, path) =>
    fields.flatMap((field) => requiredText(source, field, path));
const files =
  (...fields: readonly string[]): Rule =>
  (source, path) => [
    ...needs(...fields)(source, path),
    ...modeErrors(source, 'defaultMode', path),
    ...eachItem(source, 'items', path).flatMap(({ item, at }) => fileErrors(item, at)),
  ];

/** Sources in the order in which they are looked at: the second of two is the one that is refused. */
const SOURCES: readonly (readonly [field: string, rule: Rule])[] = [
  ['emptyDir', anything],
  ['hostPath', hostPathErrors],
  ['gitRepo', needs('repository')],
  ['gcePersistentDisk', needs('pdName')],
  ['awsElasticBlockStore', needs('volumeID')],
  ['secret', files('secretName')],
  ['nfs', needs('server', 'path')],
  ['iscsi', needs('targetPortal', 'iqn')],
  ['glusterfs', needs('endpoints', 'path')],
  ['flocker', anything],
  ['persistentVolumeClaim', needs('claimName')],
  ['rbd', anything],
  ['cinder', needs('volumeID')],
  ['cephfs', anything],
  ['quobyte', anything],
  ['downwardAPI', downwardErrors],
  ['fc', anything],
  ['flexVolume', needs('driver')],
  ['configMap', files('name')],
  ['azureFile', needs('secretName', 'shareName')],
  ['vsphereVolume', needs('volumePath')],
  ['photonPersistentDisk', needs('pdID')],
  ['portworxVolume', needs('volumeID')],
  ['azureDisk', needs('diskName', 'diskURI')],
  ['storageos', anything],
  ['projected', projectedErrors],
  ['scaleIO', needs('gateway', 'system', 'volumeName')],
  ['csi', needs('driver')],
  ['ephemeral', anything],
  ['image', anything],
];

function modeErrors(source: JsonObject, field: string, path: string): FieldError[] {
  const mode = source[field];
  return typeof mode === 'number' && (mode < 0 || mode > MODE_LIMIT)
    ? [invalidValue(`${path}.${field}`, mode, 'must be a number between 0 and 0777 (octal), both inclusive')]
    : [];
}

function fileErrors(item: JsonObject, path: string): FieldError[] {
  return [...requiredText(item, 'key', path), ...requiredText(item, 'path', path), ...modeErrors(item, 'mode', path)];
}

/** The path of an item is told at the source, not at the item. */
function downwardErrors(source: JsonObject, path: string): FieldError[] {
  return eachItem(source, 'items', path).flatMap(({ item }) => [
    ...requiredText(item, 'path', path),
    ...downwardSourceErrors(item, path),
  ]);
}

function downwardSourceErrors(item: JsonObject, path: string): FieldError[] {
  const [field, resource] = [item['fieldRef'], item['resourceFieldRef']];
  if (isJsonObject(field)) return fieldSelectorErrors(field, `${path}.fieldRef`, 'file');
  if (!isJsonObject(resource)) return [requiredValue(path, 'one of fieldRef and resourceFieldRef is required')];
  const container = requiredText(resource, 'containerName', `${path}.resourceFieldRef`);
  return container.length > 0 ? container : requiredText(resource, 'resource', `${path}.resourceFieldRef`);
}

const PROJECTED = ['secret', 'configMap', 'downwardAPI', 'serviceAccountToken', 'clusterTrustBundle', 'podCertificate'];

function projectedErrors(source: JsonObject, path: string): FieldError[] {
  return eachItem(source, 'sources', path).flatMap(({ item, at }) =>
    PROJECTED.filter((field) => isJsonObject(item[field]))
      .slice(1)
      .map(() => forbiddenField(at, 'may not specify more than 1 volume type per source')),
  );
}

function hostPathErrors(source: JsonObject, path: string): FieldError[] {
  if (textAt(source, 'path') === '') return [requiredValue(`${path}.path`)];
  const errors = textAt(source, 'path').split('/').includes('..')
    ? [invalidValue(`${path}.path`, textAt(source, 'path'), "must not contain '..'")]
    : [];
  const type = textAt(source, 'type');
  return HOST_PATH_TYPES.includes(type)
    ? errors
    : [
        ...errors,
        notSupported(
          `${path}.type`,
          type,
          HOST_PATH_TYPES.filter((each) => each !== ''),
        ),
      ];
}

function sourceErrors(volume: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  let found = false;
  for (const [field, rule] of SOURCES) {
    const source = volume[field];
    if (!isJsonObject(source)) continue;
    if (found) errors.push(forbiddenField(`${path}.${field}`, 'may not specify more than 1 volume type'));
    else errors.push(...rule(source, `${path}.${field}`));
    found = true;
  }
  return found ? errors : [...errors, requiredValue(path, 'must specify a volume type')];
}

/** Rules of all volumes, and the names of those that break none: only these can be mounted. */
export function volumeErrors(
  spec: JsonObject,
  path: string,
): { readonly errors: FieldError[]; readonly names: ReadonlySet<string> } {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const { item, at } of eachItem(spec, 'volumes', path)) {
    const name = textAt(item, 'name');
    const own = sourceErrors(item, at);
    if (name === '') own.push(requiredValue(`${at}.name`));
    else own.push(...labelNameErrors(name).map((error) => invalidValue(`${at}.name`, name, error)));
    if (names.has(name)) own.push(duplicateValue(`${at}.name`, name));
    if (own.length === 0) names.add(name);
    errors.push(...own);
  }
  return { errors, names };
}
