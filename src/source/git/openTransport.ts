// Which way leads to an address. Opens nothing yet.
import { GitError } from './gitError.ts';
import { httpTransport } from './httpTransport.ts';
import { isSshUrl, sshTransport } from './ssh.ts';
import type { Transport, TransportOptions } from './transport.ts';

/** The transport of an address. Throws GitError where there is none for it. */
export function transportOf(url: string, options: TransportOptions, signal: AbortSignal): Transport {
  if (/^https?:\/\//i.test(url)) return httpTransport(url, options, signal);
  // Nothing redirects there: who calls has looked at the host.
  if (isSshUrl(url)) return sshTransport(url, options.credentials, signal);
  throw new GitError(
    'unsupported-url',
    `only http, https and ssh repositories can be fetched, not ${url.split(':')[0] ?? ''}`,
  );
}
