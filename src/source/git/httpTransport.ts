// Remote repositories over HTTP, by isomorphic-git over a transport of our own. Knows nothing of what the refs mean.
import * as nodeFs from 'node:fs';
import git from 'isomorphic-git';
import type { HttpClient } from 'isomorphic-git';
import { fitAdvertisement } from './advertisement.ts';
import { GitError, redactUrl } from './gitError.ts';
import { DEFAULT_HTTP_LIMITS, gitHttp } from './http.ts';
import { safeRefs } from './refName.ts';
import type { Credentials, Transport, TransportOptions } from './transport.ts';

export function httpTransport(url: string, options: TransportOptions, signal: AbortSignal): Transport {
  const request = requestOf(url, options, signal);
  return {
    async refs() {
      const how = { protocolVersion: 1, forPush: false, peelTags: true } as const;
      const found = await describe(() => git.listServerRefs({ ...request, ...how }));
      return safeRefs(
        found.flatMap(({ ref, oid, peeled }): (readonly [string, string])[] =>
          peeled === undefined
            ? [[ref, oid]]
            : [
                [ref, oid],
                [`${ref}^{}`, peeled],
              ],
        ),
      );
    },
    async fetch(gitdir, how) {
      const singleBranch = how.ref !== undefined;
      const fixed = { fs: nodeFs, gitdir, remote: 'origin', singleBranch, tags: false };
      await describe(() => git.fetch({ ...fixed, ...request, ...how }));
    },
  };
}

type Request = Pick<Parameters<typeof git.fetch>[0], 'http' | 'headers'> & {
  readonly url: string;
  readonly http: HttpClient;
};

function requestOf(url: string, options: TransportOptions, signal: AbortSignal): Request {
  const { credentials, mayFollow, limits } = options;
  const http = gitHttp(signal, limits ?? DEFAULT_HTTP_LIMITS, mayFollow, credentials.connection);
  return { http: fitting(http), url: redactUrl(url), headers: loginOf(credentials, url) };
}

/** What answers a GET is the list of refs, in one piece (http.ts). */
function fitting(http: HttpClient): HttpClient {
  return {
    async request(asked) {
      const answer = await http.request(asked);
      if (answer.method !== 'GET' || !answer.body) return answer;
      const pieces: Uint8Array[] = [];
      for await (const piece of answer.body) pieces.push(piece);
      return { ...answer, body: onePiece(fitAdvertisement(Buffer.concat(pieces))) };
    },
  };
}

async function* onePiece(bytes: Uint8Array): AsyncIterableIterator<Uint8Array> {
  yield bytes;
}

/** The login is sent at once, as go-git does: a server that lets everyone read would show less without it. */
function loginOf(credentials: Credentials, url: string): Record<string, string> {
  if (credentials.bearerToken !== undefined) return { authorization: `Bearer ${credentials.bearerToken}` };
  const written = new URL(url);
  const username = credentials.username ?? decodeURIComponent(written.username);
  const password = credentials.username === undefined ? decodeURIComponent(written.password) : credentials.password;
  if (username === '') return {};
  return { authorization: `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}` };
}

/** Turns isomorphic-git's errors into ours, without its text about how to report a bug. */
async function describe<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof GitError) throw error;
    const code = (error as { code?: unknown }).code;
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    if (code === 'SmartHttpError')
      throw new GitError(
        'not-git',
        'the server does not answer as a Git server does: is the address right, or a login needed?',
      );
    if (code === 'HttpError') throw new GitError('network', message);
    if (code === 'UserCanceledError') throw new GitError('unauthorized', 'authentication required');
    if (typeof code === 'string' && code !== 'NotFoundError')
      throw new GitError('object-invalid', `what the server sent cannot be read: ${message}`);
    throw error;
  }
}
