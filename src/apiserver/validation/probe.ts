// Rules of probes and lifecycle hooks, as k8s.io/kubernetes pkg/apis/core/validation has them.
import { isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { forbiddenField, invalidValue, notSupported, requiredValue } from './fieldError.ts';
import type { FieldError } from './fieldError.ts';
import { nonNegative, portErrors, portNumberErrors, requiredText, textAt } from './values.ts';

type Rule = (handler: JsonObject, path: string) => FieldError[];

/** Handlers in the order in which they are looked at. */
const HANDLERS: readonly (readonly [field: string, rule: Rule])[] = [
  [
    'exec',
    (exec, path) =>
      Array.isArray(exec['command']) && exec['command'].length > 0 ? [] : [requiredValue(`${path}.command`)],
  ],
  ['httpGet', httpErrors],
  ['tcpSocket', (socket, path) => portErrors(socket['port'], `${path}.port`)],
  [
    'grpc',
    (grpc, path) =>
      portNumberErrors(Number(grpc['port'] ?? 0)).map((error) =>
        invalidValue(`${path}.port`, grpc['port'] ?? 0, error),
      ),
  ],
  ['sleep', () => []],
];

function httpErrors(get: JsonObject, path: string): FieldError[] {
  const scheme = textAt(get, 'scheme');
  return [
    ...requiredText(get, 'path', path),
    ...portErrors(get['port'], `${path}.port`),
    ...(['HTTP', 'HTTPS'].includes(scheme) ? [] : [notSupported(`${path}.scheme`, scheme, ['HTTP', 'HTTPS'])]),
  ];
}

/** A handler has exactly one form. */
export function handlerErrors(handler: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  let found = false;
  for (const [field, rule] of HANDLERS) {
    const value = handler[field];
    if (!isJsonObject(value)) continue;
    if (found) errors.push(forbiddenField(`${path}.${field}`, 'may not specify more than 1 handler type'));
    else errors.push(...rule(value, `${path}.${field}`));
    found = true;
  }
  return found ? errors : [...errors, requiredValue(path, 'must specify a handler type')];
}

const COUNTS = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'];

function probeErrors(probe: JsonObject, path: string): FieldError[] {
  const grace = probe['terminationGracePeriodSeconds'];
  const tooShort =
    typeof grace === 'number' && grace <= 0
      ? [invalidValue(`${path}.terminationGracePeriodSeconds`, grace, 'must be greater than 0')]
      : [];
  return [...handlerErrors(probe, path), ...nonNegative(probe, COUNTS, path), ...tooShort];
}

/** The probes and hooks of a container that may have them. */
export function containerProbeErrors(container: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const lifecycle = container['lifecycle'];
  for (const hook of ['postStart', 'preStop']) {
    const handler = isJsonObject(lifecycle) ? lifecycle[hook] : undefined;
    if (isJsonObject(handler)) errors.push(...handlerErrors(handler, `${path}.lifecycle.${hook}`));
  }
  for (const field of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const probe = container[field];
    if (!isJsonObject(probe)) continue;
    errors.push(...probeErrors(probe, `${path}.${field}`));
    // Only readiness may ask for more than one success.
    if (field !== 'readinessProbe' && probe['successThreshold'] !== 1)
      errors.push(invalidValue(`${path}.${field}.successThreshold`, probe['successThreshold'] ?? 0, 'must be 1'));
  }
  return errors;
}
