// The embedded API server as the recordings had theirs: no controllers, a clock that is set, the recorded CRDs and the
// namespaces `t` and `w`. Requests go to the handler without sockets.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { handle } from '../../../src/apiserver/handle.ts';
import type { ApiResponse, User } from '../../../src/apiserver/http/message.ts';
import { startApiServer } from '../../../src/apiserver/server.ts';
import type { ApiServer } from '../../../src/apiserver/server.ts';
import type { JsonObject, JsonValue } from '../../../src/model/json.ts';
import { parseJson, stringifyJson } from '../../../src/model/jsonText.ts';
import { silentLog } from '../../../src/model/log.ts';

const ADMIN: User = { name: 'admin', groups: ['system:masters'], admin: true };

export interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly user?: User;
}

export interface RecordedServer {
  readonly server: ApiServer;
  /** Milliseconds since the epoch that the server believes it is. */
  setTime(ms: number): void;
  send(request: SentRequest): ApiResponse | undefined;
  dispose(): Promise<void>;
}

/** Starts one; `file` is a recording, beside which the CRDs stand. */
export async function recordedServer(file: string): Promise<RecordedServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'plumbline-recorded-'));
  let now = Date.parse('2026-01-01T00:00:00Z');
  const clock = { now: () => now, after: () => () => undefined };
  const server = await startApiServer({ dataDir, clock, log: silentLog, controllers: false, inMemory: true });
  const send = ({
    method,
    path,
    query = {},
    headers = {},
    body = '',
    user = ADMIN,
  }: SentRequest): ApiResponse | undefined =>
    handle(server.handling, {
      method,
      path,
      query: queryOf(query),
      headers: { 'user-agent': 'rec/v1', ...headers },
      body,
      user,
      warnings: [],
    });
  const create = (path: string, object: JsonValue): void => {
    send({ method: 'POST', path, headers: { 'content-type': 'application/json' }, body: stringifyJson(object) });
  };
  for (const name of ['t', 'w'])
    create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  for (const line of readFileSync(join(dirname(file), 'crds.jsonl'), 'utf8').split('\n')) {
    if (line.trim() !== '')
      create(
        '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
        (parseJson(line) as JsonObject)['manifest'] as JsonObject,
      );
  }
  return {
    server,
    send,
    setTime: (ms) => {
      now = ms;
    },
    dispose: async () => {
      await server.dispose();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function queryOf(query: JsonObject): URLSearchParams {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query))
    for (const each of Array.isArray(value) ? value : [value]) params.append(key, String(each));
  return params;
}
