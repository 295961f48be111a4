// The listener: TLS on 127.0.0.1 with HTTP/2 and HTTP/1.1, who asks (bearer token), and what no browser may do (Host and
// Origin). Turns sockets into ApiRequests and answers into bytes; knows no verb.
import { createHash, timingSafeEqual } from 'node:crypto';
import { createSecureServer } from 'node:http2';
import type { Http2SecureServer, Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { Log } from '../../model/log.ts';
import { reasonOf } from '../../model/reason.ts';
import { ApiError, forbiddenPath, tooLarge, unauthorized } from '../errors.ts';
import type { ServingCertificate } from '../tls/certificates.ts';
import { SERVER_NAMES } from '../tls/certificates.ts';
import type { ApiRequest, ApiResponse, User } from './message.ts';
import { protobufReader, PROTOBUF } from './protobuf.ts';
import type { ReadProtobuf } from './protobuf.ts';
import { respondError, warningHeader } from './respond.ts';

export interface ListenOptions {
  readonly port: number;
  readonly certificate: ServingCertificate;
  /** Users by their bearer token. */
  readonly users: ReadonlyMap<string, User>;
  readonly log: Log;
  /** undefined: the connection is closed without an answer. */
  readonly handle: (request: ApiRequest) => ApiResponse | undefined | Promise<ApiResponse | undefined>;
}

export interface Listener {
  readonly port: number;
  dispose(): Promise<void>;
}

/** kube-apiserver's limit for bodies. */
export const BODY_LIMIT = 3 * 1024 * 1024;
const NOBODY: User = { name: 'system:anonymous', groups: ['system:unauthenticated'], admin: false };

type Request = Http2ServerRequest;
type Response = Http2ServerResponse;

/** Starts to listen. Rejects where the port is taken. */
export async function listen(options: ListenOptions): Promise<Listener> {
  const { certificate, log } = options;
  const server = createSecureServer({
    allowHTTP1: true,
    cert: certificate.certPem,
    key: certificate.keyPem,
    minVersion: 'TLSv1.2',
    settings: { maxConcurrentStreams: 1_000 },
  });
  const sockets = new Set<Socket>();
  const readProtobuf = protobufReader();
  let port = 0;
  // From the first byte on: one that is still shaking hands would keep the server from closing, for ever.
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('secureConnection', (socket) => socket.on('error', () => undefined));
  server.on('session', (session) => session.on('error', () => undefined));
  server.on('tlsClientError', () => undefined);
  // Watches live as long as their clients want them to.
  server.setTimeout(0);
  server.on('request', (request, response) => {
    void serve({ ...options, readProtobuf }, port, request, response).catch((error: unknown) => {
      log.warn('apiserver', `a request was not answered: ${reasonOf(error)}`);
      response.destroy();
    });
  });
  await opened(server, options.port);
  port = (server.address() as AddressInfo).port;
  return { port, dispose: () => closed(server, sockets) };
}

function opened(server: Http2SecureServer, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function closed(server: Http2SecureServer, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
}

async function serve(
  options: ListenOptions & { readonly readProtobuf: ReadProtobuf },
  port: number,
  request: Request,
  response: Response,
): Promise<void> {
  let answer: ApiResponse | undefined;
  try {
    const headers = headersOf(request);
    refuseBrowsers(headers, port);
    const user = userOf(options.users, headers['authorization']);
    const bytes = await readBody(request);
    const json = headers['content-type'] === PROTOBUF ? options.readProtobuf(bytes) : undefined;
    if (json !== undefined) headers['content-type'] = 'application/json';
    const body = json ?? bytes.toString('utf8');
    const url = new URL(request.url ?? '/', 'https://localhost');
    answer = await options.handle({
      method: request.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      headers,
      body,
      user,
      warnings: [],
    });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    answer = respondError(error);
  }
  if (answer) send(answer, request, response);
  else response.destroy();
}

function headersOf(request: Request): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name.toLowerCase()] = Array.isArray(value) ? value.join(',') : value;
  }
  const authority = headers[':authority'];
  if (authority !== undefined) headers['host'] = authority;
  return headers;
}

/** A page in a browser can reach a loopback port under a name of its own (DNS rebinding), and always says its Origin. */
function refuseBrowsers(headers: Readonly<Record<string, string>>, port: number): void {
  const host = (headers['host'] ?? '').toLowerCase();
  const names = ['127.0.0.1', ...SERVER_NAMES];
  if (!names.some((name) => host === `${name}:${port}`))
    throw forbiddenPath('the Host header does not name this server');
  if (headers['origin'] !== undefined) throw forbiddenPath('requests of web pages are not served');
}

/** Who a bearer token belongs to; nobody without one. Throws 401 for a wrong one. Compares in constant time. */
function userOf(users: ReadonlyMap<string, User>, authorization: string | undefined): User {
  if (authorization === undefined) return NOBODY;
  const token = /^Bearer\s+(\S+)$/i.exec(authorization)?.[1];
  const digest = (text: string): Uint8Array => createHash('sha256').update(text).digest();
  if (token !== undefined)
    for (const [known, user] of users) if (timingSafeEqual(digest(known), digest(token))) return user;
  throw unauthorized();
}

async function readBody(request: Request): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    // The rest is read and dropped, so that the client gets to read the answer.
    if (size <= BODY_LIMIT) chunks.push(chunk);
  }
  if (size > BODY_LIMIT) throw tooLarge(BODY_LIMIT);
  return Buffer.concat(chunks);
}

function send(answer: ApiResponse, request: Request, response: Response): void {
  const { code, contentType, headers = {}, warnings = [], body, bytes, stream } = answer;
  response.statusCode = code;
  response.setHeader('Content-Type', contentType);
  response.setHeader('Cache-Control', 'no-cache, private');
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (warnings.length > 0) response.setHeader('Warning', warnings.map(warningHeader));
  if (!stream) {
    if (bytes && request.method !== 'HEAD') response.end(bytes);
    else response.end(request.method === 'HEAD' ? '' : body);
    return;
  }
  // Sends the head at once: a watch without events must not look like a hang.
  const flush: unknown = (response as { flushHeaders?: unknown }).flushHeaders;
  if (typeof flush === 'function') flush.call(response);
  response.on('error', () => undefined);
  let isOpen = true;
  const watching = stream({
    write: (line) => {
      if (isOpen) response.write(line);
    },
    end: () => {
      isOpen = false;
      response.end();
    },
  });
  response.once('close', () => {
    isOpen = false;
    watching.dispose();
  });
}
