// How a cluster is reached and who we are there: plain data, made from a kubeconfig (kubeconfig.ts) or by a test.

/** What TLS needs besides the address. Absent parts are the platform's defaults. */
export interface TlsMaterial {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** The name that the server's certificate must carry, where it is not the host. */
  readonly serverName?: string;
  /** True only where the kubeconfig says `insecure-skip-tls-verify`. */
  readonly insecure?: boolean;
}

/** What proves who we are. Never logged. */
export interface Credential {
  /** A header of several values is sent several times. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly cert?: string;
  readonly key?: string;
}

export interface CredentialSource {
  get(signal?: AbortSignal): Promise<Credential>;
  /** Called after a 401: forgets what is cached. False where asking again gives the same answer. */
  refresh(): boolean;
}

export interface ClusterAccess {
  /** `https://host:port`, with a path where the server is below one; no trailing slash. */
  readonly server: string;
  readonly tls: TlsMaterial;
  /** The proxy for this server, `http://host:port`. */
  readonly proxy?: string;
  readonly credentials: CredentialSource;
}

/** A credential that never changes. */
export function fixedCredential(credential: Credential): CredentialSource {
  return { get: async () => credential, refresh: () => false };
}

/** Somebody else to act as. */
export interface Impersonated {
  readonly name: string;
  readonly uid?: string | undefined;
  /** Without any the server takes those that it knows of the user. */
  readonly groups?: readonly string[] | undefined;
}

/** A login that acts as somebody else, where the server lets it. */
export function impersonating(source: CredentialSource, { name, uid, groups = [] }: Impersonated): CredentialSource {
  const headers = {
    'impersonate-user': name,
    ...(uid ? { 'impersonate-uid': uid } : {}),
    ...(groups.length > 0 ? { 'impersonate-group': groups.length === 1 ? String(groups[0]) : groups } : {}),
  };
  return {
    get: async (signal) => {
      const credential = await source.get(signal);
      return { ...credential, headers: { ...credential.headers, ...headers } };
    },
    refresh: () => source.refresh(),
  };
}
