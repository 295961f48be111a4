// Rules of the variables of containers (k8s.io/kubernetes pkg/apis/core/validation ValidateEnv, ValidateEnvFrom).
import { isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { configKeyErrors, labelNameErrors, subdomainErrors, variableNameErrors } from '../../model/names.ts';
import { invalidValue, requiredValue } from './fieldError.ts';
import type { FieldError } from './fieldError.ts';
import { fieldSelectorErrors } from './fieldSelector.ts';
import { maskTrailingDash } from './metadata.ts';
import { backstepErrors } from './paths.ts';
import { resourceFieldErrors } from './resourceField.ts';
import { eachItem, textAt } from './values.ts';

const SOURCES: readonly (readonly [field: string, rule: (ref: JsonObject, at: string) => FieldError[]])[] = [
  ['fieldRef', (ref, at) => fieldSelectorErrors(ref, at, 'variable')],
  ['resourceFieldRef', (ref, at) => resourceFieldErrors(ref, at, 'variable')],
  ['configMapKeyRef', keyErrors],
  ['secretKeyRef', keyErrors],
  ['fileKeyRef', fileErrors],
];

/** The errors of `env` and `envFrom`. */
export function environmentErrors(container: JsonObject, path: string): FieldError[] {
  return [
    ...eachItem(container, 'env', path).flatMap(({ item, at }) => [
      ...checked(item, 'name', at, variableNameErrors),
      ...valueErrors(item, `${at}.valueFrom`),
    ]),
    ...eachItem(container, 'envFrom', path).flatMap(({ item, at }) => sourceErrors(item, at, `${path}.envFrom`)),
  ];
}

/** A text that there must be, of a form. */
function checked(object: JsonObject, key: string, at: string, rule: (text: string) => string[]): FieldError[] {
  const text = textAt(object, key);
  if (text === '') return [requiredValue(`${at}.${key}`)];
  return rule(text).map((error) => invalidValue(`${at}.${key}`, text, error));
}

function valueErrors(variable: JsonObject, at: string): FieldError[] {
  const from = variable['valueFrom'];
  if (!isJsonObject(from)) return [];
  const present = SOURCES.filter(([field]) => isJsonObject(from[field]));
  const errors = present.flatMap(([field, rule]) => rule(from[field] as JsonObject, `${at}.${field}`));
  const wrong = (why: string): FieldError[] => [...errors, invalidValue(at, '', why)];
  if (present.length === 0)
    return wrong(
      'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
    );
  if (textAt(variable, 'value') !== '') return wrong('may not be specified when `value` is not empty');
  return present.length > 1 ? wrong('may not have more than one field specified at a time') : errors;
}

function keyErrors(ref: JsonObject, at: string): FieldError[] {
  const name = textAt(ref, 'name');
  return [
    ...subdomainErrors(name).map((error) => invalidValue(`${at}.name`, name, error)),
    ...checked(ref, 'key', at, configKeyErrors),
  ];
}

function fileErrors(ref: JsonObject, at: string): FieldError[] {
  const place = textAt(ref, 'path');
  return [
    ...checked(ref, 'key', at, variableNameErrors),
    ...checked(ref, 'volumeName', at, labelNameErrors),
    ...(place === '' ? [requiredValue(`${at}.path`)] : backstepErrors(place, `${at}.path`)),
  ];
}

/** Where all keys of another object become variables. */
function sourceErrors(source: JsonObject, at: string, list: string): FieldError[] {
  const prefix = textAt(source, 'prefix');
  const present = ['configMapRef', 'secretRef'].filter((field) => isJsonObject(source[field]));
  const errors = [
    ...(prefix === '' ? [] : checked(source, 'prefix', at, variableNameErrors)),
    // Here a name may end as one that goes on does.
    ...present.flatMap((field) =>
      checked(source[field] as JsonObject, 'name', `${at}.${field}`, (name) => subdomainErrors(maskTrailingDash(name))),
    ),
  ];
  if (present.length === 0) errors.push(invalidValue(list, '', 'must specify one of: `configMapRef` or `secretRef`'));
  if (present.length > 1) errors.push(invalidValue(list, '', 'may not have more than one field specified at a time'));
  return errors;
}

/** Variables that are read from files need a volume of the pod that starts empty. */
export function fileVolumeErrors(spec: JsonObject, path: string): FieldError[] {
  const volumes = new Map(eachItem(spec, 'volumes', path).map(({ item }) => [textAt(item, 'name'), item]));
  const containers = ['initContainers', 'containers', 'ephemeralContainers'].flatMap((list) =>
    eachItem(spec, list, path),
  );
  return containers.flatMap(({ item: container, at: of }) =>
    eachItem(container, 'env', of).flatMap(({ item, at }) => {
      const from = item['valueFrom'];
      const ref = isJsonObject(from) ? from['fileKeyRef'] : undefined;
      if (!isJsonObject(ref)) return [];
      const [name, field] = [textAt(ref, 'volumeName'), `${at}.valueFrom.fileKeyRef.volumeName`];
      const volume = volumes.get(name);
      if (!volume) return [{ type: 'NotFound', field, message: `Not found: ${JSON.stringify(name)}` } as const];
      return isJsonObject(volume['emptyDir'])
        ? []
        : [invalidValue(field, name, 'referenced volume must be of type emptyDir')];
    }),
  );
}
