// The HTTP transport under isomorphic-git: one request, with limits on time and size, redirects that keep credentials at
// home, and errors that say what happened.
import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { GitHttpRequest, GitHttpResponse, HttpClient } from 'isomorphic-git';
import { GitError, redactUrl } from './gitError.ts';

export interface HttpLimits {
  /** From the request to the first byte of the answer; a server may count objects for long. */
  readonly firstByteMs: number;
  /** Between two pieces of the answer. */
  readonly idleMs: number;
  readonly bytes: number;
}

export const DEFAULT_HTTP_LIMITS: HttpLimits = { firstByteMs: 60_000, idleMs: 60_000, bytes: 200 * 1024 * 1024 };

const REDIRECT_LIMIT = 10;

/**
 * A client for isomorphic-git. Aborting the signal ends what is under way. `mayFollow` says whether a redirect may lead to
 * an address; to any where it is not given.
 */
export function gitHttp(
  signal: AbortSignal,
  limits: HttpLimits = DEFAULT_HTTP_LIMITS,
  mayFollow: (url: URL) => boolean = () => true,
): HttpClient {
  return {
    async request({ url, method = 'GET', headers = {}, body }: GitHttpRequest): Promise<GitHttpResponse> {
      const sent = await collect(body);
      let at = new URL(url);
      let sending = { ...headers };
      for (let hop = 0; hop <= REDIRECT_LIMIT; hop++) {
        const answer = await exchange(at, method, sending, sent, signal, limits);
        const target = redirectOf(answer, at);
        if (!target) return answered(answer, at, method, signal, limits);
        answer.resume();
        if (at.protocol === 'https:' && target.protocol === 'http:')
          throw new GitError('network', `${host(at)} redirects from https to http: refused`);
        if (!mayFollow(target))
          throw new GitError('network', `${host(at)} redirects to ${host(target)}, which is not allowed`);
        if (target.host !== at.host) sending = withoutCredentials(sending);
        at = target;
      }
      throw new GitError('network', `${host(at)} redirects without end`);
    },
  };
}

async function collect(body: GitHttpRequest['body']): Promise<Uint8Array | undefined> {
  if (!body) return undefined;
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts);
}

function exchange(
  url: URL,
  method: string,
  headers: Record<string, string>,
  body: Uint8Array | undefined,
  signal: AbortSignal,
  limits: HttpLimits,
): Promise<IncomingMessage> {
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new GitError('unsupported-url', `${url.protocol} is not supported: use http or https`);
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send(
      url,
      { method, headers: { ...headers, ...(body ? { 'content-length': body.length } : {}) }, signal },
      resolve,
    );
    request.setTimeout(limits.firstByteMs, () =>
      request.destroy(new GitError('timeout', `${host(url)} did not answer within ${limits.firstByteMs / 1000} s`)),
    );
    request.on('error', (error) => reject(failureOf(error, url, signal)));
    request.end(body);
  });
}

function redirectOf(answer: IncomingMessage, at: URL): URL | undefined {
  const status = answer.statusCode ?? 0;
  const location = answer.headers.location;
  return status >= 300 && status < 400 && location !== undefined ? new URL(location, at) : undefined;
}

function answered(
  answer: IncomingMessage,
  url: URL,
  method: string,
  signal: AbortSignal,
  limits: HttpLimits,
): GitHttpResponse {
  const status = answer.statusCode ?? 0;
  if (status === 401 || status === 403) {
    answer.resume();
    throw new GitError('unauthorized', 'authentication required');
  }
  if (status === 404) {
    answer.resume();
    throw new GitError('not-found', 'repository not found: ');
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer.headers))
    headers[name] = Array.isArray(value) ? value.join(', ') : (value ?? '');
  return {
    url: url.href,
    method,
    statusCode: status,
    statusMessage: answer.statusMessage ?? '',
    headers,
    body: limited(answer, url, signal, limits),
  };
}

async function* limited(
  answer: IncomingMessage,
  url: URL,
  signal: AbortSignal,
  limits: HttpLimits,
): AsyncIterableIterator<Uint8Array> {
  let total = 0;
  answer.setTimeout(limits.idleMs, () =>
    answer.destroy(new GitError('timeout', `${host(url)} stopped sending for ${limits.idleMs / 1000} s`)),
  );
  try {
    for await (const part of answer) {
      total += (part as Uint8Array).length;
      if (total > limits.bytes)
        throw new GitError('too-large', `the repository sends more than ${limits.bytes / 1024 / 1024} MiB: refused`);
      yield part as Uint8Array;
    }
  } catch (error) {
    throw failureOf(error, url, signal);
  }
}

function withoutCredentials(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(authorization|cookie)$/i.test(name)));
}

function failureOf(error: unknown, url: URL, signal: AbortSignal): unknown {
  if (error instanceof GitError) return error;
  if (signal.aborted) return signal.reason;
  const message = error instanceof Error ? error.message : String(error);
  return new GitError('network', `${redactUrl(url.href)}: ${message}`);
}

function host(url: URL): string {
  return url.host;
}
