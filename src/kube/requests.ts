// Requests that end: one answer as text, with the login, one refresh of it, the server's own wish to wait, and a time limit.
// Knows no kinds.
import type { Clock } from '../model/clock.ts';
import { reasonOf } from '../model/reason.ts';
import type { ClusterAccess } from './login/access.ts';
import { StatusError } from './client.ts';
import { expiredLogin } from './login/expiredLogin.ts';
import { errorOfAnswer, retryAfterOf } from './failures.ts';
import type { Transport } from './transport/transport.ts';
import type { Exchange, Sink, WireHeaders } from './transport/wire.ts';

export interface Ask {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
  readonly accept?: string;
}

export interface Answer {
  readonly code: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Requests {
  /** The answer, whatever its code. Throws StatusError with code 0 where none came. */
  answer(ask: Ask, signal?: AbortSignal): Promise<Answer>;
  /** The text of a good answer. Throws StatusError for all others. */
  text(ask: Ask, signal?: AbortSignal): Promise<string>;
  /** An answer that does not end. The login is attached; a 401 refreshes it for the next one. */
  stream(ask: Ask, sink: Sink): Exchange;
}

export interface RequestOptions {
  readonly access: ClusterAccess;
  readonly transport: Transport;
  readonly clock: Clock;
  /** Milliseconds for one attempt. */
  readonly timeout: number;
}

/** How often the server may ask to come back later, and for how long at most, before its refusal is the answer. */
const MAX_WAITS = 5;
const MAX_WAIT = 30_000;

export function createRequests(options: RequestOptions): Requests {
  const { access } = options;
  const answer = async (ask: Ask, signal?: AbortSignal): Promise<Answer> => {
    let [waits, resends, refreshed] = [0, 0, false];
    for (;;) {
      signal?.throwIfAborted();
      try {
        const got = await attempt(options, ask, signal);
        if (got.code === 401 && !refreshed && refresh(options)) {
          refreshed = true;
          continue;
        }
        const seconds = got.code === 429 || got.code >= 500 ? retryAfterOf(got.headers) : undefined;
        if (seconds === undefined || waits++ >= MAX_WAITS) return got;
        await pause(options.clock, Math.min(seconds * 1000, MAX_WAIT), signal);
      } catch (error) {
        if (!mayResend(error, ask) || resends++ > 0) throw error;
      }
    }
  };
  return {
    answer,
    text: async (ask, signal) => {
      const got = await answer(ask, signal);
      if (got.code >= 200 && got.code < 400) return got.text;
      const error = errorOfAnswer(got.code, got.text, retryAfterOf(got.headers));
      const why = got.code === 401 ? await expiredLogin(access, options.clock.now()) : undefined;
      throw why === undefined ? error : new StatusError(401, error.reason, `${error.message}: ${why}`, error.status);
    },
    stream: (ask, sink) => openStream(options, access, ask, sink),
  };
}

/** A request that was not looked at may be sent again; one that only reads may be too, after a reset (client-go does both). */
function mayResend(error: unknown, ask: Ask): boolean {
  if (!(error instanceof StatusError)) return false;
  return error.reason === 'StreamRefused' || (error.reason === 'ConnectionReset' && ask.method === 'GET');
}

function refresh({ access, transport }: RequestOptions): boolean {
  if (!access.credentials.refresh()) return false;
  transport.reset();
  return true;
}

async function headersOf(access: ClusterAccess, ask: Ask, signal?: AbortSignal): Promise<WireHeaders> {
  const credential = await access.credentials.get(signal);
  return {
    accept: ask.accept ?? 'application/json',
    'user-agent': 'plumbline',
    ...(ask.contentType === undefined ? {} : { 'content-type': ask.contentType }),
    ...credential.headers,
  };
}

async function attempt(
  { access, transport, clock, timeout }: RequestOptions,
  ask: Ask,
  signal?: AbortSignal,
): Promise<Answer> {
  const headers = await headersOf(access, ask, signal);
  return new Promise((resolve, reject) => {
    const decoder = new TextDecoder();
    const answer = { code: 0, text: '', headers: {} as Readonly<Record<string, string>> };
    const settle = (act: () => void): void => {
      stopTimer();
      signal?.removeEventListener('abort', abort);
      act();
    };
    const sink: Sink = {
      head: (code, received) => Object.assign(answer, { code, headers: received }),
      data: (chunk) => {
        answer.text += decoder.decode(chunk, { stream: true });
      },
      end: () => settle(() => (answer.code === 0 ? reject(noAnswer(access.server)) : resolve(answer))),
      fail: (error) => settle(() => reject(error)),
    };
    const exchange = transport.send(
      { method: ask.method, path: ask.path, headers, ...(ask.body === undefined ? {} : { body: ask.body }) },
      sink,
    );
    const abort = (): void => {
      exchange.cancel();
      settle(() => reject(signal?.reason));
    };
    const stopTimer = clock.after(timeout, () => {
      exchange.cancel();
      settle(() =>
        reject(
          new StatusError(
            0,
            'Timeout',
            `${access.server}: no answer to ${ask.method} ${ask.path.split('?')[0] ?? ''} within ${timeout / 1000} s`,
          ),
        ),
      );
    });
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}

/** A stream that ends without a head is a broken connection, whatever the protocol says of it. */
function noAnswer(server: string): StatusError {
  return new StatusError(0, 'ConnectionReset', `${server}: the connection broke before an answer came`);
}

function openStream(options: RequestOptions, access: ClusterAccess, ask: Ask, sink: Sink): Exchange {
  let exchange: Exchange | undefined;
  let cancelled = false;
  headersOf(access, ask).then(
    (headers) => {
      if (cancelled) return;
      const watching: Sink = {
        ...sink,
        head: (code, received) => {
          if (code === 401) refresh(options);
          sink.head(code, received);
        },
      };
      exchange = options.transport.send({ method: ask.method, path: ask.path, headers }, watching);
    },
    (error: unknown) => {
      if (!cancelled)
        sink.fail(error instanceof StatusError ? error : new StatusError(0, 'Credentials', reasonOf(error)));
    },
  );
  return {
    cancel: () => {
      cancelled = true;
      exchange?.cancel();
    },
  };
}

function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      stop();
      reject(signal?.reason);
    };
    const stop = clock.after(ms, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}
