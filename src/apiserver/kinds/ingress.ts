// Ingresses: their rules (k8s.io/kubernetes pkg/apis/networking/validation).
import { getObject, getList } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { invalidValue, notSupported, requiredValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { dns1035Errors, portNameErrors, subdomainErrors } from '../../model/names.ts';
import { eachItem, portNumberErrors, requiredText, textAt } from '../validation/values.ts';
import type { KindRules } from './kind.ts';

const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];
/** What a path that is matched by its segments must not have. */
const BAD_PARTS = ['//', '/./', '/../', '%2f', '%2F'];
const BAD_ENDS = ['/..', '/.'];

export const ingress: KindRules = {
  prepareForCreate: (object) => {
    object['status'] = { loadBalancer: {} };
  },
  generation: 'spec',
  validate: (object) => specErrors(getObject(object, 'spec') ?? {}),
};

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
    ...eachItem(spec, 'tls', 'spec').flatMap(({ item, at }) =>
      (getList(item, 'hosts') ?? []).flatMap((host, i) => hostErrors(String(host), `${at}.hosts[${i}]`)),
    ),
  );
  const className = textAt(spec, 'ingressClassName');
  if (spec['ingressClassName'] !== undefined)
    errors.push(...subdomainErrors(className).map((error) => invalidValue('spec.ingressClassName', className, error)));
  return errors;
}

function hostErrors(host: string, field: string): FieldError[] {
  return subdomainErrors(host.startsWith('*.') ? host.slice(2) : host).map((error) => invalidValue(field, host, error));
}

function ruleErrors(rule: JsonObject, path: string): FieldError[] {
  const host = textAt(rule, 'host');
  const errors = host === '' ? [] : hostErrors(host, `${path}.host`);
  const http = getObject(rule, 'http');
  if (!http) return errors;
  const paths = eachItem(http, 'paths', `${path}.http`);
  if (paths.length === 0) errors.push(requiredValue(`${path}.http.paths`));
  return [...errors, ...paths.flatMap(({ item, at }) => pathErrors(item, at))];
}

function pathErrors(item: JsonObject, at: string): FieldError[] {
  const [type, path] = [item['pathType'], textAt(item, 'path')];
  if (type === undefined) return [requiredValue(`${at}.pathType`, 'pathType must be specified')];
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

function backendErrors(backend: JsonObject, path: string): FieldError[] {
  const [service, resource] = [getObject(backend, 'service'), getObject(backend, 'resource')];
  if (service && resource) return [invalidValue(path, '', 'cannot set both resource and service backends')];
  if (resource) return ['kind', 'name'].flatMap((field) => requiredText(resource, field, `${path}.resource`));
  if (!service) return [invalidValue(path, '', 'resource or service backend is required')];
  const name = textAt(service, 'name');
  const errors =
    name === ''
      ? [requiredValue(`${path}.service.name`)]
      : dns1035Errors(name).map((error) => invalidValue(`${path}.service.name`, name, error));
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
