// Ingresses: their rules (k8s.io/kubernetes pkg/apis/networking/validation).
import { getObject, getList } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { invalidValue, notSupported, requiredValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import {
  labelNameErrors,
  pathSegmentErrors,
  portNameErrors,
  subdomainErrors,
  wildcardErrors,
} from '../../model/names.ts';
import { addressErrors, parseAddress } from '../validation/addresses.ts';
import { eachItem, portNumberErrors, textAt } from '../validation/values.ts';
import type { KindRules } from './kind.ts';

const CLASS = 'kubernetes.io/ingress.class';
const NOT_A_NAME = 'must be a DNS name, not an IP address';
const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];
/** What a path that is matched by its segments must not have. */
const BAD_PARTS = ['//', '/./', '/../', '%2f', '%2F'];
const BAD_ENDS = ['/..', '/.'];

export const ingress: KindRules = {
  prepareForCreate: (object) => {
    object['status'] = { loadBalancer: {} };
  },
  generation: 'spec',
  validate: (object, _context, old) => [
    ...specErrors(getObject(object, 'spec') ?? {}),
    ...(old ? [] : classErrors(object)),
  ],
  validateStatusUpdate: statusErrors,
};

/** The older way to name the class, which must not say another one. */
function classErrors(object: JsonObject): FieldError[] {
  const older = getObject(object, 'metadata', 'annotations')?.[CLASS];
  const name = getObject(object, 'spec')?.['ingressClassName'];
  if (typeof older !== 'string' || typeof name !== 'string' || older === name) return [];
  return [invalidValue(`annotations.${CLASS}`, older, 'must match `ingressClassName` when both are specified')];
}

function specErrors(spec: JsonObject): FieldError[] {
  const backend = getObject(spec, 'defaultBackend');
  const rules = getList(spec, 'rules') ?? [];
  const errors =
    rules.length === 0 && !backend
      ? [invalidValue('spec', spec['rules'] ?? null, 'either `defaultBackend` or `rules` must be specified')]
      : [];
  if (backend) errors.push(...backendErrors(backend, 'spec.defaultBackend'));
  errors.push(...eachItem(spec, 'rules', 'spec').flatMap(({ item, at }) => ruleErrors(item, at)));
  errors.push(
    ...eachItem(spec, 'tls', 'spec').flatMap(({ item, at }) => [
      ...(getList(item, 'hosts') ?? []).flatMap((host, i) => hostErrors(String(host), `${at}.hosts[${i}]`)),
      ...secretErrors(textAt(item, 'secretName'), `${at}.secretName`),
    ]),
  );
  const className = textAt(spec, 'ingressClassName');
  if (spec['ingressClassName'] !== undefined)
    errors.push(...subdomainErrors(className).map((error) => invalidValue('spec.ingressClassName', className, error)));
  return errors;
}

function hostErrors(host: string, field: string): FieldError[] {
  const rule = host.includes('*') ? wildcardErrors : subdomainErrors;
  return rule(host).map((error) => invalidValue(field, host, error));
}

function ruleErrors(rule: JsonObject, path: string): FieldError[] {
  const host = textAt(rule, 'host');
  const errors = host === '' || !parseAddress(host) ? [] : [invalidValue(`${path}.host`, host, NOT_A_NAME)];
  if (host !== '') errors.push(...hostErrors(host, `${path}.host`));
  const http = getObject(rule, 'http');
  if (!http) return errors;
  const paths = eachItem(http, 'paths', `${path}.http`);
  if (paths.length === 0) errors.push(requiredValue(`${path}.http.paths`));
  return [...errors, ...paths.flatMap(({ item, at }) => pathErrors(item, at))];
}

function pathErrors(item: JsonObject, at: string): FieldError[] {
  const [type, path] = [item['pathType'], textAt(item, 'path')];
  if (type === undefined || type === null) return [requiredValue(`${at}.pathType`, 'pathType must be specified')];
  const errors: FieldError[] = [];
  if (!PATH_TYPES.includes(String(type))) errors.push(notSupported(`${at}.pathType`, type, PATH_TYPES));
  else {
    const isLoose = type === 'ImplementationSpecific';
    if (!path.startsWith('/') && !(isLoose && path === ''))
      errors.push(invalidValue(`${at}.path`, path, 'must be an absolute path'));
    if (!isLoose) {
      for (const part of BAD_PARTS)
        if (path.includes(part)) errors.push(invalidValue(`${at}.path`, path, `must not contain '${part}'`));
      for (const end of BAD_ENDS)
        if (path.endsWith(end)) errors.push(invalidValue(`${at}.path`, path, `cannot end with '${end}'`));
    }
  }
  return [...errors, ...backendErrors(getObject(item, 'backend') ?? {}, `${at}.backend`)];
}

function secretErrors(name: string, field: string): FieldError[] {
  return name === '' ? [] : subdomainErrors(name).map((error) => invalidValue(field, name, error));
}

function resourceErrors(resource: JsonObject, at: string): FieldError[] {
  const group = resource['apiGroup'];
  const errors =
    typeof group === 'string'
      ? subdomainErrors(group).map((error) => invalidValue(`${at}.apiGroup`, group, error))
      : [];
  for (const field of ['kind', 'name']) {
    const text = textAt(resource, field);
    errors.push(
      ...(text === ''
        ? [requiredValue(`${at}.${field}`)]
        : pathSegmentErrors(text).map((error) => invalidValue(`${at}.${field}`, text, error))),
    );
  }
  return errors;
}

/** Where the traffic comes in. Addresses that were there before may be as they are. */
function statusErrors(object: JsonObject, old: JsonObject): FieldError[] {
  const points = (of: JsonObject): ReturnType<typeof eachItem> =>
    eachItem(getObject(of, 'status', 'loadBalancer'), 'ingress', 'status.loadBalancer');
  const known = new Set(points(old).map(({ item }) => textAt(item, 'ip')));
  return points(object).flatMap(({ item, at }) => {
    const [address, host] = [textAt(item, 'ip'), textAt(item, 'hostname')];
    const errors = address === '' || known.has(address) ? [] : addressErrors(address, `${at}.ip`);
    if (host === '') return errors;
    errors.push(...subdomainErrors(host).map((error) => invalidValue(`${at}.hostname`, host, error)));
    return parseAddress(host) ? [...errors, invalidValue(`${at}.hostname`, host, NOT_A_NAME)] : errors;
  });
}

function backendErrors(backend: JsonObject, path: string): FieldError[] {
  const [service, resource] = [getObject(backend, 'service'), getObject(backend, 'resource')];
  if (service && resource) return [invalidValue(path, '', 'cannot set both resource and service backends')];
  if (resource) return resourceErrors(resource, `${path}.resource`);
  if (!service) return [invalidValue(path, '', 'resource or service backend is required')];
  const name = textAt(service, 'name');
  const errors =
    name === ''
      ? [requiredValue(`${path}.service.name`)]
      : labelNameErrors(name).map((error) => invalidValue(`${path}.service.name`, name, error));
  const port = getObject(service, 'port') ?? {};
  const [portName, number] = [textAt(port, 'name'), Number(port['number'] ?? 0)];
  if (portName !== '' && number !== 0) errors.push(invalidValue(path, '', 'cannot set both port name & port number'));
  else if (portName !== '')
    errors.push(...portNameErrors(portName).map((error) => invalidValue(`${path}.service.port.name`, portName, error)));
  else if (number !== 0)
    errors.push(...portNumberErrors(number).map((error) => invalidValue(`${path}.service.port.number`, number, error)));
  else errors.push(requiredValue(path, 'port name or number is required'));
  return errors;
}
