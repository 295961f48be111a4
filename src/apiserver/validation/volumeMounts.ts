// Rules of what a container mounts (k8s.io/kubernetes pkg/apis/core/validation ValidateVolumeMounts, ValidateVolumeDevices).
import { getObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { forbiddenField, invalidValue, notFoundValue, notSupported, requiredValue } from './fieldError.ts';
import type { FieldError } from './fieldError.ts';
import { backstepErrors, descendingPathErrors } from './paths.ts';
import { eachItem, requiredText, textAt } from './values.ts';
import type { Volumes } from './volumes.ts';

const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None'];
const RECURSIVE = ['Disabled', 'Enabled', 'IfPossible'];

/** Places by name, as far as the other list is concerned: the last of a name counts. */
function placesOf(container: JsonObject, list: string, field: string): ReadonlyMap<string, string> {
  return new Map(eachItem(container, list, '').map(({ item }) => [textAt(item, 'name'), textAt(item, field)]));
}

/** Of `volumeMounts`. Some of them are told at the list. */
export function mountErrors(container: JsonObject, path: string, volumes: Volumes): FieldError[] {
  const devices = placesOf(container, 'volumeDevices', 'devicePath');
  const [places, list] = [new Set<string>(), `${path}.volumeMounts`];
  const isPrivileged = getObject(container, 'securityContext')?.['privileged'] === true;
  return eachItem(container, 'volumeMounts', path).flatMap(({ item, at }) => {
    const [name, place] = [textAt(item, 'name'), textAt(item, 'mountPath')];
    const errors = requiredText(item, 'name', at);
    if (!volumes.has(name)) errors.push(notFoundValue(`${at}.name`, name));
    errors.push(...requiredText(item, 'mountPath', at));
    if (places.has(place)) errors.push(invalidValue(`${at}.mountPath`, place, 'must be unique'));
    places.add(place);
    if (devices.has(name)) errors.push(invalidValue(`${at}.name`, name, 'must not already exist in volumeDevices'));
    if ([...devices.values()].includes(place))
      errors.push(invalidValue(`${at}.mountPath`, place, 'must not already exist as a path in volumeDevices'));
    return [
      ...errors,
      ...subPathErrors(item, at, list),
      ...propagationErrors(item, isPrivileged, `${list}.mountPropagation`),
      ...recursiveErrors(item, `${list}.recursiveReadOnly`),
    ];
  });
}

function subPathErrors(mount: JsonObject, at: string, list: string): FieldError[] {
  const [plain, expression] = [textAt(mount, 'subPath'), textAt(mount, 'subPathExpr')];
  const errors = plain === '' ? [] : descendingPathErrors(plain, `${list}.subPath`);
  if (expression === '') return errors;
  if (plain !== '')
    errors.push(invalidValue(`${at}.subPathExpr`, expression, 'subPathExpr and subPath are mutually exclusive'));
  return [...errors, ...descendingPathErrors(expression, `${list}.subPathExpr`)];
}

function propagationErrors(mount: JsonObject, isPrivileged: boolean, at: string): FieldError[] {
  const propagation = mount['mountPropagation'];
  if (typeof propagation !== 'string') return [];
  if (!PROPAGATIONS.includes(propagation)) return [notSupported(at, propagation, PROPAGATIONS)];
  return propagation === 'Bidirectional' && !isPrivileged
    ? [forbiddenField(at, 'Bidirectional mount propagation is available only to privileged containers')]
    : [];
}

function recursiveErrors(mount: JsonObject, at: string): FieldError[] {
  const [recursive, propagation] = [mount['recursiveReadOnly'], mount['mountPropagation']];
  if (typeof recursive !== 'string' || recursive === 'Disabled') return [];
  if (!RECURSIVE.includes(recursive)) return [notSupported(at, recursive, RECURSIVE)];
  const errors = mount['readOnly'] === true ? [] : [forbiddenField(at, 'may only be specified when readOnly is true')];
  if (typeof propagation === 'string' && propagation !== 'None')
    errors.push(forbiddenField(at, 'may only be specified when mountPropagation is None or not specified'));
  return errors;
}

/** Of `volumeDevices`, which are claims. */
export function deviceErrors(container: JsonObject, path: string, volumes: Volumes): FieldError[] {
  const mounts = placesOf(container, 'volumeMounts', 'mountPath');
  const [names, places] = [new Set<string>(), new Set<string>()];
  return eachItem(container, 'volumeDevices', path).flatMap(({ item, at }) => {
    const [name, place] = [textAt(item, 'name'), textAt(item, 'devicePath')];
    const errors = requiredText(item, 'name', at);
    const wrong = (field: string, value: string, why: string): void => {
      errors.push(invalidValue(`${at}.${field}`, value, why));
    };
    if (names.has(name)) wrong('name', name, 'must be unique');
    if (!volumes.has(name)) errors.push(notFoundValue(`${at}.name`, name));
    else if (volumes.get(name) !== 'claim')
      wrong('name', name, 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode');
    if (place === '') errors.push(requiredValue(`${at}.devicePath`));
    if (places.has(place)) wrong('devicePath', place, 'must be unique');
    if (backstepErrors(place, '').length > 0) wrong('devicePath', place, "can not contain backsteps ('..')");
    else places.add(place);
    if (mounts.has(name)) wrong('name', name, 'must not already exist in volumeMounts');
    if ([...mounts.values()].includes(place))
      wrong('devicePath', place, 'must not already exist as a path in volumeMounts');
    if (name !== '') names.add(name);
    return errors;
  });
}
