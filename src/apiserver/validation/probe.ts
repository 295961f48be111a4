// Rules of probes and lifecycle hooks, as k8s.io/kubernetes pkg/apis/core/validation has them.
import { isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { forbiddenField, invalidValue, notSupported, requiredValue } from './fieldError.ts';
import type { FieldError } from './fieldError.ts';
import { headerNameErrors } from '../../model/names.ts';
import { eachItem, nonNegative, portErrors, portNumberErrors, requiredText, textAt } from './values.ts';

type Rule = (handler: JsonObject, path: string, graceSeconds: number | undefined) => FieldError[];

/** Handlers in the order in which they are looked at; a probe cannot sleep, a hook not call by gRPC. */
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
  ['sleep', sleepErrors],
];

function sleepErrors(sleep: JsonObject, path: string, graceSeconds: number | undefined): FieldError[] {
  const seconds = Number(sleep['seconds'] ?? 0);
  if (graceSeconds === undefined || (seconds >= 0 && seconds <= graceSeconds)) return [];
  const why = `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`;
  return [invalidValue(path, seconds, why)];
}

function httpErrors(get: JsonObject, path: string): FieldError[] {
  const scheme = textAt(get, 'scheme');
  return [
    ...requiredText(get, 'path', path),
    ...portErrors(get['port'], `${path}.port`),
    ...(['HTTP', 'HTTPS'].includes(scheme) ? [] : [notSupported(`${path}.scheme`, scheme, ['HTTP', 'HTTPS'])]),
    ...eachItem(get, 'httpHeaders', path).flatMap(({ item }) => {
      const name = textAt(item, 'name');
      return headerNameErrors(name).map((error) => invalidValue(`${path}.httpHeaders`, name, error));
    }),
  ];
}

/** A handler has exactly one form. */
function handlerErrors(handler: JsonObject, path: string, graceSeconds: number | undefined): FieldError[] {
  const errors: FieldError[] = [];
  let found = false;
  for (const [field, rule] of HANDLERS) {
    const value = handler[field];
    if (!isJsonObject(value)) continue;
    if (found) errors.push(forbiddenField(`${path}.${field}`, 'may not specify more than 1 handler type'));
    else errors.push(...rule(value, `${path}.${field}`, graceSeconds));
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
  return [...handlerErrors(probe, path, undefined), ...nonNegative(probe, COUNTS, path), ...tooShort];
}

/** The probes and hooks of a container that may have them. */
export function containerProbeErrors(
  container: JsonObject,
  path: string,
  graceSeconds: number | undefined,
): FieldError[] {
  const errors: FieldError[] = [];
  const lifecycle = container['lifecycle'];
  for (const hook of ['postStart', 'preStop']) {
    const handler = isJsonObject(lifecycle) ? lifecycle[hook] : undefined;
    if (isJsonObject(handler)) errors.push(...handlerErrors(handler, `${path}.lifecycle.${hook}`, graceSeconds));
  }
  for (const field of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const probe = container[field];
    if (!isJsonObject(probe)) continue;
    errors.push(...probeErrors(probe, `${path}.${field}`));
    // Only readiness may ask for more than one success.
    if (field !== 'readinessProbe' && probe['successThreshold'] !== 1)
      errors.push(invalidValue(`${path}.${field}.successThreshold`, probe['successThreshold'] ?? 0, 'must be 1'));
    const grace = probe['terminationGracePeriodSeconds'];
    if (field === 'readinessProbe' && typeof grace === 'number')
      errors.push(
        invalidValue(`${path}.${field}.terminationGracePeriodSeconds`, grace, 'must not be set for readinessProbes'),
      );
  }
  return errors;
}
