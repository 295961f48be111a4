// The rules for the addresses of services and their families (k8s.io/kubernetes pkg/apis/core/validation
// ValidateServiceClusterIPsRelatedFields and its neighbours), in upstream's order and words. Gives no addresses.
import type { JsonObject } from '../../model/json.ts';
import { duplicateValue, invalidValue, notSupported, requiredValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { textAt, textsAt } from '../validation/values.ts';
import { addressErrors as wellFormedErrors, parseAddress, specialAddressErrors } from '../validation/addresses.ts';

const FAMILIES = ['IPv4', 'IPv6'];
const FAMILY_POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];

const familyOf = (address: string): string => (address.includes(':') ? 'IPv6' : 'IPv4');

export const isHeadless = (spec: JsonObject): boolean => textsAt(spec, 'clusterIPs')[0] === 'None';

/** Addresses and their families are for life, unless the type gives them back. */
export function changedErrors(spec: JsonObject, before: JsonObject, field: 'clusterIPs' | 'ipFamilies'): FieldError[] {
  if (spec['type'] === 'ExternalName' || before['type'] === 'ExternalName') return [];
  if (field === 'ipFamilies' ? isHeadless(spec) || isHeadless(before) : isHeadless(spec) && isHeadless(before))
    return [];
  const [now, then] = [textsAt(spec, field), textsAt(before, field)];
  const shared = now.length === then.length ? then : then.slice(0, 1);
  if (now.length === 0 && then.length > 0)
    return [
      invalidValue(
        `spec.${field}[0]`,
        spec[field] ?? null,
        `primary ${field === 'clusterIPs' ? 'clusterIP' : 'ipFamily'} can not be unset`,
      ),
    ];
  return shared.flatMap((value, i) =>
    now[i] === value
      ? []
      : [
          invalidValue(
            `spec.${field}[${field === 'clusterIPs' ? i : 0}]`,
            spec[field] ?? null,
            'may not change once set',
          ),
        ],
  );
}

/** The addresses, their families and the policy, each by itself and beside the others. */
export function addressErrors(spec: JsonObject, before: JsonObject | undefined): FieldError[] {
  if (spec['type'] === 'ExternalName') return [];
  const addresses = textsAt(spec, 'clusterIPs');
  const errors = [...pairErrors(spec, addresses), ...policyErrors(spec)];
  const unfit = addresses.flatMap((address, i) => {
    if (i === 0 && address === 'None')
      return addresses.length > 1
        ? [invalidValue('spec.clusterIPs', addresses, "'None' must be the first and only value")]
        : [];
    return legacyAddressErrors(`spec.clusterIPs[${i}]`, address, textsAt(before, 'clusterIPs'));
  });
  if (addresses.length > 2) unfit.push(invalidValue('spec.clusterIPs', addresses, 'may only hold up to 2 values'));
  if (unfit.some(({ message }) => !message.endsWith('may only hold up to 2 values'))) return [...errors, ...unfit];
  return [...errors, ...unfit, ...familiesOfErrors(spec, addresses)];
}

/** The single address is the first of the many. */
function pairErrors(spec: JsonObject, addresses: readonly string[]): FieldError[] {
  const one = textAt(spec, 'clusterIP');
  if (one === '')
    return addresses.length > 0
      ? [invalidValue('spec.clusterIPs', [...addresses], 'must be empty when `clusterIP` is not specified')]
      : [];
  if (addresses.length === 0) return [requiredValue('spec.clusterIPs')];
  return addresses[0] === one
    ? []
    : [invalidValue('spec.clusterIPs', [...addresses], 'first value must match `clusterIP`')];
}

function policyErrors(spec: JsonObject): FieldError[] {
  const families = textsAt(spec, 'ipFamilies');
  const errors = families.flatMap((family, i) => [
    ...(FAMILIES.includes(family) ? [] : [notSupported(`spec.ipFamilies[${i}]`, family, FAMILIES)]),
    ...(families.indexOf(family) < i ? [duplicateValue(`spec.ipFamilies[${i}]`, family)] : []),
  ]);
  const policy = spec['ipFamilyPolicy'];
  if (policy !== undefined && !FAMILY_POLICIES.includes(String(policy)))
    errors.push(notSupported('spec.ipFamilyPolicy', policy, FAMILY_POLICIES));
  return errors;
}

/** No two addresses of one family, and each of the family that was named for it. */
function familiesOfErrors(spec: JsonObject, addresses: readonly string[]): FieldError[] {
  const errors: FieldError[] = [];
  if (addresses.length > 1 && new Set(addresses.map(familyOf)).size < 2)
    errors.push(invalidValue('spec.clusterIPs', [...addresses], 'may specify no more than one IP for each IP family'));
  if (isHeadless(spec)) return errors;
  for (const [i, family] of textsAt(spec, 'ipFamilies').slice(0, addresses.length).entries()) {
    const address = addresses[i] ?? '';
    if (FAMILIES.includes(family) && familyOf(address) !== family)
      errors.push(
        invalidValue(
          `spec.clusterIPs[${i}]`,
          address,
          `expected an ${family} value as indicated by \`ipFamilies[${i}]\``,
        ),
      );
  }
  return errors;
}

/** What was stored before is not judged again. */
export function legacyAddressErrors(field: string, address: string, known: readonly string[]): FieldError[] {
  return known.includes(address) ? [] : wellFormedErrors(address, field);
}

/** Addresses outside of the cluster: none that only means something on one machine or link. */
export function externalAddressErrors(spec: JsonObject, before: JsonObject | undefined): FieldError[] {
  return textsAt(spec, 'externalIPs').flatMap((text, i) => {
    const field = `spec.externalIPs[${i}]`;
    const errors = legacyAddressErrors(field, text, textsAt(before, 'externalIPs'));
    const address = parseAddress(text);
    return errors.length > 0 || !address ? errors : specialAddressErrors(address, text, field);
  });
}
