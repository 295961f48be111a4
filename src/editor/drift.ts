// What can be done about one drifted field: which field, and the file that the engine has edited for it. The edit is the
// editor's own: it is undone like any other, and saved by the person.
import * as vscode from 'vscode';
import type { DriftActionKind, DriftChoice } from '../server/protocol.ts';
import type { Engine } from './engine.ts';
import { rangeOf } from './peek.ts';
import { TreeElement } from './trees.ts';

/** The field of a line (its id), of the object of a node, else chosen. Undefined when nothing was chosen or can be done. */
export async function pickDrift(
  engine: Engine,
  kind: DriftActionKind,
  argument: unknown,
  title: string,
): Promise<DriftChoice | undefined> {
  const drifted = await engine.request('plumbline/driftChoices', { kind });
  const choices = drifted.filter((choice) => isMeant(choice, argument));
  const possible = choices.filter(({ refusal }) => refusal === undefined);
  const [only] = possible;
  if (!only) {
    const [first] = choices;
    void vscode.window.showInformationMessage(
      first?.refusal === undefined
        ? vscode.l10n.t('{0}: nothing that the files set has drifted here.', title)
        : vscode.l10n.t('{0}: {1}. {2} stays as it is.', title, first.refusal, first.label),
    );
    return undefined;
  }
  if (argument !== undefined && possible.length === 1) return only;
  return vscode.window.showQuickPick<DriftChoice>(possible, {
    title,
    placeHolder: vscode.l10n.t('Which field?'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
}

/** Has the engine edit the file for a drifted field, and shows where. */
export async function editForDrift(
  engine: Engine,
  kind: 'adopt' | 'ignore',
  argument: unknown,
  title: string,
): Promise<void> {
  const field = await pickDrift(engine, kind, argument, title);
  if (!field) return;
  const { uri, range } = await engine.request('plumbline/driftEdit', { kind, id: field.id });
  await vscode.window.showTextDocument(vscode.Uri.parse(uri, true), { selection: rangeOf(range), preview: false });
}

function isMeant(choice: DriftChoice, argument: unknown): boolean {
  if (typeof argument === 'string') return choice.id === argument;
  if (!(argument instanceof TreeElement)) return true;
  const { target } = argument.model;
  const { kind, namespace, name } = choice.ref;
  return (
    target?.cluster === choice.cluster &&
    target.ref?.kind === kind &&
    target.ref.namespace === namespace &&
    target.ref.name === name
  );
}
