// The rules for volume claims (k8s.io/kubernetes pkg/apis/core/validation ValidatePersistentVolumeClaim and its update).
import { equalJson, getObject } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { qualifiedNameErrors } from '../../model/names.ts';
import { forbiddenField, invalidValue, notSupported } from '../validation/fieldError.ts';
import { claimSpecErrors } from '../validation/claimSpec.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { internalDiff } from '../validation/goInternal.ts';
import { immutableField, textAt } from '../validation/values.ts';
import { parseQuantity } from '../../model/quantity.ts';

const specOf = (object: JsonObject): JsonObject => getObject(object, 'spec') ?? {};
const storageOf = (spec: JsonObject): JsonValue | undefined => getObject(spec, 'resources', 'requests')?.['storage'];
const amount = (quantity: JsonValue | undefined): bigint => parseQuantity(String(quantity ?? '0'))?.nanos ?? 0n;

export function claimErrors(object: JsonObject, old: JsonObject | undefined): FieldError[] {
  // A source that has a group already may be given any.
  const had = ['dataSource', 'dataSourceRef'].some((field) => {
    const source = old && getObject(specOf(old), field);
    return source?.['apiGroup'] !== undefined;
  });
  return claimSpecErrors(specOf(object), 'spec').filter(
    ({ field }) => !had || !/^spec\.dataSource(?:Ref)?\.apiGroup$/.test(field),
  );
}

const RESIZING = [
  'ControllerResizeInProgress',
  'ControllerResizeInfeasible',
  'NodeResizeInProgress',
  'NodeResizeInfeasible',
  'NodeResizePending',
].toSorted();

/** What a claim is said to have, and to be given. */
export function claimStatusErrors(object: JsonObject): FieldError[] {
  const status = getObject(object, 'status') ?? {};
  const negative = (list: string): FieldError[] =>
    Object.entries(getObject(status, list) ?? {}).flatMap(([name, value]) =>
      amount(value) < 0n
        ? [
            invalidValue(
              `status.${list}[${name}]`,
              Number(amount(value) / 1_000_000_000n),
              'must be a valid resource quantity',
            ),
          ]
        : [],
    );
  const resizing = 'status.allocatedResourceStatuses';
  return [
    ...negative('capacity'),
    ...Object.entries(getObject(status, 'allocatedResourceStatuses') ?? {}).flatMap(([name, state]) => [
      ...storageNameErrors(name, resizing),
      ...(RESIZING.includes(String(state)) ? [] : [notSupported(resizing, name, RESIZING)]),
    ]),
    ...Object.keys(getObject(status, 'allocatedResources') ?? {}).flatMap((name) =>
      storageNameErrors(name, 'status.allocatedResources'),
    ),
    ...negative('allocatedResources').filter(
      ({ field }) => storageNameErrors(field.slice(field.indexOf('[') + 1, -1), '').length === 0,
    ),
  ];
}

function storageNameErrors(name: string, at: string): FieldError[] {
  const wrong = qualifiedNameErrors(name).map((error) => invalidValue(at, name, error));
  const isNative = !name.includes('/') || name.includes('kubernetes.io/');
  return wrong.length > 0 || !isNative || name === 'storage' ? wrong : [notSupported(at, name, ['storage'])];
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
