// The rules for pods of their own (k8s.io/kubernetes pkg/apis/core/validation ValidatePodCreate and ValidatePodUpdate).
import { equalJson, getList, getObject, getString, isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { forbiddenField, invalidValue, requiredValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { internalDiff } from '../validation/goInternal.ts';
import { podSpecErrors } from '../validation/podSpec.ts';
import { eachItem, textAt } from '../validation/values.ts';

export function podErrors(object: JsonObject): FieldError[] {
  const spec = getObject(object, 'spec') ?? {};
  const spaced = ['containers', 'initContainers'].flatMap((field) =>
    eachItem(spec, field, 'spec').flatMap(({ item, at }) => imageSpaceErrors(item, at)),
  );
  return [...podSpecErrors(spec, 'spec', getString(object, 'metadata', 'name') ?? ''), ...tokenErrors(spec), ...spaced];
}

/** Without an account there is nothing that a token could be for. */
function tokenErrors(spec: JsonObject): FieldError[] {
  if (textAt(spec, 'serviceAccountName') !== '') return [];
  return eachItem(spec, 'volumes', 'spec')
    .flatMap(({ item, at }) => eachItem(getObject(item, 'projected'), 'sources', `${at}.projected`))
    .filter(({ item }) => getObject(item, 'serviceAccountToken'))
    .map(({ at }) =>
      forbiddenField(`${at}.serviceAccountToken`, 'must not be specified when serviceAccountName is not set'),
    );
}

function imageSpaceErrors(container: JsonObject, path: string): FieldError[] {
  const image = textAt(container, 'image');
  return image === image.trim()
    ? []
    : [invalidValue(`${path}.image`, image, 'must not have leading or trailing whitespace')];
}

const CHANGEABLE =
  '`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

/** A pod's containers are for life; of their fields the image may change. */
export function podUpdateErrors(object: JsonObject, old: JsonObject): FieldError[] {
  const [spec, before] = [getObject(object, 'spec') ?? {}, getObject(old, 'spec') ?? {}];
  const errors: FieldError[] = [];
  for (const field of ['containers', 'initContainers']) {
    const items = eachItem(spec, field, 'spec');
    if (items.length !== eachItem(before, field, 'spec').length)
      return [...errors, forbiddenField(`spec.${field}`, 'pod updates may not add or remove containers')];
    // Containers were looked at already: what they lack is told a second time.
    errors.push(
      ...items.flatMap(({ item, at }) => [
        ...(textAt(item, 'image') === '' ? [requiredValue(`${at}.image`)] : []),
        ...imageSpaceErrors(item, at),
      ]),
    );
  }
  const deadline = deadlineErrors(spec, before);
  errors.push(...deadline.errors);
  if (deadline.stop) return errors;
  errors.push(...tolerationErrors(spec, before), ...gateErrors(spec, before));
  const fixed = withChangeable(spec, before);
  if (equalJson(fixed, before)) return errors;
  return [
    ...errors,
    forbiddenField(
      'spec',
      `pod updates may not change fields other than ${CHANGEABLE}\n${internalDiff('core.PodSpec', before, fixed)}`,
    ),
  ];
}

function deadlineErrors(
  spec: JsonObject,
  before: JsonObject,
): { readonly errors: FieldError[]; readonly stop: boolean } {
  const field = 'spec.activeDeadlineSeconds';
  const [now, then] = [spec['activeDeadlineSeconds'], before['activeDeadlineSeconds']];
  if (typeof now === 'number')
    return typeof then === 'number' && then < now
      ? { errors: [invalidValue(field, now, 'must be less than or equal to previous value')], stop: true }
      : { errors: [], stop: false };
  return {
    errors:
      typeof then === 'number'
        ? [invalidValue(field, null, 'must not update from a positive integer to nil value')]
        : [],
    stop: false,
  };
}

function tolerationErrors(spec: JsonObject, before: JsonObject): FieldError[] {
  const withoutSeconds = (one: JsonObject): JsonObject => ({ ...one, tolerationSeconds: 0 });
  const now = eachItem(spec, 'tolerations', 'spec').map(({ item }) => withoutSeconds(item));
  const isKept = eachItem(before, 'tolerations', 'spec').every(({ item }) =>
    now.some((one) => equalJson(one, withoutSeconds(item))),
  );
  return isKept
    ? []
    : [forbiddenField('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds')];
}

function gateErrors(spec: JsonObject, before: JsonObject): FieldError[] {
  const had = new Set(eachItem(before, 'schedulingGates', '').map(({ item }) => textAt(item, 'name')));
  return eachItem(spec, 'schedulingGates', 'spec').flatMap(({ item, at }) => {
    const name = textAt(item, 'name');
    return had.has(name)
      ? []
      : [forbiddenField(`${at}.name`, `only deletion is allowed, but found new scheduling gate '${name}'`)];
  });
}

/** The new spec with all that may change as it was before. */
function withChangeable(spec: JsonObject, before: JsonObject): JsonObject {
  const out: JsonObject = { ...spec };
  for (const field of ['activeDeadlineSeconds', 'schedulingGates', 'tolerations']) {
    const value = before[field];
    if (value === undefined) delete out[field];
    else out[field] = value;
  }
  for (const field of ['containers', 'initContainers']) {
    const items = getList(spec, field);
    if (items)
      out[field] = items.map((item, i) => withImageOf(item as JsonObject, getList(before, field)?.[i] as JsonObject));
  }
  const [grace, wasNegative] = [
    spec['terminationGracePeriodSeconds'],
    Number(before['terminationGracePeriodSeconds'] ?? 0) < 0,
  ];
  if (wasNegative && grace === 1) out['terminationGracePeriodSeconds'] = before['terminationGracePeriodSeconds'] ?? 0;
  return out;
}

function withImageOf(container: JsonObject, old: JsonObject): JsonObject {
  if (!isJsonObject(container) || !isJsonObject(old)) return container;
  const { image: _image, ...rest } = container;
  return old['image'] === undefined ? rest : { ...rest, image: old['image'] };
}
