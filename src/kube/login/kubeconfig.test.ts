// Kubeconfigs: what is read from them, and how their faults are told.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { systemClock } from '../../model/clock.ts';
import { readAccess, readUntrusted } from './kubeconfig.ts';
import { proxyFor } from '../transport/proxy.ts';

const folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;

function kubeconfig(cluster: object, user: object): string {
  const path = join(folder, `config-${count++}`);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user }],
    contexts: [
      { name: 'x', context: { cluster: 'c', user: 'u' } },
      { name: 'lost', context: { cluster: 'gone', user: 'u' } },
    ],
    'current-context': 'x',
  };
  writeFileSync(path, JSON.stringify(config));
  return path;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const read = (
  path: string,
  more: { context?: string; allowProgram?: () => Promise<boolean> } = {},
): ReturnType<typeof readAccess> => readAccess({ kubeconfig: path, clock: systemClock, ...more });

test('address, certificates in the file and beside it, and a token', async () => {
  mkdirSync(join(folder, 'pki'), { recursive: true });
  writeFileSync(join(folder, 'pki', 'ca.crt'), 'CA');
  const access = await read(
    kubeconfig(
      { server: 'https://h:6443/', 'certificate-authority': 'pki/ca.crt', 'tls-server-name': 'kubernetes' },
      { 'client-certificate-data': base64('CERT'), 'client-key-data': base64('KEY'), token: 'secret' },
    ),
  );
  expect(access).toMatchObject({
    server: 'https://h:6443',
    tls: { ca: 'CA', cert: 'CERT', key: 'KEY', serverName: 'kubernetes' },
  });
  expect(await access.credentials.get()).toEqual({ headers: { authorization: 'Bearer secret' } });
});

test('YAML, several files of which the first wins, and impersonation', async () => {
  const [first, second] = [join(folder, 'first.yaml'), join(folder, 'second.yaml')];
  writeFileSync(
    first,
    'apiVersion: v1\nkind: Config\ncurrent-context: x\nusers:\n- name: u\n  user: {token: one, as: jane, as-groups: [a, b]}\n',
  );
  writeFileSync(
    second,
    'current-context: y\nclusters:\n- name: c\n  cluster: {server: "https://h"}\nusers:\n- name: u\n  user: {token: two}\ncontexts:\n- name: x\n  context: {cluster: c, user: u}\n',
  );
  vi.stubEnv('KUBECONFIG', [first, join(folder, 'missing'), second].join(delimiter));
  const access = await readAccess({ clock: systemClock });
  vi.unstubAllEnvs();
  expect(await access.credentials.get()).toEqual({
    headers: { authorization: 'Bearer one', 'impersonate-user': 'jane', 'impersonate-group': ['a', 'b'] },
  });
});

test('a token in a file is read when it is needed', async () => {
  writeFileSync(join(folder, 'token'), 'first\n');
  const access = await read(kubeconfig({ server: 'https://h' }, { tokenFile: join(folder, 'token') }));
  expect(await access.credentials.get()).toEqual({ headers: { authorization: 'Bearer first' } });
  writeFileSync(join(folder, 'token'), 'second\n');
  access.credentials.refresh();
  expect(await access.credentials.get()).toEqual({ headers: { authorization: 'Bearer second' } });
});

test('basic login', async () => {
  const access = await read(kubeconfig({ server: 'https://h' }, { username: 'me', password: 'pw' }));
  expect(await access.credentials.get()).toEqual({ headers: { authorization: `Basic ${btoa('me:pw')}` } });
});

test('a program is not run where it was not allowed', async () => {
  const path = kubeconfig(
    { server: 'https://h' },
    { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'evil' } },
  );
  await expect(read(path, { allowProgram: async () => false })).rejects.toThrow(
    'wants to run evil, which was not allowed',
  );
});

test.each([
  ['a context that is not there', { context: 'nope' }, 'has no context "nope"'],
  ['a context of a cluster that is not there', { context: 'lost' }, 'names the cluster "gone", which is not there'],
])('%s is named', async (_, more, message) => {
  await expect(read(kubeconfig({ server: 'https://h' }, {}), more)).rejects.toMatchObject({
    reason: 'Kubeconfig',
    message: expect.stringContaining(message) as unknown,
  });
});

test('a file that is not there is named', async () => {
  await expect(read(join(folder, 'none'))).rejects.toMatchObject({
    reason: 'Kubeconfig',
    message: expect.stringContaining('cannot be read') as unknown,
  });
});

test.each([
  ['https://example.com:6443', { HTTPS_PROXY: 'http://proxy:3128' }, 'http://proxy:3128'],
  ['https://example.com', { HTTPS_PROXY: 'proxy:3128', NO_PROXY: 'example.com' }, undefined],
  ['https://a.example.com', { https_proxy: 'http://proxy', NO_PROXY: '.example.com' }, undefined],
  ['https://10.1.2.3', { HTTPS_PROXY: 'http://proxy', NO_PROXY: '10.0.0.0/8' }, undefined],
  ['https://11.1.2.3', { HTTPS_PROXY: 'http://proxy', NO_PROXY: '10.0.0.0/8' }, 'http://proxy'],
  ['https://127.0.0.1:6443', { HTTPS_PROXY: 'http://proxy' }, undefined],
])('the proxy of %s with %o', (server, env, proxy) => {
  expect(proxyFor(server, env)).toBe(proxy);
});

test.each([
  [{}, { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'true' } }, 'exec'],
  [{}, { tokenFile: '/etc/hostname' }, 'tokenFile'],
  [{ 'certificate-authority': '/etc/hostname' }, {}, 'certificate-authority'],
  [{ 'insecure-skip-tls-verify': true }, {}, 'insecure-skip-tls-verify'],
])('a kubeconfig from a cluster may not reach out of it: %j %j', async (cluster, user, field) => {
  const text = readFileSync(kubeconfig({ server: 'https://h:6443', ...cluster }, user), 'utf8');
  await expect(readUntrusted(text, systemClock)).rejects.toThrow(`'${field}', which is not followed`);
});
