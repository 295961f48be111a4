// Turns a context of a kubeconfig into an address and credentials. Sends nothing and runs nothing yet.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Clock } from '../../model/clock.ts';
import { getKey, getList, getObject, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { reasonOf } from '../../model/reason.ts';
import { fixedCredential, impersonating } from './access.ts';
import type { ClusterAccess, Credential, CredentialSource, TlsMaterial } from './access.ts';
import { execCredentials } from './execCredential.ts';
import type { ExecPlugin } from './execCredential.ts';
import { badKubeconfig, parseKubeconfig, readKubeconfig } from './kubeconfigFile.ts';
import type { Entry, Kubeconfig } from './kubeconfigFile.ts';
import { proxyFor } from '../transport/proxy.ts';

export interface KubeconfigOptions {
  /** A path; without one `KUBECONFIG`, then `~/.kube/config`, as kubectl has it. */
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly clock: Clock;
  /** Asked before a program of the kubeconfig is run for the first time. Without it programs run, as kubectl runs them. */
  readonly allowProgram?: ((command: string, args: readonly string[]) => Promise<boolean>) | undefined;
}

/** Throws StatusError with the reason `Kubeconfig` where the file, the context or a part of it is missing or not understood. */
export async function readAccess(options: KubeconfigOptions): Promise<ClusterAccess> {
  return accessOf(await readKubeconfig(options.kubeconfig), options.kubeconfig ?? 'the kubeconfig', options);
}

/**
 * The current context of a kubeconfig that is not the user's own, as one in a Secret: what would read a file of this
 * machine or run a program on it is refused. Throws StatusError with the reason `Kubeconfig`.
 */
export async function readUntrusted(text: string, clock: Clock): Promise<ClusterAccess> {
  const config = await parseKubeconfig(text);
  for (const entry of [...config.clusters.values(), ...config.users.values()]) {
    const field = REACHES_OUT.find((name) => getKey(entry.value, name) !== undefined);
    if (field !== undefined)
      throw badKubeconfig(`the kubeconfig has '${field}', which is not followed for a kubeconfig from a cluster`);
  }
  return accessOf(config, 'the kubeconfig', { clock });
}

/** Fields of a kubeconfig by which it reads files, runs programs or trusts anybody. */
const REACHES_OUT = [
  'certificate-authority',
  'client-certificate',
  'client-key',
  'tokenFile',
  'exec',
  'auth-provider',
  'insecure-skip-tls-verify',
];

async function accessOf(config: Kubeconfig, where: string, options: KubeconfigOptions): Promise<ClusterAccess> {
  const name = options.context ?? config.current;
  const context = config.contexts.get(name)?.value;
  if (!context) throw badKubeconfig(name ? `${where} has no context "${name}"` : `${where} has no current context`);
  const clusterName = getString(context, 'cluster') ?? '';
  const cluster = config.clusters.get(clusterName);
  const server = cluster && getString(cluster.value, 'server');
  if (!cluster || !server)
    throw badKubeconfig(
      `${where}: the context "${name}" names the cluster "${clusterName}", which is not there or has no server`,
    );
  if (!/^https?:\/\/[^/]/.test(server)) throw badKubeconfig(`${where}: "${server}" is no address of a server`);
  const user = config.users.get(getString(context, 'user') ?? '');
  const proxy = getString(cluster.value, 'proxy-url') ?? proxyFor(server, process.env);
  return {
    server: server.replace(/\/+$/, ''),
    tls: await readTls(cluster, user),
    ...(proxy === undefined ? {} : { proxy }),
    credentials: user
      ? withImpersonation(user.value, await credentialsOf(cluster, server, user, options))
      : fixedCredential({}),
  };
}

/** A value that stands in the kubeconfig as base64 (`name-data`), or in a file (`name`). */
async function material(entry: Entry | undefined, name: string): Promise<string | undefined> {
  const data = getString(entry?.value, `${name}-data`);
  if (data) return Buffer.from(data, 'base64').toString('utf8');
  const file = getString(entry?.value, name);
  return file && entry ? readText(resolve(entry.folder, file)) : undefined;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw badKubeconfig(`the kubeconfig names ${path}, which cannot be read: ${reasonOf(error)}`);
  }
}

