// The types of the variables that expressions of admission policies see (k8s.io/apiserver/pkg/admission/plugin/cel/compile.go).
import { AUTHORIZER, RESOURCE_CHECK } from '../library/authorizer.ts';
import { BOOL, DYN, INT, listOf, mapOf, STRING, TIMESTAMP } from '../types.ts';
import type { CelType } from '../types.ts';

const object = (name: string, fields: Readonly<Record<string, CelType>>): CelType => ({
  kind: 'object',
  name: `kubernetes.${name}`,
  fields: new Map(Object.entries(fields)),
});

const kind = object('GroupVersionKind', { group: STRING, version: STRING, kind: STRING });
const resource = object('GroupVersionResource', { group: STRING, version: STRING, resource: STRING });
const userInfo = object('UserInfo', {
  username: STRING,
  uid: STRING,
  groups: listOf(STRING),
  extra: mapOf(STRING, listOf(STRING)),
});

const request = object('AdmissionRequest', {
  kind,
  resource,
  subResource: STRING,
  requestKind: kind,
  requestResource: resource,
  requestSubResource: STRING,
  name: STRING,
  namespace: STRING,
  operation: STRING,
  userInfo,
  dryRun: BOOL,
  options: DYN,
});

const condition = object('NamespaceCondition', {
  status: STRING,
  type: STRING,
  lastTransitionTime: TIMESTAMP,
  message: STRING,
  reason: STRING,
});

const namespaceMetadata = object('NamespaceMetadata', {
  name: STRING,
  generateName: STRING,
  namespace: STRING,
  labels: mapOf(STRING, STRING),
  annotations: mapOf(STRING, STRING),
  UID: STRING,
  creationTimestamp: TIMESTAMP,
  deletionGracePeriodSeconds: INT,
  deletionTimestamp: TIMESTAMP,
  generation: INT,
  resourceVersion: STRING,
  finalizers: listOf(STRING),
});

const namespaceObject = object('Namespace', {
  metadata: namespaceMetadata,
  spec: object('NamespaceSpec', { finalizers: listOf(STRING) }),
  status: object('NamespaceStatus', { conditions: listOf(condition), phase: STRING }),
});

/** What an expression may name besides its composed `variables`. */
export function variableTypes(has: { readonly params: boolean; readonly authorizer: boolean }): Map<string, CelType> {
  const types = new Map<string, CelType>([
    ['object', DYN],
    ['oldObject', DYN],
    ['namespaceObject', namespaceObject],
    ['request', request],
  ]);
  if (has.params) types.set('params', DYN);
  if (!has.authorizer) return types;
  return types.set('authorizer', AUTHORIZER).set('authorizer.requestResource', RESOURCE_CHECK);
}
