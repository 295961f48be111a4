// What a container may ask for of its node (k8s.io/kubernetes pkg/apis/core/validation ValidateContainerResourceRequirements).
// The sizes of huge pages are not looked at.
import { getObject } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { qualifiedNameErrors } from '../../model/names.ts';
import { parseQuantity } from '../write/quantity.ts';
import { forbiddenField, invalidValue, requiredValue } from './fieldError.ts';
import type { FieldError } from './fieldError.ts';

const HUGE = 'hugepages-';
const OF_CONTAINERS = ['cpu', 'memory', 'ephemeral-storage'];
/** Known without a domain; what is not of containers is of quotas. */
const STANDARD: ReadonlySet<string> = new Set([
  ...OF_CONTAINERS,
  ...OF_CONTAINERS.flatMap((name) => [`requests.${name}`, `limits.${name}`]),
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'storage',
  'requests.storage',
  'services.nodeports',
  'services.loadbalancers',
]);

/** The errors of the `resources` of a container. Go looks at names in any order; here it is theirs. */
export function resourceErrors(container: JsonObject, path: string): FieldError[] {
  const at = `${path}.resources`;
  const [limits, requests] = ['limits', 'requests'].map((field) => getObject(container, 'resources', field) ?? {}) as [
    JsonObject,
    JsonObject,
  ];
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  const isServed = names.includes('cpu') || names.includes('memory');
  const isHuge = names.some((name) => name.startsWith(HUGE));
  return [
    ...Object.keys(limits)
      .toSorted()
      .flatMap((name) => amountErrors(name, limits[name], `${at}.limits[${name}]`)),
    ...Object.keys(requests)
      .toSorted()
      .flatMap((name) => [
        ...amountErrors(name, requests[name], `${at}.requests[${name}]`),
        ...limitErrors(name, requests[name], limits[name], at),
      ]),
    ...(isHuge && !isServed ? [forbiddenField(at, 'HugePages require cpu or memory')] : []),
  ];
}

const nanosOf = (quantity: JsonValue | undefined): bigint => parseQuantity(String(quantity ?? '0'))?.nanos ?? 0n;

function amountErrors(name: string, quantity: JsonValue | undefined, at: string): FieldError[] {
  const nanos = nanosOf(quantity);
  return [
    ...nameErrors(name, at),
    ...(nanos < 0n ? [invalidValue(at, quantity, 'must be greater than or equal to 0')] : []),
    ...(isExtended(name) && nanos % 1_000_000_000n !== 0n ? [invalidValue(at, quantity, 'must be an integer')] : []),
  ];
}

function nameErrors(name: string, at: string): FieldError[] {
  const wrong = qualifiedNameErrors(name).map((error) => invalidValue(at, name, error));
  const isHuge = name.startsWith(HUGE);
  if (name.includes('/')) {
    if (isNative(name) || isExtended(name)) return wrong;
    return [...wrong, invalidValue(at, name, "doesn't follow extended resource name standard")];
  }
  if (wrong.length === 0 && !STANDARD.has(name) && !isHuge)
    wrong.push(invalidValue(at, name, 'must be a standard resource type or fully qualified'));
  return OF_CONTAINERS.includes(name) || isHuge
    ? wrong
    : [...wrong, invalidValue(at, name, 'must be a standard resource for containers')];
}

/** In the domain of Kubernetes, which a name without one is in. */
function isNative(name: string): boolean {
  return !name.includes('/') || name.includes('kubernetes.io/');
}

/** Brought by somebody else. As a quota it has `requests.` in front. */
function isExtended(name: string): boolean {
  return !isNative(name) && !name.startsWith('requests.') && qualifiedNameErrors(`requests.${name}`).length === 0;
}

/** A request is no more than its limit, and equal to it where nothing can be lent. */
function limitErrors(
  name: string,
  request: JsonValue | undefined,
  limit: JsonValue | undefined,
  at: string,
): FieldError[] {
  const isLent = isNative(name) && !name.startsWith(HUGE);
  if (limit === undefined)
    return isLent ? [] : [requiredValue(`${at}.limits`, 'Limit must be set for non overcommitable resources')];
  const [asked, most] = [nanosOf(request), nanosOf(limit)];
  const said = `${name} limit of ${String(limit)}`;
  if (asked !== most && !isLent) return [invalidValue(`${at}.requests`, request, `must be equal to ${said}`)];
  return asked > most ? [invalidValue(`${at}.requests`, request, `must be less than or equal to ${said}`)] : [];
}
