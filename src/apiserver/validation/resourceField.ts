// What makes a reference to what a container asks for invalid, in variables and in files (k8s.io/kubernetes
// pkg/apis/core/validation validateContainerResourceFieldSelector).
import type { JsonObject } from '../../model/json.ts';
import { parseQuantity } from '../../model/quantity.ts';
import { invalidValue, notSupported, requiredValue } from './fieldError.ts';
import type { FieldError } from './fieldError.ts';
import { textAt } from './values.ts';

const RESOURCES = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];
const BYTES = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

/** A file says of which container. */
export function resourceFieldErrors(ref: JsonObject, at: string, where: 'file' | 'variable'): FieldError[] {
  const resource = textAt(ref, 'resource');
  const errors: FieldError[] = [];
  if (where === 'file' && textAt(ref, 'containerName') === '') errors.push(requiredValue(`${at}.containerName`));
  else if (resource === '') errors.push(requiredValue(`${at}.resource`));
  else if (!RESOURCES.includes(resource) && !isHuge(resource))
    errors.push(notSupported(`${at}.resource`, resource, RESOURCES));
  return [...errors, ...divisorErrors(ref, resource, `${at}.divisor`)];
}

const isHuge = (resource: string): boolean => /^(?:limits|requests)\.hugepages-/.test(resource);

function divisorErrors(ref: JsonObject, resource: string, at: string): FieldError[] {
  const nanos = parseQuantity(String(ref['divisor'] ?? '0'))?.nanos ?? 0n;
  if (nanos === 0n) return [];
  const isOneOf = (texts: readonly string[]): boolean => texts.some((text) => parseQuantity(text)?.nanos === nanos);
  if (resource.endsWith('.cpu'))
    return isOneOf(['1m', '1'])
      ? []
      : [invalidValue(at, resource, "only divisor's values 1m and 1 are supported with the cpu resource")];
  const noun = resource.endsWith('.memory')
    ? 'memory'
    : resource.endsWith('.ephemeral-storage')
      ? 'local ephemeral storage'
      : isHuge(resource)
        ? 'hugepages'
        : undefined;
  if (noun === undefined || isOneOf(BYTES)) return [];
  const why = `only divisor's values ${BYTES.join(', ')} are supported with the ${noun} resource`;
  return [invalidValue(at, resource, why)];
}
