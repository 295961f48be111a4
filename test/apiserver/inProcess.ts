// An API server without sockets for tests: requests go to the handler, answers come back as values.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { handle } from '../../src/apiserver/handle.ts';
import type { User } from '../../src/apiserver/http/message.ts';
import { startApiServer } from '../../src/apiserver/server.ts';
import type { ApiServer } from '../../src/apiserver/server.ts';
import type { WriteFile } from '../../src/apiserver/store/journal.ts';
import type { Clock } from '../../src/model/clock.ts';
import { systemClock } from '../../src/model/clock.ts';
import { isJsonObject } from '../../src/model/json.ts';
import type { JsonObject, JsonValue } from '../../src/model/json.ts';
import { parseJson, stringifyJson } from '../../src/model/jsonText.ts';
import { silentLog } from '../../src/model/log.ts';

const ADMIN: User = { name: 'admin', groups: [], admin: true };

export interface Answered {
  readonly code: number;
  readonly body: JsonObject;
  readonly warnings: readonly string[];
}

export interface Watched {
  /** `ADDED name`, ... as they came; errors as `ERROR code`. */
  readonly events: string[];
  readonly ended: () => boolean;
  stop(): void;
}

export interface InProcess {
  readonly server: ApiServer;
  readonly dataDir: string;
  get(path: string): Answered;
  post(path: string, body: JsonValue): Answered;
  put(path: string, body: JsonValue): Answered;
  patch(path: string, body: JsonValue, type?: 'merge' | 'apply' | 'json' | 'strategic'): Answered;
  delete(path: string, body?: JsonValue): Answered;
  watch(path: string): Watched;
  /** The code and message of an answer to somebody else: a user by name, whom the administrator impersonates. */
  askAs(user: string, method: string, path: string, body?: JsonValue): string;
  dispose(): Promise<void>;
}

const PATCH_TYPES = {
  merge: 'application/merge-patch+json',
  apply: 'application/apply-patch+yaml',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const;

export interface InProcessOptions {
  readonly dataDir?: string;
  readonly controllers?: boolean;
  readonly clock?: Clock;
  readonly writeFile?: WriteFile;
}

/** Starts one. A data folder that is given is kept; without one the state is in memory. */
export async function inProcess({
  dataDir,
  controllers = false,
  clock = systemClock,
  writeFile,
}: InProcessOptions = {}): Promise<InProcess> {
  const folder = dataDir ?? mkdtempSync(join(tmpdir(), 'apiserver-'));
  const server = await startApiServer({
    dataDir: folder,
    log: silentLog,
    clock,
    controllers,
    inMemory: dataDir === undefined,
    ...(writeFile ? { writeFile } : {}),
  });
  const send = (method: string, address: string, body: string, contentType: string, asUser?: string) => {
    const url = new URL(address, 'https://localhost');
    const headers = {
      'user-agent': 'test/1',
      'content-type': contentType,
      ...(asUser === undefined ? {} : { 'impersonate-user': asUser }),
    };
    return handle(server.handling, {
      method,
      path: url.pathname,
      query: url.searchParams,
      headers,
      body,
      user: ADMIN,
      warnings: [],
    });
  };
  const ask = (
    method: string,
    address: string,
    body: JsonValue | undefined,
    contentType = 'application/json',
  ): Answered => {
    const answer = send(method, address, body === undefined ? '' : stringifyJson(body), contentType);
    const value = answer && answer.contentType.startsWith('application/json') ? parseJson(answer.body) : {};
    return { code: answer?.code ?? 0, body: isJsonObject(value) ? value : {}, warnings: answer?.warnings ?? [] };
  };
  return {
    server,
    dataDir: folder,
    get: (path) => ask('GET', path, undefined),
    post: (path, body) => ask('POST', path, body),
    put: (path, body) => ask('PUT', path, body),
    patch: (path, body, type = 'merge') => ask('PATCH', path, body, PATCH_TYPES[type]),
    delete: (path, body) => ask('DELETE', path, body),
    askAs: (user, method, path, body) => {
      const answer = send(method, path, body === undefined ? '' : stringifyJson(body), 'application/json', user);
      const value = parseJson(answer?.body ?? '');
      const message = isJsonObject(value) && value['kind'] === 'Status' ? ` ${String(value['message'])}` : '';
      return `${answer?.code ?? 0}${message}`;
    },
    watch: (path) => {
      const events: string[] = [];
      let isEnded = false;
      const answer = send('GET', path, '', '');
      const sink = {
        write: (line: string) => void events.push(printEvent(parseJson(line) as JsonObject)),
        end: () => {
          isEnded = true;
        },
      };
      const stream = answer?.stream?.(sink);
      return { events, ended: () => isEnded, stop: () => stream?.dispose() };
    },
    dispose: async () => {
      await server.dispose();
      if (dataDir === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

function printEvent(event: JsonObject): string {
  const object = event['object'] as JsonObject;
  if (event['type'] === 'ERROR') return `ERROR ${String(object['code'])}`;
  const metadata = object['metadata'] as JsonObject;
  return `${String(event['type'])} ${String(metadata['name'] ?? '')}`.trim();
}

export const configMap = (name: string, data: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
});
export const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
