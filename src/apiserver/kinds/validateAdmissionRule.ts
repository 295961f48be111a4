// What makes a rule of a policy or a webhook invalid: operations, groups, versions and resources (k8s.io/kubernetes
// pkg/apis/admissionregistration/validation).
import { getList } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { invalidValue, notSupported, requiredValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';

const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];
const SCOPES = ['*', 'Cluster', 'Namespaced'];

export function ruleErrors(rule: JsonObject, at: string): FieldError[] {
  const texts = (field: string): string[] => (getList(rule, field) ?? []).map(String);
  const errors: FieldError[] = [];
  const check = (field: string, what: string): void => {
    const items = texts(field);
    if (items.length === 0) errors.push(requiredValue(`${at}.${field}`));
    if (items.length > 1 && items.includes('*'))
      errors.push(invalidValue(`${at}.${field}`, items, `if '*' is present, must not specify other ${what}`));
  };
  check('operations', 'operations');
  for (const [i, operation] of texts('operations').entries())
    if (!OPERATIONS.includes(operation)) errors.push(notSupported(`${at}.operations[${i}]`, operation, OPERATIONS));
  check('apiGroups', 'API groups');
  check('apiVersions', 'API versions');
  for (const [i, version] of texts('apiVersions').entries())
    if (version === '') errors.push(requiredValue(`${at}.apiVersions[${i}]`));
  errors.push(...resourceErrors(texts('resources'), `${at}.resources`));
  const { scope } = rule;
  if (scope !== undefined && !SCOPES.includes(String(scope))) errors.push(notSupported(`${at}.scope`, scope, SCOPES));
  return errors;
}

function resourceErrors(resources: readonly string[], at: string): FieldError[] {
  const errors = resources.length === 0 ? [requiredValue(at)] : [];
  const [wholes, subs] = [new Set<string>(), new Set<string>()];
  let hasPlain = false;
  for (const [i, resource] of resources.entries()) {
    const slash = resource.indexOf('/');
    if (resource === '') errors.push(requiredValue(`${at}[${i}]`));
    else if (slash < 0) hasPlain = resource !== '*';
    else {
      const [name, sub] = [resource.slice(0, slash), resource.slice(slash + 1)];
      for (const [known, shown] of [
        [wholes.has(name), `${name}/*`],
        [subs.has(sub), `*/${sub}`],
      ] as const)
        if (known)
          errors.push(invalidValue(`${at}[${i}]`, resource, `if '${shown}' is present, must not specify ${resource}`));
      if (sub === '*') wholes.add(name);
      if (name === '*') subs.add(sub);
    }
  }
  if (resources.length > 1 && resources.includes('*/*'))
    errors.push(invalidValue(at, [...resources], "if '*/*' is present, must not specify other resources"));
  if (resources.includes('*') && hasPlain)
    errors.push(
      invalidValue(at, [...resources], "if '*' is present, must not specify other resources without subresources"),
    );
  return errors;
}