async function readTls(cluster: Entry, user: Entry | undefined): Promise<TlsMaterial> {
  const [ca, cert, key] = await Promise.all([
    material(cluster, 'certificate-authority'),
    material(user, 'client-certificate'),
    material(user, 'client-key'),
  ]);
  const serverName = getString(cluster.value, 'tls-server-name');
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(serverName === undefined ? {} : { serverName }),
    ...(getKey(cluster.value, 'insecure-skip-tls-verify') === true ? { insecure: true } : {}),
  };
}

async function credentialsOf(
  cluster: Entry,
  server: string,
  user: Entry,
  options: KubeconfigOptions,
): Promise<CredentialSource> {
  const { value, folder } = user;
  const tokenFile = getString(value, 'tokenFile');
  if (tokenFile) return tokenFromFile(resolve(folder, tokenFile), options.clock);
  const token = getString(value, 'token');
  if (token) return fixedCredential({ headers: { authorization: `Bearer ${token}` } });
  const username = getString(value, 'username');
  if (username) {
    const login = Buffer.from(`${username}:${getString(value, 'password') ?? ''}`).toString('base64');
    return fixedCredential({ headers: { authorization: `Basic ${login}` } });
  }
  const exec = getObject(value, 'exec');
  if (exec) {
    const plugin = readPlugin(exec, cluster.value);
    if (options.allowProgram && !(await options.allowProgram(plugin.command, plugin.args))) {
      throw badKubeconfig(`the kubeconfig wants to run ${plugin.command}, which was not allowed`);
    }
    return execCredentials({ plugin, folder, clock: options.clock });
  }
  const provider = getObject(value, 'auth-provider');
  return provider ? (await import('./clientNode.ts')).legacyLogin(server, provider) : fixedCredential({});
}

/** Tokens in files are rotated by whoever wrote them: read again each minute, as client-go does. */
function tokenFromFile(path: string, clock: Clock): CredentialSource {
  let cached: { credential: Credential; until: number } | undefined;
  return {
    get: async () => {
      if (cached && cached.until > clock.now()) return cached.credential;
      const token = (await readText(path)).trim();
      cached = { credential: { headers: { authorization: `Bearer ${token}` } }, until: clock.now() + 60_000 };
      return cached.credential;
    },
    refresh: () => {
      cached = undefined;
      return true;
    },
  };
}

/** `as`, `as-uid` and `as-groups`: we act as somebody else. */
function withImpersonation(user: JsonObject, source: CredentialSource): CredentialSource {
  const name = getString(user, 'as');
  if (!name) return source;
  const groups = (getList(user, 'as-groups') ?? []).map(String);
  return impersonating(source, { name, uid: getString(user, 'as-uid'), groups });
}

function readPlugin(exec: JsonObject, cluster: JsonObject): ExecPlugin {
  const [installHint, interactiveMode] = [getString(exec, 'installHint'), getString(exec, 'interactiveMode')];
  const { 'certificate-authority': _, 'insecure-skip-tls-verify': insecure, ...info } = cluster;
  return {
    apiVersion: getString(exec, 'apiVersion') ?? '',
    command: getString(exec, 'command') ?? '',
    args: (getList(exec, 'args') ?? []).map(String),
    env: (getList(exec, 'env') ?? []).map((one) => ({
      name: getString(one, 'name') ?? '',
      value: getString(one, 'value') ?? '',
    })),
    ...(installHint ? { installHint } : {}),
    ...(interactiveMode ? { interactiveMode } : {}),
    ...(getKey(exec, 'provideClusterInfo') === true
      ? { cluster: insecure === true ? { ...info, 'insecure-skip-tls-verify': true } : info }
      : {}),
  };
}
