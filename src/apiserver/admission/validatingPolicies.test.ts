// Policies as a GitOps user meets them; test/real/admissionPolicies.ts compares many more with a real API server.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inProcess } from '../../../test/apiserver/inProcess.ts';
import type { InProcess } from '../../../test/apiserver/inProcess.ts';
import { getList, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';

const ROOT = '/apis/admissionregistration.k8s.io/v1';
const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';

let api: InProcess;
beforeAll(async () => void (api = await inProcess()));
afterAll(() => api.dispose());

const policy = (name: string, operations: string[], validation: JsonObject, more: JsonObject = {}): JsonObject => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicy',
  metadata: { name },
  spec: {
    matchConstraints: {
      resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations, resources: ['configmaps'] }],
    },
    matchConditions: [{ name: 'own', expression: `request.name.startsWith('${name}')` }],
    validations: [validation],
    ...more,
  },
});
const bind = (policyName: string, spec: JsonObject = { validationActions: ['Deny'] }): void => {
  const kind = 'ValidatingAdmissionPolicyBinding';
  const metadata = { name: policyName };
  const body = { apiVersion: 'admissionregistration.k8s.io/v1', kind, metadata, spec: { policyName, ...spec } };
  expect(api.post(`${ROOT}/validatingadmissionpolicybindings`, body).code).toBe(201);
};
const enact = (object: JsonObject): void =>
  expect(api.post(`${ROOT}/validatingadmissionpolicies`, object).code).toBe(201);
const configMap = (name: string, data: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
});

test('a policy refuses a write, and stops when its binding goes', () => {
  enact(
    policy('small', ['CREATE'], {
      expression: 'size(object.data) < 2',
      messageExpression: "'too many for ' + request.name",
    }),
  );
  bind('small');
  const refused = api.post(CONFIG_MAPS, configMap('small-1', { a: '1', b: '2' }));
  const why = `ValidatingAdmissionPolicy 'small' with binding 'small' denied request: too many for small-1`;
  expect(refused.code).toBe(422);
  expect(getString(refused.body, 'message')).toBe(`configmaps "small-1" is forbidden: ${why}`);
  expect(getList(refused.body, 'details', 'causes')).toEqual([{ message: why }]);
  api.delete(`${ROOT}/validatingadmissionpolicybindings/small`);
  expect(api.post(CONFIG_MAPS, configMap('small-1', { a: '1', b: '2' })).code).toBe(201);
});

test('a deletion is refused by what the object was', () => {
  enact(
    policy('locked', ['DELETE'], { expression: "oldObject.data.lock != 'on'", message: 'locked', reason: 'Forbidden' }),
  );
  bind('locked');
  api.post(CONFIG_MAPS, configMap('locked-1', { lock: 'on' }));
  expect(api.delete(`${CONFIG_MAPS}/locked-1`).code).toBe(403);
  api.patch(`${CONFIG_MAPS}/locked-1`, { data: { lock: 'off' } });
  expect(api.delete(`${CONFIG_MAPS}/locked-1`).code).toBe(200);
});

test('a binding that warns lets the write pass', () => {
  enact(policy('warned', ['CREATE'], { expression: 'false', message: 'not nice' }));
  bind('warned', { validationActions: ['Warn'] });
  const { code, warnings } = api.post(CONFIG_MAPS, configMap('warned-1'));
  expect(code).toBe(201);
  expect(warnings).toEqual([
    "Validation failed for ValidatingAdmissionPolicy 'warned' with binding 'warned': not nice",
  ]);
});

test('an expression that fails refuses or not, as the policy says', () => {
  for (const failurePolicy of ['Fail', 'Ignore']) {
    const name = failurePolicy.toLowerCase();
    enact(policy(name, ['CREATE'], { expression: 'object.data.missing > 1' }, { failurePolicy }));
    bind(name);
  }
  const { body } = api.post(CONFIG_MAPS, configMap('fail-1', { a: '1' }));
  expect(getString(body, 'message')).toContain(
    "expression 'object.data.missing > 1' resulted in error: no such key: missing",
  );
  expect(api.post(CONFIG_MAPS, configMap('ignore-1', { a: '1' })).code).toBe(201);
});

test('policies do not judge policies', () => {
  const all = { apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'] };
  const own = policy('everything', ['*'], { expression: 'false' });
  enact({ ...own, spec: { ...(own['spec'] as JsonObject), matchConstraints: { resourceRules: [all] } } });
  bind('everything');
  expect(
    api.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'everything' } }).code,
  ).toBe(422);
  expect(api.delete(`${ROOT}/validatingadmissionpolicies/everything`).code).toBe(200);
});
