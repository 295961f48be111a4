// A link over one HTTP/2 session. A session that does not answer a ping is given up, so that a dead connection is noticed
// within 45 seconds even when nobody sends (the limits of golang.org/x/net/http2 as client-go sets them).
import { connect, constants } from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { StatusError } from '../client.ts';
import { errorOfConnection } from '../failures.ts';
import type { Exchange, Link, Sink, WireRequest } from './wire.ts';

const PING_INTERVAL = 30_000;
const PING_TIMEOUT = 15_000;
const WINDOW = 8 * 1024 * 1024;

export function http2Link(server: string, socket: TLSSocket): Link {
  const session = connect(server, {
    createConnection: () => socket,
    settings: { enablePush: false, initialWindowSize: WINDOW },
  });
  let usable = true;
  const over = (): void => {
    usable = false;
    clearInterval(heartbeat);
  };
  session.once('close', over);
  session.once('goaway', () => {
    over();
    // Streams that the server still serves end by themselves; new ones go to the next session.
    session.close();
  });
  session.on('error', over);
  session.once('connect', () => session.setLocalWindowSize(WINDOW));
  const heartbeat = setInterval(() => {
    void ping(session).then((alive) => {
      if (!alive) session.destroy();
    });
  }, PING_INTERVAL);
  heartbeat.unref();
  return {
    get usable() {
      return usable && !session.closed && !session.destroyed;
    },
    send: (request, sink) => exchange(session, server, request, sink),
    ping: () => ping(session),
    close: () => {
      over();
      session.destroy();
    },
  };
}

function ping(session: ClientHttp2Session): Promise<boolean> {
  if (session.destroyed || session.closed) return Promise.resolve(false);
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), PING_TIMEOUT);
    timer.unref();
    const settle = (alive: boolean): void => {
      clearTimeout(timer);
      resolve(alive);
    };
    try {
      if (!session.ping((error) => settle(error === null))) settle(false);
    } catch {
      settle(false);
    }
  });
}

function exchange(session: ClientHttp2Session, server: string, request: WireRequest, sink: Sink): Exchange {
  const base = new URL(server).pathname.replace(/\/$/, '');
  const headers = { ...request.headers, ':method': request.method, ':path': base + request.path };
  let stream: ClientHttp2Stream;
  try {
    stream = session.request(headers, { endStream: request.body === undefined });
  } catch (error) {
    queueMicrotask(() => sink.fail(errorOfConnection(error, server)));
    return { cancel: () => undefined };
  }
  let ended = false;
  stream.on('response', (answer) => sink.head(answer[':status'] ?? 0, plainHeaders(answer)));
  stream.on('data', (chunk: Uint8Array) => sink.data(chunk));
  // A session that is torn down ends its streams as if they were complete.
  stream.on('end', () => {
    ended = !session.destroyed;
  });
  stream.on('error', (error) => sink.fail(failure(stream, error, server)));
  stream.on('close', () => {
    if (ended && stream.rstCode === constants.NGHTTP2_NO_ERROR) sink.end();
    else sink.fail(failure(stream, new Error('the stream was cut off'), server));
  });
  if (request.body !== undefined) stream.end(request.body);
  return { cancel: () => stream.close(constants.NGHTTP2_CANCEL) };
}

/** A stream that the server refused was not looked at: whoever sent it may send it again. */
function failure(stream: ClientHttp2Stream, error: unknown, server: string): StatusError {
  if (stream.rstCode === constants.NGHTTP2_REFUSED_STREAM)
    return new StatusError(0, 'StreamRefused', `${server}: the server is closing the connection`);
  return errorOfConnection(error, server);
}

function plainHeaders(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)]),
  );
}
