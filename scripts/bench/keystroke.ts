// From a change of an unsaved buffer to the preview that follows it, and to the diagnostics of a mistake; the peer is
// what an editor pays that runs `kustomize build` for each keystroke.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createProtocolConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';
import type { ProtocolConnection, PublishDiagnosticsParams } from 'vscode-languageserver/node';
import { createSample } from '../../src/samples/createSample.ts';
import { findOracle } from '../../test/real/oracle.ts';
import { median, mebibytes, ms, quantile, residentBytes, timeCommand } from './measure.ts';
import { writeOverlay } from './overlay.ts';

const cli = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'dist', 'cli.cjs');
const KEYSTROKES = 50;
const LIMIT_MS = 10_000;

export async function benchKeystroke(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
  try {
    const shop = join(home, 'shop');
    await createSample('shop', shop, AbortSignal.timeout(60_000));
    await measure('the sample', home, shop, 'apps/web/overlays/staging');
    const many = join(home, 'many');
    writeOverlay(many, 400);
    await measure('400 objects', home, many, 'overlay');
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function measure(title: string, home: string, folder: string, overlay: string): Promise<void> {
  const child = spawn(process.execPath, [cli, 'serve', '--stdio'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, PLUMBLINE_HOME: home },
  });
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.listen();
  try {
    await connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: null,
      capabilities: {},
      workspaceFolders: [{ uri: pathToFileURL(folder).href, name: title }],
      initializationOptions: { trusted: false },
    });
    await connection.sendNotification('initialized', {});
    const file = join(folder, overlay, 'kustomization.yaml');
    const uri = pathToFileURL(file).href;
    const original = readFileSync(file, 'utf8');
    await connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'yaml', version: 1, text: original },
    });
    const root = await rootOf(connection, uri);
    await connection.sendRequest('plumbline/preview', { root });
    const previews: number[] = [];
    const diagnostics: number[] = [];
    for (let i = 0; i < KEYSTROKES; i++) {
      previews.push(
        await previewOf(
          connection,
          uri,
          2 * i + 2,
          original.replace(/count: \d+/, `count: ${100 + i}`),
          `replicas: ${100 + i}`,
        ),
      );
      diagnostics.push(
        await diagnosticOf(
          connection,
          uri,
          2 * i + 3,
          original.replace(/^resources:/m, `resourcess${i}:`),
          `resourcess${i}`,
        ),
      );
    }
    const kustomize = findOracle('kustomize');
    const peer = kustomize ? timeCommand([kustomize, 'build', join(folder, overlay)]) : undefined;
    const ratio =
      peer === undefined
        ? 'skipped: kustomize not found'
        : `one kustomize build ${ms(peer)}, ${(peer / median(previews)).toFixed(1)} times as long as the median`;
    const memory = child.pid === undefined ? undefined : residentBytes(child.pid);
    console.log(
      `${title}: keystroke to preview median ${ms(median(previews))}, 95th percentile ${ms(quantile(previews, 0.95))}; to diagnostics median ${ms(median(diagnostics))}, 95th percentile ${ms(quantile(diagnostics, 0.95))}; ${ratio}; engine ${memory === undefined ? 'memory not known' : mebibytes(memory)}`,
    );
  } finally {
    connection.dispose();
    child.kill();
  }
}

/** The index is made in the background: the roots of a file are asked for until there are some. */
async function rootOf(connection: ProtocolConnection, uri: string): Promise<string> {
  const limit = performance.now() + LIMIT_MS;
  while (performance.now() < limit) {
    const [root] = await connection.sendRequest<readonly { id: string }[]>('plumbline/previewRoots', { uri });
    if (root) return root.id;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no root reads ${uri}`);
}

function change(connection: ProtocolConnection, uri: string, version: number, text: string): Promise<void> {
  return connection.sendNotification('textDocument/didChange', {
    textDocument: { uri, version },
    contentChanges: [{ text }],
  });
}

function previewOf(
  connection: ProtocolConnection,
  uri: string,
  version: number,
  text: string,
  expected: string,
): Promise<number> {
  return timed(
    (done) =>
      connection.onNotification('plumbline/previewChanged', (params: { text: string }) => {
        if (params.text.includes(expected)) done();
      }),
    () => change(connection, uri, version, text),
    expected,
  );
}

function diagnosticOf(
  connection: ProtocolConnection,
  uri: string,
  version: number,
  text: string,
  expected: string,
): Promise<number> {
  const isIt = (params: PublishDiagnosticsParams): boolean =>
    params.diagnostics.some((one) => JSON.stringify(one.message).includes(expected));
  return timed(
    (done) =>
      connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
        if (isIt(params)) done();
      }),
    () => change(connection, uri, version, text),
    expected,
  );
}

function timed(
  listen: (done: () => void) => { dispose(): void },
  act: () => Promise<void>,
  what: string,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const limit = setTimeout(() => reject(new Error(`no answer with ${what} within ${LIMIT_MS / 1000} s`)), LIMIT_MS);
    const listener = listen(() => {
      clearTimeout(limit);
      listener.dispose();
      resolve(performance.now() - start);
    });
    act().catch(reject);
  });
}
