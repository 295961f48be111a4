// The engine process: a language server over the workspace. Wires; decides nothing.
import type { Readable, Writable } from 'node:stream';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  CodeActionKind,
  createConnection,
  ProposedFeatures,
  StreamMessageReader,
  StreamMessageWriter,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';
import type { Connection, InitializeParams, InitializeResult } from 'vscode-languageserver/node';
import { openClusters } from '../clusters/clusters.ts';
import { embeddedProvider } from '../clusters/embedded.ts';
import type { SelfCommand } from '../clusters/embedded.ts';
import { homeFolder } from '../clusters/homeFolder.ts';
import { kindProvider } from '../clusters/kind.ts';
import { clusterOfWorkspace } from '../clusters/workspaces.ts';
import type { Log } from '../model/log.ts';
import { systemClock } from '../model/clock.ts';
import { readGrouping } from '../present/tree/grouping.ts';
import { reasonOf } from '../model/reason.ts';
import { readServingMode } from '../model/servingMode.ts';
import { workspaceParts } from '../workspace/parts.ts';
import { openWorkspace } from '../workspace/workspace.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { answerActions } from './actions.ts';
import { hear } from './connection.ts';
import { followDocuments } from './documents.ts';
import { answerLanguage } from './language.ts';
import { workspacePaths } from './paths.ts';
import { createPreviewTexts } from './previewTexts.ts';
import { DRIFT_COMMANDS } from './protocol.ts';
import type { InitializeOptions } from './protocol.ts';
import { serverLog } from './serverLog.ts';
import { createSurfaces } from './surfaces.ts';
import type { Surfaces } from './surfaces.ts';

export interface ServeDeps {
  readonly env: NodeJS.ProcessEnv;
  /** How this program is started again, for the embedded cluster's own process. */
  readonly self: SelfCommand;
}

/** Speaks on standard input and output until the client has gone. */
export function serveStdio(deps: ServeDeps, signal: AbortSignal): Promise<void> {
  return serve(process.stdin, process.stdout, deps, signal);
}

/** Speaks on the given streams. Resolves when the client has said goodbye, the streams end or the signal aborts. */
export function serve(input: Readable, output: Writable, deps: ServeDeps, signal: AbortSignal): Promise<void> {
  const connection = createConnection(
    ProposedFeatures.all,
    new StreamMessageReader(input),
    new StreamMessageWriter(output),
  );
  const log = serverLog(connection);
  return new Promise((resolve) => {
    let opened: Opened | undefined;
    const end = (): void => {
      opened?.dispose();
      opened = undefined;
      resolve();
    };
    signal.addEventListener('abort', end, { once: true });
    input.once('end', end);
    connection.onExit(end);
    connection.onShutdown(() => opened?.dispose());
    connection.onInitialize((params) => {
      opened = open(connection, params, deps, log);
      return capabilities(params);
    });
    connection.onInitialized(() => opened?.start());
    connection.listen();
  });
}

interface Opened {
  /** Begins to read: the client is ready to be told. */
  start(): void;
  dispose(): void;
}

function open(connection: Connection, params: InitializeParams, deps: ServeDeps, log: Log): Opened {
  const options = (params.initializationOptions ?? { trusted: false }) as InitializeOptions;
  const uri = params.workspaceFolders?.[0]?.uri;
  const paths = workspacePaths(uri?.startsWith('file:') ? fileURLToPath(uri) : process.cwd());
  const clusters = openClusters(homeFolder(deps.env), [
    embeddedProvider(deps.self),
    kindProvider(deps.env['PLUMBLINE_KIND_IMAGE']),
  ]);
  const stop = new AbortController();
  const folder = uri === undefined ? '' : paths.root;
  const parts = workspaceParts({
    folder: paths.root,
    cacheDir: join(homeFolder(deps.env), 'cache'),
    trusted: options.trusted,
    log,
    clock: systemClock,
    identity: `plumbline-${options.identity ?? process.pid}`,
  });
  const workspace = openWorkspace({ ...parts, folder, trusted: options.trusted, clusters, clock: systemClock, log });
  let surfaces: Surfaces | undefined;
  const documents = followDocuments(connection, paths, () => workspace);
  const previews = createPreviewTexts(() => workspace.state);
  const { capabilities: client } = params;
  const language = answerLanguage(connection, {
    capabilities: client,
    documents,
    paths,
    workspace,
    previews,
    clock: systemClock,
  });
  let known: Promise<void> = Promise.resolve();
  // What the controller is told comes with the settings: no loop begins without them.
  const reach = async (): Promise<void> => {
    await known;
    await reachClusters(
      workspace,
      options.servings ?? {},
      deps.env['PLUMBLINE_CLUSTER'] ?? options.cluster ?? clusterOfWorkspace(homeFolder(deps.env), paths.root),
      log,
      stop.signal,
    );
  };
  return {
    start: () => {
      log.info('server', `engine ${process.pid} serves ${paths.root}`);
      const grouping = readGrouping(options.grouping);
      surfaces = createSurfaces(connection, workspace, previews, paths.uriOf, systemClock, grouping);
      known = language.start();
      answerActions(connection, { paths, workspace, surfaces });
      hear(connection, 'plumbline/previewClosed', ({ root }) => surfaces?.closePreview(root));
      hear(connection, 'plumbline/viewVisible', ({ view, visible }) => surfaces?.see(view, visible));
      hear(connection, 'plumbline/trusted', () => {
        workspace.trust();
        void reach();
      });
      if (folder !== '') workspace.files.start();
      if (options.trusted) void reach();
    },
    dispose: () => {
      stop.abort(new Error('the engine ends'));
      surfaces?.dispose();
      language.dispose();
      workspace.dispose();
    },
  };
}

/** Connects to the clusters that run, and runs the loop on the one that this window is for. */
async function reachClusters(
  workspace: Workspace,
  servings: Readonly<Record<string, string>>,
  own: string | undefined,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  try {
    for (const [name, word] of Object.entries(servings)) {
      const mode = readServingMode(word);
      if (mode) await workspace.clusters.serve(name, mode, () => undefined, signal);
    }
    const isRun = own !== undefined && workspace.state.folder !== '';
    // The window's own is not shown without its loop first: that would offer to start what starts anyway.
    await workspace.clusters.refresh(signal, isRun ? own : undefined);
    if (!isRun) return;
    const known = workspace.state.clusters.find((cluster) => cluster.name === own);
    await workspace.clusters.create(
      own,
      known?.provider === 'kind' ? 'kind' : 'embedded',
      (message) => log.info('cluster', message),
      signal,
    );
  } catch (error) {
    if (!signal.aborted) log.error('cluster', `cluster ${own ?? ''}: ${reasonOf(error)}`);
  }
}

function capabilities({ initializationOptions }: InitializeParams): InitializeResult {
  // Our own editor says who it is, and has these commands itself.
  const isOurs = (initializationOptions as Partial<InitializeOptions> | undefined)?.identity !== undefined;
  return {
    capabilities: {
      ...(isOurs ? {} : { executeCommandProvider: { commands: Object.values(DRIFT_COMMANDS) } }),
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
      hoverProvider: true,
      definitionProvider: true,
      referencesProvider: true,
      documentLinkProvider: {},
      codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
      codeLensProvider: {},
      inlayHintProvider: true,
    },
    serverInfo: { name: 'plumbline' },
  };
}
