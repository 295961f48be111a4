// Access control as roles and bindings have it, asked in the name of service accounts.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CONFIG_MAPS, configMap, inProcess } from '../../../test/apiserver/inProcess.ts';
import type { InProcess } from '../../../test/apiserver/inProcess.ts';
import type { JsonObject } from '../../model/json.ts';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const account = (name: string): string => `system:serviceaccount:default:${name}`;
let api: InProcess;

const role = (kind: string, name: string, rules: JsonObject[], more: JsonObject = {}): JsonObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind,
  metadata: { name, ...more },
  rules,
});
const binding = (kind: string, name: string, roleRef: string, subject: JsonObject): JsonObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind,
  metadata: { name },
  roleRef: {
    apiGroup: 'rbac.authorization.k8s.io',
    kind: roleRef.split('/')[0] ?? '',
    name: roleRef.split('/')[1] ?? '',
  },
  subjects: [subject],
});
const serviceAccount = (name: string): JsonObject => ({ kind: 'ServiceAccount', name, namespace: 'default' });

beforeAll(async () => {
  api = await inProcess();
  api.post(CONFIG_MAPS, configMap('one'));
  api.post(CONFIG_MAPS, configMap('two'));
  const read = { apiGroups: [''], resources: ['configmaps'], verbs: ['get'], resourceNames: ['one'] };
  const write = { apiGroups: [''], resources: ['configmaps'], verbs: ['*'] };
  api.post(`${RBAC}/namespaces/default/roles`, role('Role', 'reader', [read]));
  api.post(
    `${RBAC}/namespaces/default/rolebindings`,
    binding('RoleBinding', 'reader', 'Role/reader', serviceAccount('reader')),
  );
  api.post(`${RBAC}/clusterroles`, role('ClusterRole', 'part', [write], { labels: { part: 'yes' } }));
  api.post(`${RBAC}/clusterroles`, {
    ...role('ClusterRole', 'whole', []),
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { part: 'yes' } }] },
  });
  const all = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'system:serviceaccounts:other' };
  api.post(`${RBAC}/clusterrolebindings`, binding('ClusterRoleBinding', 'whole', 'ClusterRole/whole', all));
  api.post(
    `${RBAC}/namespaces/default/rolebindings`,
    binding('RoleBinding', 'admin', 'ClusterRole/cluster-admin', serviceAccount('admin')),
  );
});
afterAll(() => api.dispose());

test('an account without rights is refused in the words of kube-apiserver', () => {
  expect(api.askAs(account('nobody'), 'GET', `${CONFIG_MAPS}/one`)).toBe(
    '403 configmaps "one" is forbidden: User "system:serviceaccount:default:nobody" cannot get resource "configmaps" in API group "" in the namespace "default"',
  );
  expect(api.askAs(account('nobody'), 'GET', '/api/v1/nodes')).toContain(
    'cannot list resource "nodes" in API group "" at the cluster scope',
  );
});

test('a role gives what it names, and no more', () => {
  expect(api.askAs(account('reader'), 'GET', `${CONFIG_MAPS}/one`)).toBe('200');
  expect(api.askAs(account('reader'), 'GET', `${CONFIG_MAPS}/two`)).toMatch(/^403/);
  expect(api.askAs(account('reader'), 'DELETE', `${CONFIG_MAPS}/one`)).toMatch(/^403/);
  expect(api.askAs(account('reader'), 'GET', '/api/v1/namespaces/kube-system/configmaps/one')).toMatch(/^403/);
});

test('a ClusterRole gathers others by label, for a group of accounts', () => {
  expect(api.askAs('system:serviceaccount:other:any', 'GET', CONFIG_MAPS)).toBe('200');
  expect(api.askAs('system:serviceaccount:other:any', 'GET', '/api/v1/secrets')).toMatch(/^403/);
});

test('cluster-admin in one namespace is all of that namespace', () => {
  expect(api.askAs(account('admin'), 'GET', '/api/v1/namespaces/default/secrets')).toBe('200');
  expect(api.askAs(account('admin'), 'GET', '/api/v1/namespaces/default')).toBe('200');
  expect(api.askAs(account('admin'), 'GET', '/api/v1/secrets')).toMatch(/^403/);
});

test('an access review says what a user may do', () => {
  const review = (user: string, verb: string): unknown =>
    api.post('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: { user, resourceAttributes: { verb, resource: 'configmaps', namespace: 'default', name: 'one' } },
    }).body['status'];
  expect(review(account('reader'), 'get')).toMatchObject({ allowed: true });
  expect(review(account('reader'), 'delete')).toEqual({ allowed: false });
});
