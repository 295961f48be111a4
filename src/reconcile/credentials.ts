// The login of a GitRepository: what its secretRef and proxySecretRef hold (source-controller, getAuthOpts; fluxcd/pkg/git,
// NewAuthOptions). Values stay in memory.
import { getString } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import type { KubeReader } from '../kube/client.ts';
import type { Credentials } from '../source/git/remote.ts';
import { SourceError } from './deps.ts';
import { dataOf } from './variables.ts';

type Data = ReadonlyMap<string, string>;

/** Reads them; none where there are no references. Throws SourceError where a Secret is missing or lacks what it needs. */
export async function readCredentials(
  client: KubeReader,
  repository: JsonObject,
  signal: AbortSignal,
): Promise<Credentials> {
  const proxySecret = await readSecret(client, repository, 'proxySecretRef', signal);
  const proxy = proxySecret && proxyAddress(proxySecret.data, proxySecret.name);
  const secret = await readSecret(client, repository, 'secretRef', signal);
  const url = getString(repository, 'spec', 'url') ?? '';
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  return credentialsOf(parsed, secret?.data ?? new Map(), proxy);
}

function credentialsOf(url: URL | undefined, data: Data, proxy: string | undefined): Credentials {
  if (url?.protocol === 'ssh:') return sshCredentials(data);
  const bearerToken = data.get('bearerToken');
  const useToken = bearerToken !== undefined;
  const fromUrl = (text: string | undefined): string | undefined => (text ? decodeURIComponent(text) : undefined);
  const username = (useToken ? undefined : data.get('username')) || fromUrl(url?.username);
  const password = (useToken ? undefined : data.get('password')) || fromUrl(url?.password);
  if (username === undefined && password !== undefined)
    throw failure(
      `failed to configure authentication options: invalid '${url?.protocol.slice(0, -1) ?? ''}' auth option: 'password' requires 'username' to be set`,
    );
  const connection = {
    ca: data.get('ca.crt') || data.get('caFile') || undefined,
    clientCertificate: data.get('tls.crt') || undefined,
    clientKey: data.get('tls.key') || undefined,
    proxy,
  };
  return { username, password, bearerToken, connection };
}

/** Flux asks for both; without a Secret the user's own keys are used here. */
function sshCredentials(data: Data): Credentials {
  if (data.size === 0) return {};
  const [identity, knownHosts] = ['identity', 'known_hosts'].map((key) => {
    const value = data.get(key);
    if (value) return value;
    throw failure(`failed to configure authentication options: invalid 'ssh' auth option: '${key}' is required`);
  });
  return { identity, knownHosts };
}

async function readSecret(
  client: KubeReader,
  repository: JsonObject,
  field: 'secretRef' | 'proxySecretRef',
  signal: AbortSignal,
): Promise<{ name: string; data: Data } | undefined> {
  const name = getString(repository, 'spec', field, 'name');
  if (name === undefined) return undefined;
  const namespace = getString(repository, 'metadata', 'namespace') ?? '';
  const secret = await client.get({ group: '', version: 'v1', kind: 'Secret', namespace, name }, signal);
  const whole = `${namespace}/${name}`;
  if (secret) return { name: whole, data: dataOf(secret, 'Secret') };
  throw failure(
    field === 'secretRef'
      ? `failed to get secret '${whole}': secrets "${name}" not found`
      : `failed to configure proxy options: secret '${whole}' not found`,
  );
}

/** The proxy's address with its login in it (fluxcd/pkg/runtime/secrets, ProxyURLFromSecret). */
function proxyAddress(data: Data, secret: string): string {
  const address = data.get('address');
  const fail = (reason: string): SourceError =>
    failure(`failed to configure proxy options: secret '${secret}': ${reason}`);
  if (address === undefined) throw fail("key 'address' not found");
  if (address === '') throw fail('proxy address is empty');
  if (!URL.canParse(address)) throw fail('failed to parse proxy address');
  const url = new URL(address);
  const username = data.get('username');
  if (username !== undefined) {
    url.username = encodeURIComponent(username);
    url.password = encodeURIComponent(data.get('password') ?? '');
  }
  return url.href;
}

function failure(message: string): SourceError {
  return new SourceError('AuthenticationFailed', message);
}
