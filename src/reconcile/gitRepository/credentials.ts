// The login of a GitRepository: what its secretRef and proxySecretRef hold (source-controller, getAuthOpts; fluxcd/pkg/git,
// NewAuthOptions). Values stay in memory.
import { getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import type { KubeReader } from '../../kube/client.ts';
import { redactUrl } from '../../source/git/gitError.ts';
import type { Credentials } from '../../source/git/remote.ts';
import { isEncrypted } from '../../source/git/sshKey.ts';
import { SourceError } from '../deps.ts';
import { dataOf } from '../kustomization/variables.ts';

type Data = ReadonlyMap<string, string>;

/** Reads them; none where there are no references. Throws SourceError where a Secret is missing or lacks what it needs. */
export async function readCredentials(
  client: KubeReader,
  repository: JsonObject,
  signal: AbortSignal,
): Promise<Credentials> {
  const proxySecret = await readSecret(client, repository, 'proxySecretRef', signal);
  const proxy = proxySecret && proxyAddress(proxySecret.data, proxySecret.name);
  const url = getString(repository, 'spec', 'url') ?? '';
  if (!URL.canParse(url)) throw new SourceError('URLInvalid', `failed to parse url '${redactUrl(url)}'`, true);
  const secret = await readSecret(client, repository, 'secretRef', signal);
  const credentials = credentialsOf(new URL(url), secret?.data ?? new Map(), proxy);
  if (credentials.passphrase === undefined && isEncrypted(credentials.identity ?? ''))
    throw failure(
      `SSH identity key is encrypted but no 'password' field was provided in the secret '${secret?.name ?? ''}'`,
    );
  checkProvider(repository, secret);
  return credentials;
}

/** Who logs in by something else than a login. Throws SourceError: none of it is done here. */
function checkProvider(
  repository: JsonObject,
  secret: { readonly name: string; readonly data: Data } | undefined,
): void {
  const provider = getString(repository, 'spec', 'provider') || 'generic';
  const hasApp = Boolean(secret?.data.get('githubAppID'));
  if (provider === 'generic') {
    if (!hasApp) return;
    throw invalid(`secretRef '${secret?.name ?? ''}' has github app data but provider is not set to github`);
  }
  if (provider === 'github' && !hasApp)
    throw invalid('secretRef with github app data must be specified when provider is set to github', !secret);
  if (provider !== 'github' && getString(repository, 'spec', 'serviceAccountName'))
    throw new SourceError(
      'FeatureGateDisabled',
      'to use spec.serviceAccountName for provider authentication please enable the ObjectLevelWorkloadIdentity feature gate in the controller',
      true,
    );
  throw invalid(
    `the local loop does not log in by the provider '${provider}': use a user and a token in spec.secretRef, or an ssh address`,
  );
}

function invalid(message: string, stalled = false): SourceError {
  return new SourceError('InvalidProviderConfiguration', message, stalled);
}

function credentialsOf(url: URL, data: Data, proxy: string | undefined): Credentials {
  if (url.protocol === 'ssh:') return sshCredentials(data);
  const bearerToken = data.get('bearerToken');
  const useToken = bearerToken !== undefined;
  const fromUrl = (text: string | undefined): string | undefined => (text ? decodeURIComponent(text) : undefined);
  const username = (useToken ? undefined : data.get('username')) || fromUrl(url.username);
  const password = (useToken ? undefined : data.get('password')) || fromUrl(url.password);
  if (username === undefined && password !== undefined)
    throw failure(
      `failed to configure authentication options: invalid '${url.protocol.slice(0, -1)}' auth option: 'password' requires 'username' to be set`,
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
  return { identity, knownHosts, passphrase: data.get('password') || undefined };
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
      ? `failed to get secret '${whole}': failed to get secret '${whole}': secrets "${name}" not found`
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
