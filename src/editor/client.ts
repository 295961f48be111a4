// The language client around the engine process. Loaded lazily: nothing else imports vscode-languageclient.
import * as vscode from 'vscode';
import { CloseAction, ErrorAction, LanguageClient, ProgressType, State } from 'vscode-languageclient/node';
import type { InitializeOptions } from '../server/protocol.ts';
import { PREVIEW_SCHEME } from '../server/protocol.ts';

export const progressLines = new ProgressType<string>();

export interface ClientOptions {
  readonly program: string;
  readonly log: vscode.LogOutputChannel;
  readonly initialize: () => InitializeOptions;
  readonly started: () => void;
  /** It runs no more, or not yet: `starts` where it is about to. */
  readonly down: (starts: boolean) => void;
  readonly failed: (failed: boolean) => void;
}

/** More ends than this within the time, and the engine stays down until it is started by hand. */
const CRASH_LIMIT = 4;
const CRASH_WINDOW_MS = 3 * 60_000;

export function createClient(options: ClientOptions): LanguageClient {
  const crashes: number[] = [];
  const client = new LanguageClient(
    'plumbline',
    'Plumbline',
    {
      command: process.execPath,
      args: [options.program, 'serve', '--stdio'],
      options: { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } },
    },
    {
      documentSelector: [{ scheme: 'file' }, { scheme: PREVIEW_SCHEME }],
      synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher('**/*') },
      initializationOptions: options.initialize,
      outputChannel: options.log,
      markdown: { isTrusted: false, supportHtml: false },
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue }),
        closed: () => {
          const now = Date.now();
          crashes.push(now);
          const recent = crashes.filter((time) => now - time < CRASH_WINDOW_MS);
          if (recent.length > CRASH_LIMIT) {
            options.failed(true);
            void say(
              vscode.l10n.t(
                'The Plumbline engine ended {0} times within three minutes and was not started again.',
                recent.length,
              ),
              vscode.l10n.t('Restart Engine'),
            );
            return { action: CloseAction.DoNotRestart, handled: true };
          }
          void say(
            vscode.l10n.t('The Plumbline engine ended unexpectedly and was started again.'),
            vscode.l10n.t('Show Log'),
          );
          return { action: CloseAction.Restart, handled: true };
        },
      },
    },
  );
  client.onDidChangeState(({ newState }) => {
    if (newState !== State.Running) return options.down(newState === State.Starting);
    options.failed(false);
    options.started();
  });
  return client;
}

async function say(message: string, button: string): Promise<void> {
  const chosen = await vscode.window.showWarningMessage(message, button);
  if (chosen === undefined) return;
  await vscode.commands.executeCommand(
    button === vscode.l10n.t('Show Log') ? 'plumbline.showLog' : 'plumbline.restartEngine',
  );
}
