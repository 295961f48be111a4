// Nodes: defaults, the taint of a new one, and what may not change.
import { getList } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { duplicateValue, forbiddenField } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { itemsAt, objectAt, structAt } from './defaulting.ts';
import type { KindRules } from './kind.ts';
import { cidrErrors } from './cidr.ts';

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
  validate: (object) => (objectAt(object, 'spec')?.['podCIDRs'] === undefined ? [] : cidrListErrors(object)),
  validateUpdate: updateErrors,
};

/** The first of the ranges has a field of its own; the older field wins where they differ. */
function pairCidrs(spec: JsonObject): void {
  const [one, all] = [spec['podCIDR'], getList(spec, 'podCIDRs') ?? []];
  if (typeof one === 'string' && one !== '' && all[0] !== one) spec['podCIDRs'] = [one];
  else if (all[0] !== undefined) spec['podCIDR'] = all[0];
}

const cidrsOf = (object: JsonObject): string[] => (getList(object, 'spec', 'podCIDRs') ?? []).map(String);

function cidrListErrors(object: JsonObject): FieldError[] {
  return cidrsOf(object).flatMap((cidr, i) => cidrErrors(cidr, `spec.podCIDRs[${i}]`));
}

function updateErrors(object: JsonObject, old: JsonObject): FieldError[] {
  const [now, before] = [cidrsOf(object), cidrsOf(old)];
  const errors: FieldError[] = [];
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
  if (isOther) errors.push(forbiddenField('spec.podCIDRs', why('podCIDR')));
  const [id, idBefore] = [objectAt(object, 'spec')?.['providerID'], objectAt(old, 'spec')?.['providerID']];
  if (idBefore !== undefined && id !== idBefore) errors.push(forbiddenField('spec.providerID', why('providerID')));
  return errors;
}
