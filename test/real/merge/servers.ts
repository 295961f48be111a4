// The two servers that generated requests are sent to: a real kube-apiserver, and ours in this process. Each second of the
// real clock is one operation of a sequence, so that times tell which operation moved a manager on either server.
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { handle } from '../../../src/apiserver/handle.ts';
import { startApiServer } from '../../../src/apiserver/server.ts';
import type { JsonValue } from '../../../src/model/json.ts';
import { parseJson, stringifyJson } from '../../../src/model/jsonText.ts';
import { silentLog } from '../../../src/model/log.ts';
import { reportMissing } from '../../counts.ts';
import { startControlPlane } from '../controlPlane.ts';
import type { ControlPlane } from '../controlPlane.ts';

export interface Sent {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly contentType?: string | undefined;
  readonly body?: string | undefined;
}

export interface Answer {
  /** 0 where the connection was closed without one. */
  readonly code: number;
  readonly body: JsonValue;
  readonly warnings: readonly string[];
}

export interface Peer {
  readonly name: string;
  send(sent: Sent): Promise<Answer>;
  dispose(): Promise<void>;
}

export interface OurPeer extends Peer {
  /** Milliseconds since the epoch. */
  setTime(now: number): void;
}

const USER_AGENT = 'rec/v1';
const TIMEOUT_MS = 60_000;

export function jsonRequest(method: string, path: string, body: JsonValue): Sent {
  return { method, path, contentType: 'application/json', body: stringifyJson(body) };
}

/** Starts both servers, for as long as the run takes; says that it is skipped where there is no kube-apiserver. */
export async function withBothServers(run: (real: Peer, ours: OurPeer) => Promise<void>): Promise<void> {
  const plane = await startControlPlane();
  if (!plane) {
    reportMissing('kube-apiserver');
    return;
  }
  const real = realPeer(plane);
  const ours = await ourPeer();
  try {
    await run(real, ours);
  } finally {
    await Promise.all([real.dispose(), ours.dispose()]);
  }
}

export function realPeer(plane: ControlPlane): Peer {
  const agent = new Agent({ keepAlive: true, maxSockets: 32, rejectUnauthorized: false });
  const send = ({ method, path, contentType, body }: Sent): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const call = httpsRequest(
        `${plane.url}${path}`,
        {
          method,
          agent,
          timeout: TIMEOUT_MS,
          headers: {
            authorization: `Bearer ${plane.token}`,
            'user-agent': USER_AGENT,
            ...(contentType === undefined ? {} : { 'content-type': contentType }),
            ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
          },
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          response.on('end', () => {
            resolve({
              code: response.statusCode ?? 0,
              body: jsonOf(text),
              warnings: warningsOf(response.rawHeaders),
            });
          });
          response.on('error', reject);
        },
      );
      call.on('timeout', () => call.destroy(new Error(`no answer to ${method} ${path}`)));
      call.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ECONNRESET') resolve({ code: 0, body: null, warnings: [] });
        else reject(error);
      });
      call.end(body);
    });
  return {
    name: 'kube-apiserver',
    send,
    dispose: () => {
      agent.destroy();
      return plane.dispose();
    },
  };
}

export async function ourPeer(): Promise<OurPeer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'plumbline-merge-'));
  let now = Date.now();
  const clock = { now: () => now, after: () => () => undefined };
  const server = await startApiServer({ dataDir, clock, log: silentLog, controllers: false, inMemory: true });
  return {
    name: 'embedded',
    setTime: (time) => {
      now = time;
    },
    send: ({ method, path, contentType, body = '' }) => {
      const url = new URL(path, 'https://localhost');
      const answer = handle(server.handling, {
        method,
        path: url.pathname,
        query: url.searchParams,
        headers: { 'user-agent': USER_AGENT, ...(contentType === undefined ? {} : { 'content-type': contentType }) },
        body,
        user: { name: 'admin', groups: ['system:masters'], admin: true },
        warnings: [],
      });
      return Promise.resolve({
        code: answer?.code ?? 0,
        body: jsonOf(answer?.body ?? ''),
        warnings: answer?.warnings ?? [],
      });
    },
    dispose: async () => {
      await server.dispose();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function jsonOf(text: string): JsonValue {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

/** Each header is `299 - "text"`, with the text quoted. */
function warningsOf(rawHeaders: readonly string[]): string[] {
  return rawHeaders.flatMap((header, i) => {
    if (i % 2 === 1 || header.toLowerCase() !== 'warning') return [];
    const text = (rawHeaders[i + 1] ?? '').replace(/^299 - /, '');
    return [text.replace(/^"(.*)"$/s, '$1').replaceAll(/\\(.)/gs, '$1')];
  });
}
