// The login of a GitRepository on a cluster: what its Secrets hold, and what is said where they do not fit its spec.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startServer } from '../../../test/scenarios/cluster.ts';
import { connect } from '../../kube/connect.ts';
import type { JsonObject } from '../../model/json.ts';
import { silentLog } from '../../model/log.ts';
import type { Credentials } from '../../source/git/remote.ts';
import { readCredentials } from './credentials.ts';

const signal = new AbortController().signal;
const hasSsh = spawnSync('ssh-keygen', ['-?']).error === undefined;
if (!hasSsh) process.stdout.write('skipped: ssh-keygen not found\n');

/** Reads the login of a GitRepository whose Secret `login` holds `data`. */
async function read(spec: JsonObject, data: JsonObject): Promise<Credentials> {
  const server = await startServer();
  const client = await connect({ kubeconfig: server.kubeconfig, log: silentLog });
  onTestFinished(async () => {
    client.dispose();
    await server.dispose();
  });
  const metadata = { name: 'login', namespace: 'default' };
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata, stringData: data };
  await client.create(secret, { fieldManager: 'test' }, signal);
  return readCredentials(client, { metadata: { name: 'repo', namespace: 'default' }, spec }, signal);
}

const SECRET = { secretRef: { name: 'login' } };
const GITHUB_APP = { githubAppID: '1', githubAppInstallationID: '2', githubAppPrivateKey: 'x' };

test.each<[string, JsonObject, JsonObject, string, string, boolean]>([
  ['an address that is none', { url: 'http://[::1/x' }, {}, 'URLInvalid', "failed to parse url 'http://[::1/x'", true],
  [
    'a GitHub App without its provider',
    { url: 'https://example.com/x', ...SECRET },
    GITHUB_APP,
    'InvalidProviderConfiguration',
    "secretRef 'default/login' has github app data but provider is not set to github",
    false,
  ],
  [
    'the provider github without a Secret',
    { url: 'https://example.com/x', provider: 'github' },
    {},
    'InvalidProviderConfiguration',
    'secretRef with github app data must be specified when provider is set to github',
    true,
  ],
  [
    'a GitHub App',
    { url: 'https://example.com/x', provider: 'github', ...SECRET },
    GITHUB_APP,
    'InvalidProviderConfiguration',
    "the local loop does not log in by the provider 'github': use a user and a token in spec.secretRef, or an ssh address",
    false,
  ],
  [
    'a cloud in the name of an account',
    { url: 'https://example.com/x', provider: 'aws', serviceAccountName: 'a' },
    {},
    'FeatureGateDisabled',
    'to use spec.serviceAccountName for provider authentication please enable the ObjectLevelWorkloadIdentity feature gate in the controller',
    true,
  ],
])('%s', async (_, spec, data, reason, message, stalled) => {
  await expect(read(spec, data)).rejects.toMatchObject({ reason, message, stalled });
});

test.runIf(hasSsh)('an ssh key that is encrypted needs its passphrase, and has it from the Secret', async () => {
  const root = mkdtempSync(join(tmpdir(), 'plumbline-login-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'secret', '-f', join(root, 'key')]);
  const data = { identity: readFileSync(join(root, 'key'), 'utf8'), known_hosts: 'x' };
  const spec = { url: 'ssh://git@example.com/x', ...SECRET };
  await expect(read(spec, data)).rejects.toThrow(
    "SSH identity key is encrypted but no 'password' field was provided in the secret 'default/login'",
  );
  expect((await read(spec, { ...data, password: 'secret' })).passphrase).toBe('secret');
});
