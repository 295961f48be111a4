// A link over HTTP/1.1 with kept connections, for servers and proxies that speak no h2.
import { Agent, request as httpRequest } from 'node:http';
import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import { StatusError } from '../client.ts';
import { errorOfConnection } from '../failures.ts';
import type { Exchange, Link, Sink, WireRequest } from './wire.ts';

export function http1Link(server: string, open: () => Promise<Socket>): Link {
  const agent = new SocketAgent(open);
  let usable = true;
  const running = new Set<ClientRequest>();
  return {
    get usable() {
      return usable;
    },
    send: (request, sink) => exchange(agent, server, request, sink, running),
    // Nothing short of a request would tell.
    ping: () => Promise.resolve(false),
    close: () => {
      usable = false;
      for (const request of running) request.destroy();
      agent.destroy();
    },
  };
}

/** Opens its sockets the way that it is told; node's own agents know no tunnels. */
class SocketAgent extends Agent {
  private readonly open: () => Promise<Socket>;

  constructor(open: () => Promise<Socket>) {
    super({ keepAlive: true, keepAliveMsecs: 30_000 });
    this.open = open;
  }

  override createConnection(_options: unknown, callback?: (error: Error | null, socket: Socket) => void): undefined {
    this.open().then(
      (socket) => callback?.(null, socket),
      (error: unknown) =>
        callback?.(error instanceof Error ? error : new Error(String(error)), undefined as unknown as Socket),
    );
  }
}

function exchange(
  agent: Agent,
  server: string,
  request: WireRequest,
  sink: Sink,
  running: Set<ClientRequest>,
): Exchange {
  const url = new URL(server);
  const path = url.pathname.replace(/\/$/, '') + request.path;
  const length =
    request.body === undefined ? {} : { 'content-length': String(new TextEncoder().encode(request.body).length) };
  const sent = httpRequest({
    agent,
    method: request.method,
    path,
    headers: { host: url.host, ...request.headers, ...length },
  });
  running.add(sent);
  sent.on('close', () => running.delete(sent));
  sent.on('error', (error) => sink.fail(failure(error, sent, server)));
  sent.on('response', (answer) => {
    const headers = Object.fromEntries(
      Object.entries(answer.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') : (value ?? ''),
      ]),
    );
    sink.head(answer.statusCode ?? 0, headers);
    answer.on('data', (chunk: Uint8Array) => sink.data(chunk));
    answer.on('error', (error) => sink.fail(errorOfConnection(error, server)));
    answer.on('end', () => sink.end());
  });
  sent.end(request.body);
  return { cancel: () => sent.destroy() };
}

/** A kept connection that the server had closed just then: the request was never read. */
function failure(error: Error, sent: ClientRequest, server: string): StatusError {
  const reset = 'code' in error && error.code === 'ECONNRESET';
  if (reset && sent.reusedSocket)
    return new StatusError(0, 'StreamRefused', `${server}: the server had closed the connection`);
  return errorOfConnection(error, server);
}
