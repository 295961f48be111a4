// The rules for volume claims (k8s.io/kubernetes pkg/apis/core/validation ValidatePersistentVolumeClaim and its update).
import { equalJson, getList, getObject } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { forbiddenField, invalidValue, notSupported, requiredValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { internalDiff } from '../validation/goInternal.ts';
import { subdomainErrors } from '../../model/names.ts';
import { selectorErrors } from '../validation/selector.ts';
import { immutableField, textAt } from '../validation/values.ts';
import { parseQuantity } from '../write/quantity.ts';

const MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
const VOLUME_MODES = ['Block', 'Filesystem'];

const specOf = (object: JsonObject): JsonObject => getObject(object, 'spec') ?? {};
const storageOf = (spec: JsonObject): JsonValue | undefined => getObject(spec, 'resources', 'requests')?.['storage'];
const amount = (quantity: JsonValue | undefined): bigint => parseQuantity(String(quantity ?? '0'))?.nanos ?? 0n;

export function claimErrors(object: JsonObject): FieldError[] {
  const spec = specOf(object);
  const modes = (getList(spec, 'accessModes') ?? []).map(String);
  const errors = modes.length === 0 ? [requiredValue('spec.accessModes', 'at least 1 access mode is required')] : [];
  errors.push(...selectorErrors(getObject(spec, 'selector'), 'spec.selector'));
  for (const mode of modes) if (!MODES.includes(mode)) errors.push(notSupported('spec.accessModes', mode, MODES));
  if (modes.includes('ReadWriteOncePod') && modes.length > 1)
    errors.push(forbiddenField('spec.accessModes', 'may not use ReadWriteOncePod with other access modes'));
  const storage = storageOf(spec);
  if (storage === undefined) errors.push(requiredValue('spec.resources[storage]'));
  else if (amount(storage) <= 0n)
    errors.push(invalidValue('spec.resources[storage]', storage, 'must be greater than zero'));
  const className = textAt(spec, 'storageClassName');
  if (className !== '')
    errors.push(...subdomainErrors(className).map((error) => invalidValue('spec.storageClassName', className, error)));
  const mode = textAt(spec, 'volumeMode');
  if (mode !== '' && !VOLUME_MODES.includes(mode)) errors.push(notSupported('spec.volumeMode', mode, VOLUME_MODES));
  return [...errors, ...dataSourceErrors(spec)];
}

function dataSourceErrors(spec: JsonObject): FieldError[] {
  const [source, ref] = [getObject(spec, 'dataSource'), getObject(spec, 'dataSourceRef')];
  const parts = (from: JsonObject): string =>
    ['apiGroup', 'kind', 'name'].map((field) => textAt(from, field)).join(' ');
  const isOther = source && ref && parts(source) !== parts(ref);
  return [
    ...(source ? referenceErrors(source, 'spec.dataSource') : []),
    ...(ref ? referenceErrors(ref, 'spec.dataSourceRef') : []),
    ...(isOther ? [invalidValue('spec', 'spec.dataSource', 'must match dataSourceRef')] : []),
  ];
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

/** A claim stays what it was: a bound one may ask for more, an unbound one may be given its volume. */
export function claimUpdateErrors(object: JsonObject, old: JsonObject): FieldError[] {
  const [spec, before] = [specOf(object), specOf(old)];
  const isBound = getObject(object, 'status')?.['phase'] === 'Bound';
  const then: JsonObject = { ...before };
  if (textAt(before, 'volumeName') === '' && spec['volumeName'] !== undefined) then['volumeName'] = spec['volumeName'];
  const now: JsonObject = isBound ? asBound(spec, before) : { ...spec };
  // A claim without a class may be given one later.
  if (before['storageClassName'] === undefined) delete now['storageClassName'];
  const errors: FieldError[] = [];
  if (!equalJson(withoutEmpty(now), withoutEmpty(then))) {
    const diff = internalDiff('core.PersistentVolumeClaimSpec', then, now);
    errors.push(
      forbiddenField(
        'spec',
        `spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n${diff}`,
      ),
    );
  }
  const size = amount(storageOf(spec));
  if (size < amount(storageOf(before)) && size <= amount(getObject(old, 'status', 'capacity')?.['storage'])) {
    errors.push(forbiddenField('spec.resources.requests.storage', 'field can not be less than status.capacity'));
  }
  return [...errors, ...immutableField(spec['volumeMode'], before['volumeMode'], 'volumeMode')];
}

/** What may change in a bound claim, as it was. */
function asBound(spec: JsonObject, before: JsonObject): JsonObject {
  const out: JsonObject = { ...spec };
  const requests = getObject(spec, 'resources', 'requests');
  if (requests)
    out['resources'] = {
      ...getObject(spec, 'resources'),
      requests: { ...requests, storage: storageOf(before) ?? '0' },
    };
  if (before['volumeAttributesClassName'] === undefined) delete out['volumeAttributesClassName'];
  else out['volumeAttributesClassName'] = before['volumeAttributesClassName'];
  return out;
}

/** Empty collections are as good as none. */
function withoutEmpty(spec: JsonObject): JsonObject {
  const resources = getObject(spec, 'resources');
  const parts = Object.entries(resources ?? {}).filter(
    ([, value]) => Object.keys((value ?? {}) as JsonObject).length > 0,
  );
  return { ...spec, resources: Object.fromEntries(parts) };
}
