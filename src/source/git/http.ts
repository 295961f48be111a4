// The HTTP transport under isomorphic-git: one request, with limits on time and size, redirects that keep credentials at
// home, and errors that say what happened.
import type { IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { GitHttpRequest, GitHttpResponse, HttpClient } from 'isomorphic-git';
import { reasonOf } from '../../model/reason.ts';
import { anonymous, openRequest } from './connection.ts';
import type { ConnectionSecrets } from './connection.ts';
import { GitError, redactUrl } from './gitError.ts';

export interface HttpLimits {
  /** From the request to the first byte of the answer; a server may count objects for long. */
  readonly firstByteMs: number;
  /** Between two pieces of the answer. */
  readonly idleMs: number;
  readonly bytes: number;
  /** How often a server that says that it is busy (429, 503) is asked again. */
  readonly retries: number;
  /** The first wait of those without a Retry-After; it doubles. */
  readonly retryMs: number;
}

export const DEFAULT_HTTP_LIMITS: HttpLimits = {
  firstByteMs: 60_000,
  idleMs: 60_000,
  bytes: 200 * 1024 * 1024,
  retries: 9,
  retryMs: 200,
};

/** A server that asks for more patience is not waited for: the next interval comes. */
const LONGEST_WAIT_MS = 30_000;
const LONGEST_BACKOFF_MS = 10_000;

const REDIRECT_LIMIT = 10;

/**
 * A client for isomorphic-git. Aborting the signal ends what is under way. `mayFollow` says whether a redirect may lead to
 * an address; to any where it is not given.
 */
export function gitHttp(
  signal: AbortSignal,
  limits: HttpLimits = DEFAULT_HTTP_LIMITS,
  mayFollow: (url: URL) => boolean = () => true,
  secrets: ConnectionSecrets = {},
): HttpClient {
  return {
    async request({ url, method = 'GET', headers = {}, body }: GitHttpRequest): Promise<GitHttpResponse> {
      const sent = await collect(body);
      let at = new URL(url);
      let sending = { ...headers };
      let opened = secrets;
      for (let hop = 0; hop <= REDIRECT_LIMIT; hop++) {
        const request: Exchange = { url: at, method, headers: sending, body: sent, secrets: opened };
        const answer = await patient(request, signal, limits);
        const target = redirectOf(answer, at);
        if (!target) return whole(answered(answer, at, method, signal, limits));
        answer.resume();
        if (at.protocol === 'https:' && target.protocol === 'http:')
          throw new GitError('network', `${host(at)} redirects from https to http: refused`);
        if (!mayFollow(target))
          throw new GitError('network', `${host(at)} redirects to ${host(target)}, which is not allowed`);
        if (target.host !== at.host) {
          sending = withoutCredentials(sending);
          opened = anonymous(opened);
        }
        at = target;
      }
      throw new GitError('network', `${host(at)} redirects without end`);
    },
  };
}

/** isomorphic-git takes a list of refs that breaks off for a whole one: the list is read before it sees it. */
async function whole(answer: GitHttpResponse): Promise<GitHttpResponse> {
  if (answer.method !== 'GET') return answer;
  const bytes = (await collect(answer.body)) ?? new Uint8Array();
  return {
    ...answer,
    body: (async function* () {
      yield bytes;
    })(),
  };
}

async function collect(body: GitHttpRequest['body']): Promise<Uint8Array | undefined> {
  if (!body) return undefined;
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts);
}

interface Exchange {
  readonly url: URL;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array | undefined;
  readonly secrets: ConnectionSecrets;
}

/** Asks a busy server again, as long as it asks for or with a wait that doubles; the jitter keeps many of us apart. */
async function patient(request: Exchange, signal: AbortSignal, limits: HttpLimits): Promise<IncomingMessage> {
  for (let tries = 0; ; tries++) {
    const answer = await exchange(request, signal, limits);
    if (answer.statusCode !== 429 && answer.statusCode !== 503) return answer;
    const asked = retryAfter(answer);
    if (tries >= limits.retries || (asked ?? 0) > LONGEST_WAIT_MS) return answer;
    answer.resume();
    const backoff = Math.min(limits.retryMs * 2 ** tries, LONGEST_BACKOFF_MS);
    await wait((asked ?? backoff / 2) + (Math.random() * backoff) / 2, undefined, { signal });
  }
}

/** Milliseconds of a Retry-After header: seconds or a date. */
function retryAfter({ headers }: IncomingMessage): number | undefined {
  const value = headers['retry-after'];
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(at - Date.now(), 0);
}

async function exchange(
  { url, method, headers, body, secrets }: Exchange,
  signal: AbortSignal,
  limits: HttpLimits,
): Promise<IncomingMessage> {
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new GitError('unsupported-url', `${url.protocol} is not supported: use http or https`);
  const init = { method, headers: { ...headers, ...(body ? { 'content-length': body.length } : {}) }, signal };
  const request = await openRequest(url, init, secrets).catch((error: unknown) => {
    throw failureOf(error, url, signal);
  });
  return new Promise((resolve, reject) => {
    request.on('response', resolve);
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
    throw new GitError('unauthorized', status === 401 ? 'authentication required' : 'authorization failed');
  }
  if (status === 404) {
    answer.resume();
    throw new GitError('not-found', 'repository not found: ');
  }
  if (status === 429 || status === 503) {
    answer.resume();
    const after = retryAfter(answer);
    const asks = after === undefined ? '' : `, and asks to come back in ${Math.ceil(after / 1000)} s`;
    throw new GitError('network', `${host(url)} is busy: it answers ${status} ${answer.statusMessage ?? ''}${asks}`);
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
  const message = reasonOf(error);
  return new GitError('network', `${redactUrl(url.href)}: ${message}`);
}

function host(url: URL): string {
  return url.host;
}
