// The admission of one request: who asks, with which options, and what the policies of the cluster say to it.
import type { Authority } from '../../cel/library/authorizer.ts';
import { isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Act, Admission, Api } from '../api.ts';
import { mayDo } from '../authorization/rbac.ts';
import type { ApiRequest, User } from '../http/message.ts';
import { deleteBody } from '../write/decode.ts';
import { validateByPolicies } from './validatingPolicies.ts';

const META = 'meta.k8s.io/v1';

/** Of a request over HTTP. */
export function admissionOf(api: Api, request: ApiRequest): Admission {
  const { user, warnings, query } = request;
  const context = {
    api,
    user,
    authority: authorityOf(api, user),
    warn: (text: string): void => void (warnings.includes(text) || warnings.push(text)),
    options: (act: Act): JsonObject => (act.operation === 'DELETE' ? deleteOptions(request) : writeOptions(act, query)),
  };
  return {
    warn: context.warn,
    validate: (act) => {
      const dryRun = context.options(act)['dryRun'] !== undefined;
      validateByPolicies({ ...context, dryRun }, act);
    },
  };
}

/** Of what the controllers inside the cluster do: to policies they are a user like any other. */
export function controllerAdmission(api: Api): Admission {
  const user: User = { name: 'system:kube-controller-manager', groups: ['system:authenticated'], admin: true };
  const authority = authorityOf(api, user);
  const warn = (): void => undefined;
  const options = ({ operation }: Act): JsonObject => ({ kind: optionsKind(operation), apiVersion: META });
  return { warn, validate: (act) => validateByPolicies({ api, user, authority, warn, options, dryRun: false }, act) };
}

function authorityOf(api: Api, user: User): Authority {
  return {
    decide: (question) => ({ allowed: mayDo(api, user, question), reason: '' }),
    ofServiceAccount: (namespace, name) => {
      const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'];
      return authorityOf(api, { name: `system:serviceaccount:${namespace}:${name}`, groups, admin: false });
    },
  };
}

function optionsKind(operation: Act['operation']): string {
  return { CREATE: 'CreateOptions', UPDATE: 'UpdateOptions', DELETE: 'DeleteOptions' }[operation];
}

function writeOptions({ operation }: Act, query: URLSearchParams): JsonObject {
  const options: JsonObject = { kind: optionsKind(operation), apiVersion: META };
  const dryRun = query.getAll('dryRun').filter((value) => value !== '');
  if (dryRun.length > 0) options['dryRun'] = dryRun;
  for (const name of ['fieldManager', 'fieldValidation']) {
    const value = query.get(name) ?? '';
    if (value !== '') options[name] = value;
  }
  return options;
}

function deleteOptions({ body, headers, query }: ApiRequest): JsonObject {
  const sent = deleteBody(body, headers['content-type'] ?? '');
  const dryRun = query.getAll('dryRun');
  const given = isJsonObject(sent) ? sent : dryRun.length > 0 ? { dryRun } : {};
  return { ...given, kind: 'DeleteOptions', apiVersion: META };
}
