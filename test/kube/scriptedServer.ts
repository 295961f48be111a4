// An API server that does what a test tells it, fault by fault: each request is answered by the test's own function.
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { stringifyJson } from '../../src/model/jsonText.ts';
import type { JsonObject } from '../../src/model/json.ts';

export interface ScriptedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly watch: boolean;
}

export interface Reply {
  json(code: number, body: JsonObject, headers?: Record<string, string>): void;
  /** Answers 200 and leaves the stream open. */
  open(): Stream;
  /** Breaks the connection without an answer. */
  reset(): void;
}

export interface Stream {
  event(type: string, object: JsonObject): void;
  raw(bytes: string | Uint8Array): void;
  end(): void;
  reset(): void;
}

export interface ScriptedServer {
  readonly url: string;
  readonly requests: readonly ScriptedRequest[];
  connections(): Promise<number>;
  dispose(): Promise<void>;
}

export async function scriptedServer(
  answer: (request: ScriptedRequest, reply: Reply) => void,
  port = 0,
): Promise<ScriptedServer> {
  const requests: ScriptedRequest[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const asked = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      watch: url.searchParams.has('watch'),
    };
    requests.push(asked);
    request.resume();
    answer(asked, replyOn(request, response));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    connections: () => new Promise((resolve) => server.getConnections((_, count) => resolve(count))),
    dispose: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function replyOn(request: IncomingMessage, response: ServerResponse): Reply {
  response.on('error', () => undefined);
  return {
    json: (code, body, headers = {}) => {
      response.writeHead(code, { 'content-type': 'application/json', ...headers });
      response.end(stringifyJson(body));
    },
    open: () => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.flushHeaders();
      return {
        event: (type, object) => void response.write(`${stringifyJson({ type, object })}\n`),
        raw: (bytes) => void response.write(bytes),
        end: () => void response.end(),
        reset: () => void request.socket.destroy(),
      };
    },
    reset: () => void request.socket.destroy(),
  };
}

/** A ConfigMap, as small as one can be. */
export function configMap(name: string, version: number, uid = `uid-${name}`, data: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'ns', name, uid, resourceVersion: String(version) },
    data,
  };
}

export function listOf(version: number, items: JsonObject[], next = ''): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMapList',
    metadata: { resourceVersion: String(version), ...(next === '' ? {} : { continue: next }) },
    items,
  };
}

export function status(code: number, reason: string, message: string, details: JsonObject = {}): JsonObject {
  return { apiVersion: 'v1', kind: 'Status', status: 'Failure', code, reason, message, details };
}
