// The families of a service's addresses and the policy about them, inferred from what was asked (k8s.io/kubernetes
// pkg/registry/core/service/storage alloc.go initIPFamilyFields). This cluster has IPv4 only. Gives no addresses.
import { equalJson } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { invalidValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { textAt, textsAt } from '../validation/values.ts';
import { objectAt } from './defaulting.ts';
import { addressErrors } from './validateServiceAddresses.ts';

const POLICY = 'spec.ipFamilyPolicy';

const isReduced = (spec: JsonObject, before: JsonObject, field: string): boolean =>
  textsAt(spec, field).length > 0 && textsAt(spec, field).length < textsAt(before, field).length;
const isSame = (spec: JsonObject, before: JsonObject, field: string): boolean =>
  equalJson(textsAt(spec, field), textsAt(before, field));

/** Sets the families and the policy of a service; the refusals of what this cluster does not have. */
export function setFamilies(spec: JsonObject, before: JsonObject | undefined): FieldError[] {
  if (spec['type'] === 'ExternalName' || (before && keepsPreferred(spec, before))) return [];
  const isOpen = textAt(spec, 'clusterIP') === 'None' && Object.keys(objectAt(spec, 'selector') ?? {}).length === 0;
  spec['ipFamilyPolicy'] ??= before?.['ipFamilyPolicy'] ?? (isOpen ? 'RequireDualStack' : 'SingleStack');
  const isSingle = spec['ipFamilyPolicy'] === 'SingleStack';
  const wrong = addressErrors(spec, before);
  if (wrong.length > 0) return wrong;
  const errors = [...(before ? releaseErrors(spec, before, isSingle) : []), ...singleErrors(spec, isSingle)];
  const families = textsAt(spec, 'ipFamilies');
  errors.push(...inferFamilies(spec, families));
  if (errors.length > 0) return errors;
  if (!isOpen) errors.push(...unservedErrors(spec, families));
  if (errors.length > 0) return errors;
  if (families.length === 0) families.push('IPv4');
  // Without a selector the addresses are the user's own: both families, unless one was asked for.
  if (isOpen && families.length < 2 && !isSingle) families.push(families[0] === 'IPv4' ? 'IPv6' : 'IPv4');
  spec['ipFamilies'] = families;
  return [];
}

/** Who only prefers two families keeps what there is, also when the cluster has changed. */
function keepsPreferred(spec: JsonObject, before: JsonObject): boolean {
  const isPreferred = (policy: unknown): boolean => policy === 'PreferDualStack';
  return (
    before['type'] === spec['type'] &&
    isPreferred(spec['ipFamilyPolicy']) &&
    isPreferred(before['ipFamilyPolicy'] ?? 'PreferDualStack') &&
    isSame(spec, before, 'clusterIPs') &&
    isSame(spec, before, 'ipFamilies')
  );
}

/** A policy of one family releases the second address and family; who leaves them out must say so in the policy. */
function releaseErrors(spec: JsonObject, before: JsonObject, isSingle: boolean): FieldError[] {
  if (isSingle) {
    for (const field of ['clusterIPs', 'ipFamilies'])
      if (isSame(spec, before, field) && textsAt(spec, field).length > 1)
        spec[field] = textsAt(spec, field).slice(0, 1);
    return [];
  }
  return [
    ['clusterIPs', 'cluster IP'],
    ['ipFamilies', 'IP family'],
  ].flatMap(([field = '', name = '']) =>
    isReduced(spec, before, field)
      ? [invalidValue(POLICY, spec['ipFamilyPolicy'], `must be 'SingleStack' to release the secondary ${name}`)]
      : [],
  );
}

function singleErrors(spec: JsonObject, isSingle: boolean): FieldError[] {
  if (!isSingle) return [];
  return [
    ['clusterIPs', 'cluster IPs'],
    ['ipFamilies', 'IP families'],
  ].flatMap(([field = '', name = '']) => {
    const why = `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${name} are specified`;
    return textsAt(spec, field).length === 2 ? [invalidValue(POLICY, spec['ipFamilyPolicy'], why)] : [];
  });
}

/** `families` grows by those of the addresses that name none. */
function inferFamilies(spec: JsonObject, families: string[]): FieldError[] {
  const addresses = textsAt(spec, 'clusterIPs');
  const errors: FieldError[] = [];
  for (const [i, address] of addresses.entries()) {
    if (address === 'None') break;
    if (i < families.length) continue;
    if (address.includes(':'))
      errors.push(invalidValue(`spec.clusterIPs[${i}]`, addresses, 'IPv6 is not configured on this cluster'));
    else families.push('IPv4');
  }
  return errors;
}

function unservedErrors(spec: JsonObject, families: readonly string[]): FieldError[] {
  const why = 'this cluster is not configured for dual-stack services';
  return [
    ...(spec['ipFamilyPolicy'] === 'RequireDualStack' ? [invalidValue(POLICY, spec['ipFamilyPolicy'], why)] : []),
    ...families.flatMap((family, i) =>
      family === 'IPv6' ? [invalidValue(`spec.ipFamilies[${i}]`, family, 'not configured on this cluster')] : [],
    ),
  ];
}
