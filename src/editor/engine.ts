// The engine process as the editor sees it: typed requests and notifications, started late, restarted when it crashes.
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { ClientNotifications, InitializeOptions, Requests, ServerNotifications } from '../server/protocol.ts';

export interface EngineOptions {
  /** The command line program that serves. */
  readonly program: string;
  readonly log: vscode.LogOutputChannel;
  readonly options: () => {
    readonly trusted: boolean;
    readonly cluster: string | undefined;
    readonly servings: Readonly<Record<string, string>>;
    readonly grouping: string | undefined;
  };
}

export interface Engine extends vscode.Disposable {
  /** Starts the process, after the activation has returned. */
  start(): void;
  restart(): Promise<void>;
  request<M extends keyof Requests>(
    method: M,
    params: Requests[M]['params'],
    token?: vscode.CancellationToken,
  ): Promise<Requests[M]['result']>;
  notify<M extends keyof ClientNotifications>(method: M, params: ClientNotifications[M]): void;
  on<M extends keyof ServerNotifications>(
    method: M,
    listener: (params: ServerNotifications[M]) => void,
  ): vscode.Disposable;
  /** The lines of a long request's progress. */
  progress(token: string, listener: (line: string) => void): Promise<vscode.Disposable>;
  /** Told when it runs no more: what it has said holds no more either. True where it is about to run. */
  onDown(listener: (starts: boolean) => void): vscode.Disposable;
  /** Told when the engine has come up, the first time and after each restart. */
  onStarted(listener: () => void): vscode.Disposable;
  /** True when it ended too often to be started again, false when it runs. */
  onFailed(listener: (failed: boolean) => void): vscode.Disposable;
}

export function createEngine(options: EngineOptions): Engine {
  const started = new vscode.EventEmitter<void>();
  const down = new vscode.EventEmitter<boolean>();
  const failed = new vscode.EventEmitter<boolean>();
  const listeners = new Map<string, Set<(params: never) => void>>();
  let client: Promise<LanguageClient> | undefined;
  let disposed = false;

  const open = async (): Promise<LanguageClient> => {
    const { createClient } = await import('./client.ts');
    const initialize = (): InitializeOptions => {
      const { trusted, cluster, servings, grouping } = options.options();
      return {
        trusted,
        servings,
        identity: vscode.env.sessionId,
        ...(cluster === undefined ? {} : { cluster }),
        ...(grouping === undefined ? {} : { grouping }),
      };
    };
    const made = createClient({
      program: options.program,
      log: options.log,
      initialize,
      started: () => started.fire(),
      down: (starts) => down.fire(starts),
      failed: (value) => failed.fire(value),
    });
    for (const method of listeners.keys()) forward(made, method);
    await made.start();
    return made;
  };
  const forward = (to: LanguageClient, method: string): void => {
    to.onNotification(method, (params: unknown) => {
      for (const listener of listeners.get(method) ?? []) listener(params as never);
    });
  };
  const running = (): Promise<LanguageClient> => {
    client ??= open().catch((error: unknown) => {
      client = undefined;
      failed.fire(true);
      throw error;
    });
    return client;
  };

  return {
    start: () => {
      setTimeout(() => {
        if (!disposed) running().catch((error: unknown) => options.log.error(String(error)));
      }, 0);
    },
    restart: async () => {
      const old = client;
      client = undefined;
      await old?.then((one) => one.dispose()).catch(() => undefined);
      await running();
    },
    request: async (method, params, token) => {
      const to = await running();
      try {
        return await (token ? to.sendRequest(method, params, token) : to.sendRequest(method, params));
      } catch (error) {
        if (isCutOff(error))
          throw new Error(vscode.l10n.t('the engine ended before it answered; try again'), { cause: error });
        throw error;
      }
    },
    notify: (method, params) => {
      void client?.then((to) => to.sendNotification(method, params)).catch(() => undefined);
    },
    on: (method, listener) => {
      const set = listeners.get(method) ?? new Set();
      if (!listeners.has(method)) {
        listeners.set(method, set);
        void client?.then((to) => forward(to, method));
      }
      set.add(listener);
      return new vscode.Disposable(() => set.delete(listener));
    },
    progress: async (token, listener) => {
      const { progressLines } = await import('./client.ts');
      return (await running()).onProgress(progressLines, token, listener);
    },
    onDown: down.event,
    onStarted: started.event,
    onFailed: failed.event,
    dispose: () => {
      disposed = true;
      void client?.then((to) => to.dispose()).catch(() => undefined);
      started.dispose();
      down.dispose();
      failed.dispose();
    },
  };
}

/** LSP's codes for what a process that is gone leaves unanswered: the message for a person says nothing of it. */
const CUT_OFF: ReadonlySet<unknown> = new Set([-32096, -32097]);

function isCutOff(error: unknown): boolean {
  return error instanceof Error && 'code' in error && CUT_OFF.has(error.code);
}
