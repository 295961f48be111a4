// Reads kubeconfigs with the rules of kubectl and turns one context into an address and credentials. The only file that
// imports @kubernetes/client-node; load it with import(), it is large. Nothing of that library speaks to a cluster here.
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import type { Cluster, User } from '@kubernetes/client-node';
import type { Clock } from '../model/clock.ts';
import type { JsonObject } from '../model/json.ts';
import { fixedCredential } from './access.ts';
import type { ClusterAccess, Credential, CredentialSource, TlsMaterial } from './access.ts';
import { StatusError } from './client.ts';
import { execCredentials } from './execCredential.ts';
import type { ExecPlugin } from './execCredential.ts';
import { proxyFor } from './proxy.ts';

export interface KubeconfigOptions {
  /** A path; without one `KUBECONFIG`, then `~/.kube/config`, as kubectl has it. */
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly clock: Clock;
  /** Asked before a program of the kubeconfig is run for the first time. Without it programs run, as kubectl runs them. */
  readonly allowProgram?: ((command: string, args: readonly string[]) => Promise<boolean>) | undefined;
}

const bad = (message: string): StatusError => new StatusError(0, 'Kubeconfig', message);

/** Throws StatusError with the reason `Kubeconfig` where the file, the context or a part of it is missing or not understood. */
export async function readAccess(options: KubeconfigOptions): Promise<ClusterAccess> {
  const config = load(options.kubeconfig);
  const name = options.context ?? config.currentContext;
  const context = config.getContextObject(name);
  const where = options.kubeconfig ?? 'the kubeconfig';
  if (!context) throw bad(name ? `${where} has no context "${name}"` : `${where} has no current context`);
  const cluster = config.getCluster(context.cluster);
  if (!cluster) throw bad(`${where}: the context "${name}" names the cluster "${context.cluster}", which is not there`);
  const user = config.getUser(context.user);
  const base = dirname(resolve(options.kubeconfig ?? '.'));
  const tls = await readTls(cluster, user, base);
  const proxy = cluster.proxyUrl ?? proxyFor(cluster.server, process.env);
  return {
    server: cluster.server.replace(/\/+$/, ''),
    tls,
    ...(proxy === undefined ? {} : { proxy }),
    credentials: user ? withImpersonation(user, await credentialsOf(config, cluster, user, base, options)) : fixedCredential({}),
  };
}

/** The names of the contexts of a kubeconfig, and the current one. */
export function listContexts(kubeconfig: string | undefined): { contexts: string[]; current: string } {
  const config = load(kubeconfig);
  return { contexts: config.getContexts().map((context) => context.name), current: config.currentContext };
}

