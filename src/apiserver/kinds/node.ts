// Nodes: defaults, the taint of a new one, and what may not change.
import { getList } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { duplicateValue, forbiddenField, invalidValue, notSupported, requiredValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { itemsAt, objectAt, structAt } from './defaulting.ts';
import type { KindRules } from './kind.ts';
import { labelValueErrors, qualifiedNameErrors } from '../../model/names.ts';
import { rangeErrors } from '../validation/addresses.ts';
import { textAt } from '../validation/values.ts';
import { parseQuantity } from '../../model/quantity.ts';

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
const FEATURE = /^[A-Z][A-Za-z0-9]*(?:\/[A-Za-z0-9]+)*$/;
const WHOLE: ReadonlySet<string> = new Set([
  'pods',
  'services',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
]);
const NOT_READY = 'node.kubernetes.io/not-ready';

export const node: KindRules = {
  default: (object) => {
    pairCidrs(structAt(object, 'spec'));
    // What a node has is what it offers, unless it says otherwise.
    const status = objectAt(object, 'status');
    const capacity = objectAt(status, 'capacity');
    if (status && capacity && !objectAt(status, 'allocatable')) status['allocatable'] = { ...capacity };
  },
  prepareForCreate: (object) => {
    const spec = structAt(object, 'spec');
    const taints = itemsAt(spec, 'taints');
    // Nothing is scheduled on a node before it says that it is ready.
    if (!taints.some((taint) => taint['key'] === NOT_READY))
      spec['taints'] = [...taints, { key: NOT_READY, effect: 'NoSchedule' }];
  },
  validate: (object) => [
    ...taintErrors(object),
    ...resourceErrors(object),
    ...featureErrors(object),
    ...cidrListErrors(object),
  ],
  prepareForStatusUpdate: (object) => {
    const status = objectAt(object, 'status');
    if (status) delete status['config'];
  },
  validateStatusUpdate: updateErrors,
  validateUpdate: updateErrors,
};

/** The first of the ranges has a field of its own; the older field wins where they differ. */
function pairCidrs(spec: JsonObject): void {
  const [one, all] = [spec['podCIDR'], getList(spec, 'podCIDRs') ?? []];
  if (typeof one === 'string' && one !== '' && all[0] !== one) spec['podCIDRs'] = [one];
  else if (all[0] !== undefined) spec['podCIDR'] = all[0];
}

const cidrsOf = (object: JsonObject): string[] => (getList(object, 'spec', 'podCIDRs') ?? []).map(String);

/** More than one is a pair of both families. */
function cidrListErrors(object: JsonObject): FieldError[] {
  const cidrs = cidrsOf(object);
  const errors = cidrs.flatMap((cidr, i) => rangeErrors(cidr, `spec.podCIDRs[${i}]`));
  if (cidrs.length < 2) return errors;
  const addresses = cidrs.map((cidr) => (rangeErrors(cidr, '').length === 0 ? cidr : undefined));
  if (addresses.includes(undefined)) {
    const bad = cidrs.find((cidr) => rangeErrors(cidr, '').length > 0) ?? '';
    const why = `Internal error: invalid PodCIDRs. failed to check with dual stack with error:invalid CIDR[${cidrs.indexOf(bad)}]: <nil> (invalid CIDR address: ${bad})`;
    errors.push({ type: 'Internal', field: 'spec.podCIDRs', message: why });
  }
  const families = new Set(addresses.map((cidr) => cidr?.includes(':')));
  return families.has(true) && families.has(false) && cidrs.length === 2
    ? errors
    : [...errors, invalidValue('spec.podCIDRs', cidrs, 'may specify no more than one CIDR for each IP family')];
}

/** Told at the metadata. */
function taintErrors(object: JsonObject): FieldError[] {
  const seen = new Set<string>();
  return itemsAt(objectAt(object, 'spec'), 'taints').flatMap((taint, i) => {
    const at = `metadata.taints[${i}]`;
    const [key, value, effect] = ['key', 'value', 'effect'].map((field) => textAt(taint, field)) as [
      string,
      string,
      string,
    ];
    const errors = qualifiedNameErrors(key).map((error) => invalidValue(`${at}.key`, key, error));
    const unfit = labelValueErrors(value);
    if (unfit.length > 0) errors.push(invalidValue(`${at}.value`, value, unfit.join(';')));
    if (effect === '') errors.push(requiredValue(`${at}.effect`));
    else if (!EFFECTS.includes(effect)) errors.push(notSupported(`${at}.effect`, effect, EFFECTS));
    if (seen.has(`${effect} ${key}`)) {
      const twice = duplicateValue(at, {
        Key: key,
        Value: value,
        Effect: effect,
        TimeAdded: taint['timeAdded'] ?? null,
      });
      errors.push({ ...twice, message: `${twice.message}: taints must be unique by key and effect pair` });
    }
    seen.add(`${effect} ${key}`);
    return errors;
  });
}

/** What a node has and offers is no less than nothing. */
function resourceErrors(object: JsonObject): FieldError[] {
  const status = objectAt(object, 'status');
  return ['capacity', 'allocatable'].flatMap((list) =>
    Object.entries(objectAt(status, list) ?? {}).flatMap(([name, value]) => {
      const nanos = parseQuantity(String(value))?.nanos ?? 0n;
      const at = `status.${list}.${name}`;
      return [
        ...(nanos < 0n ? [invalidValue(at, value, 'must be greater than or equal to 0')] : []),
        ...(isInteger(name) && nanos % 1_000_000_000n !== 0n ? [invalidValue(at, value, 'must be an integer')] : []),
      ];
    }),
  );
}

const isInteger = (name: string): boolean =>
  WHOLE.has(name) || (name.includes('/') && !name.includes('kubernetes.io/'));

function featureErrors(object: JsonObject): FieldError[] {
  const features = (getList(object, 'status', 'declaredFeatures') ?? []).map(String);
  return features.flatMap((feature, i) => {
    const at = `status.declaredFeatures[${i}]`;
    const form =
      "must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes";
    const why = feature.length > 253 ? 'must be no more than 253 characters' : FEATURE.test(feature) ? undefined : form;
    const before = features[i - 1];
    return [
      ...(why === undefined
        ? []
        : [invalidValue(at, feature, `invalid feature name ${JSON.stringify(feature)}: ${why}`)]),
      ...(before === feature ? [duplicateValue(at, feature)] : []),
      ...(before !== undefined && before > feature
        ? [invalidValue(at, feature, 'list must be sorted alphabetically')]
        : []),
    ];
  });
}

function updateErrors(object: JsonObject, old: JsonObject): FieldError[] {
  const [now, before] = [cidrsOf(object), cidrsOf(old)];
  const errors: FieldError[] = [...resourceErrors(object), ...featureErrors(object)];
  const seen = new Set<string>();
  for (const [i, address] of itemsAt(objectAt(object, 'status'), 'addresses').entries()) {
    const key = `${String(address['type'])} ${String(address['address'])}`;
    if (seen.has(key))
      errors.push(
        duplicateValue(`status.addresses[${i}]`, { Type: address['type'] ?? '', Address: address['address'] ?? '' }),
      );
    seen.add(key);
  }
  const why = (field: string): string => `node updates may not change ${field} except from "" to valid`;
  const isOther = before.length > 0 && (before.length !== now.length || before.some((cidr, i) => cidr !== now[i]));
  const changed = before.length === now.length ? before.filter((cidr, i) => cidr !== now[i]).length : 1;
  if (isOther) errors.push(...Array.from({ length: changed }, () => forbiddenField('spec.podCIDRs', why('podCIDR'))));
  const [id, idBefore] = [objectAt(object, 'spec')?.['providerID'], objectAt(old, 'spec')?.['providerID']];
  if (idBefore !== undefined && id !== idBefore) errors.push(forbiddenField('spec.providerID', why('providerID')));
  errors.push(...taintErrors(object));
  const external = (of: JsonObject): string => textAt(objectAt(of, 'spec'), 'externalID');
  if (external(object) !== external(old)) errors.push(forbiddenField('spec.externalID', 'may not be updated'));
  return errors;
}
