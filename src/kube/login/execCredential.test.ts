// Credential plugins that behave, and those that do not.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fakeClock } from '../../../test/kube/fakeClock.ts';
import { execCredentials } from './execCredential.ts';

const folder = mkdtempSync(join(tmpdir(), 'exec-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const API = 'client.authentication.k8s.io/v1';
let count = 0;

/** A plugin that runs the given JavaScript. */
function plugin(
  source: string,
  more: { timeout?: number; interactiveMode?: string } = {},
): ReturnType<typeof execCredentials> & { clock: ReturnType<typeof fakeClock> } {
  const file = join(folder, `plugin-${count++}.cjs`);
  writeFileSync(file, source);
  const clock = fakeClock();
  const { interactiveMode } = more;
  const command = {
    apiVersion: API,
    command: process.execPath,
    args: [file],
    env: [{ name: 'PLUGIN', value: 'yes' }],
    ...(interactiveMode ? { interactiveMode } : {}),
    cluster: { server: 'https://x' },
  };
  return { clock, ...execCredentials({ plugin: command, folder, clock, timeout: more.timeout ?? 5_000 }) };
}

const answer = (status: string): string =>
  `console.log(JSON.stringify({ apiVersion: '${API}', kind: 'ExecCredential', status: ${status} }))`;

test('is told about the cluster, and gives a token', async () => {
  const source = plugin(
    answer(`{ token: JSON.parse(process.env.KUBERNETES_EXEC_INFO).spec.cluster.server + process.env.PLUGIN }`),
  );
  expect(await source.get()).toEqual({ headers: { authorization: 'Bearer https://xyes' } });
});

test('P13: runs once for many callers, again when its token expires, and again after a refusal', async () => {
  const log = join(folder, 'runs');
  const source = plugin(
    `require('fs').appendFileSync(${JSON.stringify(log)}, 'x'); ${answer(`{ token: 't', expirationTimestamp: new Date(1_000_000 + 60_000).toISOString() }`)}`,
  );
  await Promise.all(Array.from({ length: 20 }, () => source.get()));
  expect(readFileSync(log, 'utf8')).toBe('x');
  source.clock.advance(55_000);
  await source.get();
  expect(readFileSync(log, 'utf8')).toBe('xx');
  source.refresh();
  await source.get();
  expect(readFileSync(log, 'utf8')).toBe('xxx');
});

test('certificates are credentials too', async () => {
  expect(await plugin(answer(`{ clientCertificateData: 'c', clientKeyData: 'k' }`)).get()).toEqual({
    cert: 'c',
    key: 'k',
  });
});

test.each([
  ['hangs', 'setInterval(() => {}, 1000)', 'did not answer within 0.3 s', 300],
  [
    'writes without end',
    'const s = "x".repeat(1e6); const w = () => process.stdout.write(s, w); w();',
    'wrote more than 1 MB',
    5_000,
  ],
  [
    'fails',
    'console.error("token abcdefghijklmnopqrstuvwxyz0123456789 expired"); process.exit(3)',
    'ended with 3: token … expired',
    5_000,
  ],
  ['writes junk', 'console.log("hello")', 'did not write JSON', 5_000],
  [
    'answers in another version',
    `console.log(JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1beta1', kind: 'ExecCredential', status: { token: 't' } }))`,
    'answered in client.authentication.k8s.io/v1beta1',
    5_000,
  ],
  ['gives nothing', answer('{}'), 'gave neither a token nor a certificate', 5_000],
])('P13: a plugin that %s is refused in a sentence', async (_, source, message, timeout) => {
  await expect(plugin(source, { timeout }).get()).rejects.toMatchObject({
    reason: 'Credentials',
    message: expect.stringContaining(message) as unknown,
  });
});

test('P13: a plugin that wants a terminal is not started', async () => {
  await expect(plugin('', { interactiveMode: 'Always' }).get()).rejects.toThrow('wants a terminal');
});

test('P13: a program that is not there is named', async () => {
  const source = execCredentials({
    plugin: { apiVersion: API, command: 'no-such-plugin', args: [], env: [], installHint: 'install it' },
    folder,
    clock: fakeClock(),
  });
  await expect(source.get()).rejects.toThrow('the credential plugin no-such-plugin was not found: install it');
});
