// What a claim for storage may ask for, of its own and in the volumes of pods (k8s.io/kubernetes pkg/apis/core/validation
// ValidatePersistentVolumeClaimSpec).
import { getList, getObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { labelNameErrors, subdomainErrors } from '../../model/names.ts';
import { parseQuantity } from '../../model/quantity.ts';
import { forbiddenField, invalidValue, notSupported, requiredValue } from './fieldError.ts';
import type { FieldError } from './fieldError.ts';
import { annotationErrors, labelErrors } from './metadata.ts';
import { selectorErrors } from './selector.ts';
import { textAt } from './values.ts';

const MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
const VOLUME_MODES = ['Block', 'Filesystem'];

export function claimSpecErrors(spec: JsonObject, path: string): FieldError[] {
  const modes = (getList(spec, 'accessModes') ?? []).map(String);
  const errors = modes.length === 0 ? [requiredValue(`${path}.accessModes`, 'at least 1 access mode is required')] : [];
  errors.push(...selectorErrors(getObject(spec, 'selector'), `${path}.selector`));
  for (const mode of modes) if (!MODES.includes(mode)) errors.push(notSupported(`${path}.accessModes`, mode, MODES));
  if (modes.includes('ReadWriteOncePod') && modes.some((mode) => mode !== 'ReadWriteOncePod' && MODES.includes(mode)))
    errors.push(forbiddenField(`${path}.accessModes`, 'may not use ReadWriteOncePod with other access modes'));
  const storage = getObject(spec, 'resources', 'requests')?.['storage'];
  if (storage === undefined) errors.push(requiredValue(`${path}.resources[storage]`));
  else if ((parseQuantity(String(storage))?.nanos ?? 0n) <= 0n)
    errors.push(invalidValue(`${path}.resources[storage]`, storage, 'must be greater than zero'));
  errors.push(...named(spec, 'storageClassName', path));
  const mode = spec['volumeMode'];
  if (typeof mode === 'string' && !VOLUME_MODES.includes(mode))
    errors.push(notSupported(`${path}.volumeMode`, mode, VOLUME_MODES));
  return [...errors, ...dataSourceErrors(spec, path), ...named(spec, 'volumeAttributesClassName', path)];
}

function named(spec: JsonObject, field: string, path: string): FieldError[] {
  const name = textAt(spec, field);
  return name === '' ? [] : subdomainErrors(name).map((error) => invalidValue(`${path}.${field}`, name, error));
}

function dataSourceErrors(spec: JsonObject, path: string): FieldError[] {
  const [source, ref] = [getObject(spec, 'dataSource'), getObject(spec, 'dataSourceRef')];
  const namespace = textAt(ref, 'namespace');
  const parts = (from: JsonObject): string =>
    ['apiGroup', 'kind', 'name'].map((field) => textAt(from, field)).join(' ');
  const errors = [
    ...(source ? referenceErrors(source, `${path}.dataSource`) : []),
    ...(ref ? referenceErrors(ref, `${path}.dataSourceRef`) : []),
    ...(namespace === ''
      ? []
      : labelNameErrors(namespace).map((error) => invalidValue(`${path}.dataSourceRef.namespace`, namespace, error))),
  ];
  if (!source || !ref) return errors;
  const wrong = (why: string): FieldError[] => [...errors, invalidValue(path, `${path}.dataSource`, why)];
  if (namespace !== '') return wrong('may not be specified when dataSourceRef.namespace is specified');
  return parts(source) === parts(ref) ? errors : wrong('must match dataSourceRef');
}

function referenceErrors(reference: JsonObject, at: string): FieldError[] {
  const [group, kind] = [textAt(reference, 'apiGroup'), textAt(reference, 'kind')];
  const errors = ['name', 'kind'].flatMap((field) =>
    textAt(reference, field) === '' ? [requiredValue(`${at}.${field}`)] : [],
  );
  if (group !== '')
    return [...errors, ...subdomainErrors(group).map((error) => invalidValue(`${at}.apiGroup`, group, error))];
  if (kind === 'PersistentVolumeClaim') return errors;
  const onlyClaims = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
  return [...errors, invalidValue(at, kind, onlyClaims)];
}

/** Fields of metadata in the order of upstream's struct, with the names that it gives them. */
const UNSET = [
  ['name', 'name'],
  ['generateName', 'generateName'],
  ['namespace', 'namespace'],
  ['selfLink', 'selfLink'],
  ['uid', 'uID'],
  ['resourceVersion', 'resourceVersion'],
  ['generation', 'generation'],
  ['creationTimestamp', 'creationTimestamp'],
  ['deletionTimestamp', 'deletionTimestamp'],
  ['deletionGracePeriodSeconds', 'deletionGracePeriodSeconds'],
  ['ownerReferences', 'ownerReferences'],
  ['finalizers', 'finalizers'],
  ['managedFields', 'managedFields'],
] as const;

/** A claim that a pod brings along: its metadata has labels and annotations only. */
export function claimTemplateErrors(template: JsonObject, path: string): FieldError[] {
  const metadata = getObject(template, 'metadata');
  const isSet = (field: string): boolean => {
    const value = metadata?.[field];
    return (
      value !== undefined && value !== null && value !== '' && (value !== 0 || field === 'deletionGracePeriodSeconds')
    );
  };
  return [
    ...annotationErrors(getObject(metadata, 'annotations'), `${path}.metadata.annotations`),
    ...labelErrors(getObject(metadata, 'labels'), `${path}.metadata.labels`),
    ...UNSET.filter(([field]) => isSet(field)).map(([, name]) =>
      forbiddenField(`${path}.metadata.${name}`, 'cannot be set'),
    ),
    ...claimSpecErrors(getObject(template, 'spec') ?? {}, `${path}.spec`),
  ];
}
