// What a container may ask for of its node (k8s.io/kubernetes pkg/apis/core/validation ValidateContainerResourceRequirements).
import { getObject } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { labelNameErrors, qualifiedNameErrors } from '../../model/names.ts';
import { parseQuantity } from '../../model/quantity.ts';
import { duplicateValue, forbiddenField, invalidValue, notSupported, requiredValue } from './fieldError.ts';
import type { FieldError } from './fieldError.ts';
import { eachItem, textAt } from './values.ts';

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
export function resourceErrors(container: JsonObject, path: string, claims: readonly string[]): FieldError[] {
  return requirementErrors(container, path, claims, containerResourceNameErrors);
}

type NameRule = (name: string, at: string) => FieldError[];

/** The same with another rule for the names of resources: that of pods differs. */
export function requirementErrors(
  container: JsonObject,
  path: string,
  claims: readonly string[],
  named: NameRule,
): FieldError[] {
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
      .flatMap((name) => amountErrors(name, limits[name], `${at}.limits[${name}]`, named)),
    ...Object.keys(requests)
      .toSorted()
      .flatMap((name) => [
        ...amountErrors(name, requests[name], `${at}.requests[${name}]`, named),
        ...limitErrors(name, requests[name], limits[name], at),
      ]),
    ...(isHuge && !isServed ? [forbiddenField(at, 'HugePages require cpu or memory')] : []),
    ...claimErrors(container, at, claims),
  ];
}

/** Devices that the pod claims, each once. */
function claimErrors(container: JsonObject, path: string, claims: readonly string[]): FieldError[] {
  const seen = new Set<string>();
  const known = claims.length === 0 ? ' which is empty' : `: ${[...new Set(claims)].toSorted().join(', ')}`;
  return eachItem(getObject(container, 'resources'), 'claims', path).flatMap(({ item, at }) => {
    const [name, request] = [textAt(item, 'name'), textAt(item, 'request')];
    if (name === '') return [requiredValue(at)];
    const key = request === '' ? name : `${name}/${request}`;
    const errors: FieldError[] = [];
    if (seen.has(name)) errors.push(duplicateValue(at, name));
    else {
      if (request !== '')
        errors.push(...labelNameErrors(request).map((error) => invalidValue(`${at}.request`, request, error)));
      if (seen.has(key)) errors.push(duplicateValue(at, key));
      else if (request === '')
        errors.push(...[...seen].filter((one) => one.startsWith(`${name}/`)).map(() => duplicateValue(at, name)));
      seen.add(key);
    }
    if (claims.includes(name)) return errors;
    const message = `Not found: ${JSON.stringify(name)}: must be one of the names in pod.spec.resourceClaims${known}`;
    return [...errors, { type: 'NotFound', field: at, message } as const];
  });
}

const nanosOf = (quantity: JsonValue | undefined): bigint => parseQuantity(String(quantity ?? '0'))?.nanos ?? 0n;

function amountErrors(name: string, quantity: JsonValue | undefined, at: string, named: NameRule): FieldError[] {
  const nanos = nanosOf(quantity);
  return [
    ...named(name, at),
    ...(nanos < 0n ? [invalidValue(at, quantity, 'must be greater than or equal to 0')] : []),
    ...hugePageErrors(name, quantity, nanos, at),
    ...(isExtended(name) && nanos % 1_000_000_000n !== 0n ? [invalidValue(at, quantity, 'must be an integer')] : []),
  ];
}

/** The form of a name, and without a domain one that Kubernetes knows. */
function resourceNameErrors(name: string, at: string): FieldError[] {
  const wrong = qualifiedNameErrors(name).map((error) => invalidValue(at, name, error));
  const isKnown = name.includes('/') || STANDARD.has(name) || name.startsWith(HUGE);
  if (wrong.length > 0 || isKnown) return wrong;
  return [invalidValue(at, name, 'must be a standard resource type or fully qualified')];
}

const OF_PODS = ['cpu', 'memory'];

/** Of a pod as a whole. */
export function podResourceNameErrors(name: string, at: string): FieldError[] {
  const wrong = resourceNameErrors(name, at);
  return wrong.length > 0 || OF_PODS.includes(name) || name.startsWith(HUGE)
    ? wrong
    : [notSupported(at, name, [...OF_PODS, HUGE])];
}

/** Huge pages come whole. */
function hugePageErrors(name: string, quantity: JsonValue | undefined, nanos: bigint, at: string): FieldError[] {
  if (!name.startsWith(HUGE)) return [];
  const size = parseQuantity(name.slice(HUGE.length))?.nanos ?? 0n;
  return size > 0n && nanos > 0n && nanos % size === 0n
    ? []
    : [invalidValue(at, String(quantity), `${String(quantity)} is not positive integer multiple of ${name}`)];
}

/** Of a container. */
export function containerResourceNameErrors(name: string, at: string): FieldError[] {
  const wrong = resourceNameErrors(name, at);
  if (name.includes('/')) {
    if (isNative(name) || isExtended(name)) return wrong;
    return [...wrong, invalidValue(at, name, "doesn't follow extended resource name standard")];
  }
  return OF_CONTAINERS.includes(name) || name.startsWith(HUGE)
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
