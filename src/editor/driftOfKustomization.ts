// What a row of a Kustomization does about its drifted objects: shows the diff of one, or heals them all.
import * as vscode from 'vscode';
import type { TargetChoice, TargetKind, TargetParams } from '../server/protocol.ts';
import { COMMANDS, VIEWS } from './contributions.ts';
import type { Diffs } from './diffs.ts';
import type { Engine } from './engine.ts';
import { runLongTask } from './longTask.ts';
import { pickTarget } from './pick.ts';

interface Drifted {
  readonly owner: TargetParams;
  readonly objects: readonly TargetChoice[];
}

/** The diff of its drifted object; which one is asked where there are several. */
export async function diffDrift(engine: Engine, diffs: Diffs, argument: unknown): Promise<void> {
  const { title } = COMMANDS['plumbline.diffDrift'];
  const drifted = await driftedOf(engine, 'withDrift', argument, title);
  if (!drifted) return;
  const { owner, objects } = drifted;
  const [only] = objects;
  const chosen =
    objects.length === 1
      ? only
      : await vscode.window.showQuickPick<TargetChoice>([...objects], {
          title,
          placeHolder: vscode.l10n.t('Which drifted object of {0} in {1}?', owner.ref.name, owner.cluster),
          matchOnDescription: true,
        });
  if (chosen) await diffs.open({ cluster: chosen.cluster, ref: chosen.ref });
}

/** Puts every drifted object of it back as it was applied, one after the other. */
export async function healDriftOf(engine: Engine, argument: unknown): Promise<void> {
  const { title } = COMMANDS['plumbline.healKustomization'];
  const drifted = await driftedOf(engine, 'healable', argument, title);
  if (!drifted) return;
  const { owner, objects } = drifted;
  await runLongTask({
    title: `${title} ${owner.ref.name} (${owner.cluster})`,
    view: VIEWS.reconciliation.id,
    run: async (token, line) => {
      for (const [at, { cluster, ref, label }] of objects.entries()) {
        if (token.isCancellationRequested) return;
        line(vscode.l10n.t('{0} of {1}: {2}', at + 1, objects.length, label));
        await engine.request('plumbline/heal', { cluster, ref, owner: owner.ref }, token);
      }
    },
  });
}

async function driftedOf(
  engine: Engine,
  kind: TargetKind,
  argument: unknown,
  title: string,
): Promise<Drifted | undefined> {
  const owner = await pickTarget(engine, kind, argument, title);
  if (!owner) return undefined;
  const objects = (await engine.request('plumbline/targets', { kind: 'drifted' })).filter(
    (one) =>
      one.cluster === owner.cluster &&
      one.owner?.namespace === owner.ref.namespace &&
      one.owner.name === owner.ref.name,
  );
  if (objects.length > 0) return { owner, objects };
  void vscode.window.showInformationMessage(
    vscode.l10n.t('{0}: nothing of {1} in {2} has drifted any more.', title, owner.ref.name, owner.cluster),
  );
  return undefined;
}
