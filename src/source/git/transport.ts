// What a way to a remote repository does: says what is advertised, and brings a ref into a bare store. Holds types only.
import type { ConnectionSecrets } from './connection.ts';
import type { HttpLimits } from './http.ts';
import type { Refs } from './localRefs.ts';

export interface Credentials {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly bearerToken?: string | undefined;
  readonly connection?: ConnectionSecrets;
  /** The private key and the known hosts of an ssh address; the user's own without them. */
  readonly identity?: string | undefined;
  readonly knownHosts?: string | undefined;
  /** What the private key is encrypted with. */
  readonly passphrase?: string | undefined;
}

export interface Transport {
  /** Every ref that the server has, by full name; what an annotated tag leads to under its name with `^{}`. */
  refs(): Promise<Refs>;
  /** Brings a ref (all branches without one) as deep as asked into the store. */
  fetch(gitdir: string, how: FetchDepth): Promise<void>;
}

export interface FetchDepth {
  readonly ref?: string;
  readonly depth: number;
}

export interface TransportOptions {
  readonly credentials: Credentials;
  /** Whether a redirect may lead to an address; to any where it is not given. */
  readonly mayFollow?: (url: URL) => boolean;
  /** Other limits than the usual ones. */
  readonly limits?: HttpLimits;
}
