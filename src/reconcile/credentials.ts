// The login of a GitRepository: what its secretRef holds (source-controller, getAuthOpts). Values stay in memory.
import { getString } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import type { KubeReader } from '../kube/client.ts';
import type { Credentials } from '../source/git/remote.ts';
import { SourceError } from './deps.ts';
import { dataOf } from './variables.ts';

/** Reads them; none where there is no secretRef. Throws SourceError where the Secret is missing. */
export async function readCredentials(
  client: KubeReader,
  repository: JsonObject,
  signal: AbortSignal,
): Promise<Credentials> {
  const name = getString(repository, 'spec', 'secretRef', 'name');
  if (name === undefined) return {};
  const namespace = getString(repository, 'metadata', 'namespace') ?? '';
  const secret = await client.get({ group: '', version: 'v1', kind: 'Secret', namespace, name }, signal);
  if (!secret)
    throw new SourceError(
      'AuthenticationFailed',
      `failed to get secret '${namespace}/${name}': secrets "${name}" not found`,
    );
  const data = dataOf(secret, 'Secret');
  return { username: data.get('username'), password: data.get('password'), bearerToken: data.get('bearerToken') };
}
