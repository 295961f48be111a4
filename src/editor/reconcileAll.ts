// Reconcile All: asks every active Kustomization of the connected clusters, says how far it is, and can be cancelled.
import * as vscode from 'vscode';
import type { TargetChoice } from '../server/protocol.ts';
import { COMMANDS, VIEWS } from './contributions.ts';
import type { Engine } from './engine.ts';
import { runLongTask } from './longTask.ts';

const TITLE = COMMANDS['plumbline.reconcileAll'].title;

export async function reconcileAll(engine: Engine): Promise<void> {
  const targets = (await engine.request('plumbline/targets', { kind: 'active' })).filter(
    ({ ref }) => ref.kind === 'Kustomization',
  );
  if (targets.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('{0}: there is no Kustomization that is not suspended.', TITLE),
    );
    return;
  }
  const clusters = [...new Set(targets.map(({ cluster }) => cluster))].join(', ');
  await runLongTask({
    title: `${TITLE} (${clusters})`,
    view: VIEWS.reconciliation.id,
    run: (token, line) => reconcileEach(engine, targets, token, line),
  });
}

/** All at once: the engine orders them by what they wait for. What fails keeps none of the others back. */
async function reconcileEach(
  engine: Engine,
  targets: readonly TargetChoice[],
  token: vscode.CancellationToken,
  line: (message: string) => void,
): Promise<void> {
  let open = targets.length;
  const failures: string[] = [];
  const tell = (): void => {
    line(vscode.l10n.t('{0} of {1} done', targets.length - open, targets.length));
  };
  tell();
  await Promise.all(
    targets.map(async ({ cluster, ref }) => {
      try {
        await engine.request('plumbline/reconcile', { cluster, ref, withSource: true }, token);
      } catch (error) {
        failures.push(`${ref.name} (${cluster}): ${error instanceof Error ? error.message : String(error)}`);
      }
      open -= 1;
      tell();
    }),
  );
  if (token.isCancellationRequested || failures.length === 0) return;
  const others = failures.length - 1;
  throw new Error(others === 0 ? failures[0] : vscode.l10n.t('{0}, and {1} more failed', failures[0] ?? '', others));
}
