// What the type of a Secret demands of its data.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inProcess } from '../../../test/apiserver/inProcess.ts';
import type { InProcess } from '../../../test/apiserver/inProcess.ts';

let api: InProcess;
beforeAll(async () => {
  api = await inProcess();
});
afterAll(() => api.dispose());

function refusal(type: string, stringData: Record<string, string>): string {
  const { code, body } = api.post('/api/v1/namespaces/default/secrets', {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { generateName: 's-' },
    type,
    stringData,
  });
  return code === 201 ? '' : String(body['message']).replace(/^.* is invalid: /, '');
}

test('certificates, logins and keys are there, and values are not told', () => {
  expect(refusal('kubernetes.io/tls', { 'tls.crt': 'x' })).toBe('data[tls.key]: Required value');
  expect(refusal('kubernetes.io/basic-auth', { password: '' })).toBe('');
  expect(refusal('kubernetes.io/basic-auth', {})).toBe(
    '[data[username]: Required value, data[password]: Required value]',
  );
  expect(refusal('kubernetes.io/ssh-auth', { 'ssh-privatekey': '' })).toBe('data[ssh-privatekey]: Required value');
  expect(refusal('kubernetes.io/dockerconfigjson', { '.dockerconfigjson': 'hunter2' })).toBe(
    'data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": invalid character in JSON input',
  );
  expect(refusal('kubernetes.io/dockerconfigjson', { '.dockerconfigjson': '{}' })).toBe('');
  expect(refusal('example.com/own', {})).toBe('');
});
