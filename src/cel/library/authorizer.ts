// Kubernetes' functions that ask whether somebody may do something (k8s.io/apiserver/pkg/cel/library/authz.go). Who decides
// comes in with the value: knows no roles.
import { labelNameErrors, subdomainErrors } from '../../model/names.ts';
import { method } from '../environment.ts';
import type { Library } from '../environment.ts';
import { BOOL, opaque, STRING } from '../types.ts';
import type { CelType } from '../types.ts';
import { fault } from '../value.ts';
import type { CelValue, Opaque } from '../value.ts';

const named = (name: string): CelType & { readonly name: string } =>
  opaque(`kubernetes.authorization.${name}`) as CelType & { readonly name: string };

export const AUTHORIZER = named('Authorizer');
export const RESOURCE_CHECK = named('ResourceCheck');
const PATH_CHECK = named('PathCheck');
const GROUP_CHECK = named('GroupCheck');
const DECISION = named('Decision');

export type Question =
  | { readonly verb: string; readonly path: string }
  | (ResourceQuestion & { readonly verb: string });

export interface ResourceQuestion {
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

export interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
}

/** Decides for one who asks, and for service accounts. */
export interface Authority {
  decide(question: Question): Decision;
  ofServiceAccount(namespace: string, name: string): Authority;
}

interface Check {
  readonly authority: Authority;
  readonly question: ResourceQuestion;
}

/** The variable `authorizer`. */
export function authorizerValue(authority: Authority): CelValue {
  return valueOf(AUTHORIZER.name, authority);
}

/** The variable `authorizer.requestResource`. */
export function resourceCheckValue(authority: Authority, question: ResourceQuestion): CelValue {
  return valueOf(RESOURCE_CHECK.name, { authority, question });
}

function valueOf(type: string, data: unknown): Opaque {
  const value: Opaque = { kind: 'opaque', type, data, text: type, equals: (other) => other.data === data };
  return value;
}

function checkOf(authority: Authority, group: string): Check {
  return { authority, question: { group, resource: '', subresource: '', namespace: '', name: '' } };
}

function serviceAccount({ data }: Opaque, namespace: string, name: string): CelValue {
  if (subdomainErrors(name).length > 0) return fault('Invalid service account name');
  if (labelNameErrors(namespace).length > 0) return fault('Invalid service account namespace');
  return authorizerValue((data as Authority).ofServiceAccount(namespace, name));
}

const withField =
  (field: 'subresource' | 'namespace' | 'name') =>
  ({ data }: Opaque, value: string): CelValue => {
    const { authority, question } = data as Check;
    return resourceCheckValue(authority, { ...question, [field]: value });
  };

function checkPath({ data }: Opaque, verb: string): CelValue {
  const { authority, path } = data as { readonly authority: Authority; readonly path: string };
  return valueOf(DECISION.name, authority.decide({ verb, path }));
}

function checkResource({ data }: Opaque, verb: string): CelValue {
  const { authority, question } = data as Check;
  return valueOf(DECISION.name, authority.decide({ ...question, verb }));
}

const resourceMethod = (id: string, run: (receiver: Opaque, value: string) => CelValue) =>
  method(id, [RESOURCE_CHECK, STRING], RESOURCE_CHECK, run);

export const authorization: Library = {
  path: [
    method('authorizer_path', [AUTHORIZER, STRING], PATH_CHECK, ({ data }: Opaque, path: string) =>
      path.trim() === '' ? fault('path must not be empty') : valueOf(PATH_CHECK.name, { authority: data, path }),
    ),
  ],
  group: [
    method('authorizer_group', [AUTHORIZER, STRING], GROUP_CHECK, ({ data }: Opaque, group: string) =>
      valueOf(GROUP_CHECK.name, checkOf(data as Authority, group)),
    ),
  ],
  serviceAccount: [method('authorizer_serviceaccount', [AUTHORIZER, STRING, STRING], AUTHORIZER, serviceAccount)],
  resource: [
    method('groupcheck_resource', [GROUP_CHECK, STRING], RESOURCE_CHECK, ({ data }: Opaque, resource: string) => {
      const { authority, question } = data as Check;
      if (resource.trim() === '') return fault('resource must not be empty');
      return resourceCheckValue(authority, { ...question, resource });
    }),
  ],
  subresource: [resourceMethod('resourcecheck_subresource', withField('subresource'))],
  namespace: [resourceMethod('resourcecheck_namespace', withField('namespace'))],
  name: [resourceMethod('resourcecheck_name', withField('name'))],
  // Roles know no selectors: what is asked with one is decided without.
  fieldSelector: [resourceMethod('authorizer_fieldselector', (receiver) => receiver)],
  labelSelector: [resourceMethod('authorizer_labelselector', (receiver) => receiver)],
  check: [
    method('pathcheck_check', [PATH_CHECK, STRING], DECISION, checkPath),
    method('resourcecheck_check', [RESOURCE_CHECK, STRING], DECISION, checkResource),
  ],
  errored: [method('decision_errored', [DECISION], BOOL, () => false)],
  error: [method('decision_error', [DECISION], STRING, () => '')],
  allowed: [method('decision_allowed', [DECISION], BOOL, ({ data }: Opaque) => (data as Decision).allowed)],
  reason: [method('decision_reason', [DECISION], STRING, ({ data }: Opaque) => (data as Decision).reason)],
};
