// Shows that something runs: in the view at once, and with a way to cancel when it takes longer. Failures are told.
import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { CommandId } from './contributions.ts';
import type { Engine } from './engine.ts';

/** What ends sooner needs no notification. */
const NOTIFY_AFTER_MS = 1_500;

export interface LongTask {
  readonly title: string;
  /** The view that shows the bar. */
  readonly view: string;
  readonly run: (token: vscode.CancellationToken, line: (message: string) => void) => Promise<void>;
}

/** Runs the task. Never rejects: a failure is shown with its own words, a cancelled task says nothing. */
export async function runLongTask({ title, view, run }: LongTask): Promise<void> {
  const source = new vscode.CancellationTokenSource();
  let report: ((message: string) => void) | undefined;
  let last = '';
  const work = run(source.token, (message) => {
    last = message;
    report?.(message);
  });
  const settled = work.then(
    () => undefined,
    () => undefined,
  );
  void vscode.window.withProgress({ location: { viewId: view } }, () => settled);
  const timer = setTimeout(() => {
    void vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      (progress, token) => {
        token.onCancellationRequested(() => source.cancel());
        report = (message) => progress.report({ message });
        if (last !== '') report(last);
        return settled;
      },
    );
  }, NOTIFY_AFTER_MS);
  try {
    await work;
  } catch (error) {
    if (!source.token.isCancellationRequested) await tellError(title, error);
  } finally {
    clearTimeout(timer);
    source.dispose();
  }
}

export interface LinesTask {
  readonly title: string;
  readonly view: string;
  /** `progress` is the token that the engine's lines carry. */
  readonly run: (progress: string, token: vscode.CancellationToken) => Promise<unknown>;
  /** Told of each line too. */
  readonly heard?: (line: string) => void;
}

/** A long request of the engine whose progress lines are shown. */
export async function runWithLines(engine: Engine, { title, view, run, heard }: LinesTask): Promise<void> {
  await runLongTask({
    title,
    view,
    run: async (token, line) => {
      const id = randomUUID();
      const subscription = await engine.progress(id, (said) => {
        heard?.(said);
        line(said);
      });
      try {
        await run(id, token);
      } finally {
        subscription.dispose();
      }
    },
  });
}

/** What a command has failed with. */
export async function tellError(title: string, error: unknown): Promise<void> {
  await tellFailure(`${title}: ${error instanceof Error ? error.message : String(error)}`);
}

/** A failure in one message, with the log one click away. */
export async function tellFailure(message: string): Promise<void> {
  const log = vscode.l10n.t('Show Log');
  const chosen = await vscode.window.showErrorMessage(message, log);
  if (chosen === log) await vscode.commands.executeCommand('plumbline.showLog' satisfies CommandId);
}