function load(path: string | undefined): KubeConfig {
  const config = new KubeConfig();
  try {
    if (path === undefined) config.loadFromDefault();
    else config.loadFromFile(path);
  } catch (error) {
    throw bad(`${path ?? 'the kubeconfig'} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  return config;
}

/** A value that stands in the kubeconfig as base64, or in a file beside it. */
async function material(data: string | undefined, file: string | undefined, base: string): Promise<string | undefined> {
  if (data) return Buffer.from(data, 'base64').toString('utf8');
  if (!file) return undefined;
  try {
    return await readFile(resolve(base, file), 'utf8');
  } catch (error) {
    throw bad(`the kubeconfig names ${file}, which cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function readTls(cluster: Cluster, user: User | null, base: string): Promise<TlsMaterial> {
  const ca = await material(cluster.caData, cluster.caFile, base);
  const cert = await material(user?.certData, user?.certFile, base);
  const key = await material(user?.keyData, user?.keyFile, base);
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(cluster.tlsServerName ? { serverName: cluster.tlsServerName } : {}),
    ...(cluster.skipTLSVerify ? { insecure: true } : {}),
  };
}

async function credentialsOf(config: KubeConfig, cluster: Cluster, user: User, base: string, options: KubeconfigOptions): Promise<CredentialSource> {
  const tokenFile = stringOf(user, 'tokenFile') ?? stringOf(user.authProvider?.config, 'tokenFile');
  if (tokenFile) return tokenFromFile(resolve(base, tokenFile), options.clock);
  if (user.token) return fixedCredential({ headers: { authorization: `Bearer ${user.token}` } });
  if (user.username) {
    const login = Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64');
    return fixedCredential({ headers: { authorization: `Basic ${login}` } });
  }
  if (user.exec) {
    const plugin = readPlugin(user.exec as Record<string, unknown>, cluster);
    if (options.allowProgram && !(await options.allowProgram(plugin.command, plugin.args))) {
      throw bad(`the kubeconfig wants to run ${plugin.command}, which was not allowed`);
    }
    return execCredentials({ plugin, kubeconfig: resolve(options.kubeconfig ?? base), clock: options.clock });
  }
  return user.authProvider ? fromLibrary(config, cluster, user) : fixedCredential({});
}

/** Tokens in files are rotated by whoever wrote them: read again each minute, as client-go does. */
function tokenFromFile(path: string, clock: Clock): CredentialSource {
  let cached: { credential: Credential; until: number } | undefined;
  return {
    get: async () => {
      if (cached && cached.until > clock.now()) return cached.credential;
      const token = (await readFile(path, 'utf8')).trim();
      cached = { credential: { headers: { authorization: `Bearer ${token}` } }, until: clock.now() + 60_000 };
      return cached.credential;
    },
    refresh: () => {
      cached = undefined;
      return true;
    },
  };
}

/** Login methods that are older than plugins (oidc, azure, gcp): the library's own code for them, and its headers only. */
function fromLibrary(config: KubeConfig, cluster: Cluster, user: User): CredentialSource {
  const own = new KubeConfig();
  own.loadFromClusterAndUser(cluster, user);
  return {
    get: async () => {
      const request: { headers?: Record<string, string> } = { headers: {} };
      await own.applyToHTTPSOptions(request);
      return { headers: request.headers ?? {} };
    },
    refresh: () => config.users.length > 0,
  };
}

function withImpersonation(user: User, source: CredentialSource): CredentialSource {
  if (!user.impersonateUser) return source;
  const name = user.impersonateUser;
  return {
    get: async (signal) => {
      const credential = await source.get(signal);
      return { ...credential, headers: { ...credential.headers, 'impersonate-user': name } };
    },
    refresh: () => source.refresh(),
  };
}

function readPlugin(exec: Record<string, unknown>, cluster: Cluster): ExecPlugin {
  const env = Array.isArray(exec['env']) ? (exec['env'] as unknown[]) : [];
  const [installHint, interactiveMode] = [stringOf(exec, 'installHint'), stringOf(exec, 'interactiveMode')];
  return {
    apiVersion: stringOf(exec, 'apiVersion') ?? 'client.authentication.k8s.io/v1',
    command: stringOf(exec, 'command') ?? '',
    args: Array.isArray(exec['args']) ? exec['args'].map(String) : [],
    env: env.map((one) => ({ name: stringOf(one, 'name') ?? '', value: stringOf(one, 'value') ?? '' })),
    ...(installHint ? { installHint } : {}),
    ...(interactiveMode ? { interactiveMode } : {}),
    ...(exec['provideClusterInfo'] === true ? { cluster: clusterInfo(cluster) } : {}),
  };
}

function clusterInfo(cluster: Cluster): JsonObject {
  return {
    server: cluster.server,
    ...(cluster.tlsServerName ? { 'tls-server-name': cluster.tlsServerName } : {}),
    ...(cluster.skipTLSVerify ? { 'insecure-skip-tls-verify': true } : {}),
    ...(cluster.caData ? { 'certificate-authority-data': cluster.caData } : {}),
    ...(cluster.proxyUrl ? { 'proxy-url': cluster.proxyUrl } : {}),
  };
}

function stringOf(holder: unknown, key: string): string | undefined {
  if (typeof holder !== 'object' || holder === null) return undefined;
  const value = (holder as Record<string, unknown>)[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
