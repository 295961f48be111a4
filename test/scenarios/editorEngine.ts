// The engine over its protocol, as an editor has it, with its own embedded cluster, its loop, and a repository of a few files.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';
import type { ClientCapabilities, MessageConnection } from 'vscode-languageserver/node';
import { connect } from '../../src/kube/connect.ts';
import type { KubeClient } from '../../src/kube/client.ts';
import { silentLog } from '../../src/model/log.ts';
import { serve } from '../../src/server/serve.ts';
import { commitFiles, initRepository } from '../../src/source/git/write.ts';
import { writeFiles } from '../folder.ts';
import { initialize } from '../initialize.ts';
import { plumbline } from './program.ts';

const PATIENCE_MS = 40_000;

export interface EditorEngine {
  readonly client: MessageConnection;
  readonly kube: KubeClient;
  uri(path: string): string;
  read(path: string): string;
  /** Writes a file, and says so as an editor does. */
  save(path: string, text: string): void;
  commit(message: string, files: Readonly<Record<string, string>>): Promise<void>;
  /** Shows a text in an editor, unsaved; `close` takes it away again. */
  type(path: string, text: string): Promise<void>;
  close(path: string): Promise<void>;
  end(): Promise<void>;
}

export interface EngineOptions {
  /** The address of the only remote. */
  readonly url: string;
  readonly files: Readonly<Record<string, string>>;
  readonly capabilities?: ClientCapabilities;
  /** What the editor answers when it is asked for the settings. */
  readonly settings?: object;
}

/** Starts the engine on a repository with one commit, and its loop on a cluster "dev". Ready once that can be reached. */
export async function openEngine({
  url,
  files,
  capabilities = {},
  settings = {},
}: EngineOptions): Promise<EditorEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-editor-engine-'));
  const root = join(folder, 'repository');
  const home = join(folder, 'home');
  const uri = (path: string): string => pathToFileURL(join(root, path)).href;
  const stop = new AbortController();
  const [toServer, toClient] = [new PassThrough(), new PassThrough()];
  const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
  const client = createMessageConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
  const save = (path: string, text: string): void => {
    writeFiles(root, { [path]: text });
    void client.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: uri(path), type: 2 }] });
  };
  const commit = (message: string, changed: Readonly<Record<string, string>>): Promise<unknown> =>
    commitFiles(root, {
      message,
      author: { name: 'Ada Example', email: 'ada@example.com' },
      time: Math.floor(Date.now() / 1000),
      paths: Object.keys(changed),
    });
  mkdirSync(root);
  await initRepository(root, 'main', url);
  writeFiles(root, files);
  await commit('begin', files);
  const ended = serve(
    toServer,
    toClient,
    {
      env: { PLUMBLINE_HOME: home, PLUMBLINE_CLUSTER: 'dev' },
      self: { node: process.execPath, args: ['--disable-warning=ExperimentalWarning', cli] },
    },
    stop.signal,
  );
  client.onRequest('workspace/configuration', () => [settings]);
  client.listen();
  await initialize(client, root, { trusted: true, capabilities });
  const kube = await until(() => connect({ kubeconfig: join(home, 'clusters/dev/kubeconfig'), log: silentLog }));
  return {
    client,
    kube,
    uri,
    read: (path) => readFileSync(join(root, path), 'utf8'),
    save,
    commit: async (message, changed) => {
      for (const [path, text] of Object.entries(changed)) save(path, text);
      await commit(message, changed);
    },
    type: (path, text) =>
      client.sendNotification('textDocument/didOpen', {
        textDocument: { uri: uri(path), languageId: 'yaml', version: 1, text },
      }),
    close: (path) => client.sendNotification('textDocument/didClose', { textDocument: { uri: uri(path) } }),
    end: async () => {
      client.dispose();
      kube.dispose();
      stop.abort();
      await ended;
      await plumbline(['cluster', 'delete', 'dev', '--yes'], { home });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Waits until there is something to see. */
export async function until<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const limit = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await Promise.resolve(look()).catch(() => undefined);
    if (found !== undefined) return found;
    if (Date.now() > limit) throw new Error(`not within ${PATIENCE_MS / 1000} s: ${look.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
