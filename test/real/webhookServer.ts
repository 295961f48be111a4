// An admission webhook of a test: an HTTPS server with an authority of its own that allows, denies or keeps waiting, as it is
// told. Knows no cluster.
import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { servingCertificate } from '../../src/apiserver/tls/certificates.ts';
import { getObject, getPath, getString } from '../../src/model/json.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { parseJson, stringifyJson } from '../../src/model/jsonText.ts';

export interface Asked {
  /** `CREATE`, `UPDATE`, `DELETE`. */
  readonly operation: string;
  readonly name: string;
  readonly dryRun: boolean;
}

/** The words of a denial, `hang` for no answer at all, undefined to allow. */
export type Judge = (asked: Asked) => string | undefined;
export const HANG = 'hang';

export interface WebhookServer {
  readonly url: string;
  readonly caPem: string;
  /** Who is asked; allows everything until it is set. */
  judge: Judge;
  /** Refuses connections until `up`, which takes the same port again. */
  down(): Promise<void>;
  up(): Promise<void>;
  dispose(): Promise<void>;
}

export async function startWebhookServer(): Promise<WebhookServer> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-webhook-'));
  const { caPem, certPem, keyPem } = servingCertificate(folder, Date.now());
  rmSync(folder, { recursive: true, force: true });
  const listen = (port: number): Promise<Server> => {
    const server = createServer({ cert: certPem, key: keyPem }, (request, response) => {
      void answer(handle.judge, request, response);
    });
    return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)));
  };
  const handle = { judge: (() => undefined) as Judge };
  let server: Server | undefined = await listen(0);
  const { port } = server.address() as AddressInfo;
  const down = async (): Promise<void> => {
    const closing = server;
    server = undefined;
    await new Promise<void>((resolve) => {
      if (!closing) return resolve();
      closing.close(() => resolve());
      closing.closeAllConnections();
    });
  };
  return Object.assign(handle, {
    url: `https://127.0.0.1:${port}/judge`,
    caPem,
    down,
    async up() {
      server ??= await listen(port);
    },
    dispose: down,
  });
}

async function answer(judge: Judge, request: IncomingMessage, response: ServerResponse): Promise<void> {
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += String(part);
  const asked = getObject(parseJson(text), 'request');
  const denial = judge({
    operation: getString(asked, 'operation') ?? '',
    name: getString(asked, 'name') ?? '',
    dryRun: getPath(asked, 'dryRun') === true,
  });
  if (denial === HANG) return;
  response.setHeader('content-type', 'application/json');
  response.end(stringifyJson(review(getString(asked, 'uid') ?? '', denial)));
}

function review(uid: string, denial: string | undefined): JsonObject {
  const verdict: JsonObject =
    denial === undefined ? { allowed: true } : { allowed: false, status: { code: 403, message: denial } };
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: { uid, ...verdict } };
}
