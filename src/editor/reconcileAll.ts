// Reconcile All: has the engine ask every active Kustomization of the connected clusters, says how far it is, and can be
// cancelled. What is not ready in the end is told.
import * as vscode from 'vscode';
import { COMMANDS, VIEWS } from './contributions.ts';
import type { Engine } from './engine.ts';
import { runWithLines, tellFailure } from './longTask.ts';

const TITLE = COMMANDS['plumbline.reconcileAll'].title;

export async function reconcileAll(engine: Engine): Promise<void> {
  const active = await engine.request('plumbline/targets', { kind: 'active' });
  const targets = active.flatMap(({ cluster, ref }) => (ref.kind === 'Kustomization' ? [{ cluster, ref }] : []));
  if (targets.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('{0}: there is no Kustomization that is not suspended.', TITLE),
    );
    return;
  }
  const title = `${TITLE} (${[...new Set(targets.map(({ cluster }) => cluster))].join(', ')})`;
  await runWithLines(engine, {
    title,
    view: VIEWS.reconciliation.id,
    run: async (progress, token) => {
      const { unready } = await engine.request('plumbline/reconcileAll', { targets, token: progress }, token);
      if (unready !== undefined) void tellFailure(`${title}: ${unready}`);
    },
  });
}
