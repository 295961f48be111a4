// Drift at the line: the quick fixes of a drifted value, and the two that edit a file. Words, edits and judgement come from
// present; the build is tried with an edit in memory before the editor is asked to make it.
import { CodeActionKind } from 'vscode-languageserver/node';
import type { CodeAction, CodeActionParams, Command, Connection, TextDocuments } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { reasonOf } from '../model/reason.ts';
import { SourceText } from '../model/sourceText.ts';
import { driftActions, fieldId, fieldName, liveText } from '../present/drift/driftActions.ts';
import type { DriftAction } from '../present/drift/driftActions.ts';
import { driftedFields } from '../present/drift/driftedFields.ts';
import type { DriftedField } from '../present/drift/driftedFields.ts';
import { driftEdit, driftEditFault } from '../present/drift/driftEdit.ts';
import type { DriftEdit, DriftEditKind } from '../present/drift/driftEdit.ts';
import { driftSpots } from '../present/drift/driftHints.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { answer } from './connection.ts';
import type { LanguageParts } from './languageParts.ts';
import { DRIFT_COMMANDS } from './protocol.ts';
import type { DriftChoice, DriftActionKind, SpotLocation } from './protocol.ts';
import { rangeOf } from './spots.ts';

export interface DriftParts extends LanguageParts {
  readonly documents: TextDocuments<TextDocument>;
  readonly workspace: Workspace;
}

export function answerDrift(connection: Connection, parts: DriftParts): void {
  const { view, workspace } = parts;
  answer(connection, 'plumbline/driftChoices', ({ kind }) =>
    driftedFields(view().state).flatMap((field) => choicesOf(parts, field, kind)),
  );
  const fieldOf = (id: unknown): DriftedField => {
    const field = driftedFields(view().state).find((one) => fieldId(one) === id);
    if (!field) throw new Error('this has not drifted any more');
    return field;
  };
  const edit = (kind: DriftEditKind, id: unknown): Promise<SpotLocation> =>
    sendEdit(connection, parts, triedEdit(parts, kind, fieldOf(id)), LABELS[kind]);
  answer(connection, 'plumbline/driftEdit', ({ kind, id }) => edit(kind, id));
  // Editors that have no commands of ours send them here; ours has its own, which ask where something is not said.
  connection.onExecuteCommand(async ({ command, arguments: [id] = [] }) => {
    try {
      if (command === DRIFT_COMMANDS.adopt) await edit('adopt', id);
      if (command === DRIFT_COMMANDS.ignore) await edit('ignore', id);
      if (command !== DRIFT_COMMANDS.revert) return;
      const { cluster, drift } = fieldOf(id);
      await workspace.heal(cluster.name, drift.owner, drift.ref, new AbortController().signal);
    } catch (error) {
      connection.window.showErrorMessage(reasonOf(error));
    }
  });
}

const LABELS: Readonly<Record<DriftEditKind, string>> = { adopt: 'Adopt live value', ignore: 'Ignore drift' };

/** The quick fixes on the lines of a range. What cannot be done is given where the client shows why. */
export function driftFixes(
  { spots, view }: LanguageParts,
  { textDocument: { uri }, range }: CodeActionParams,
  showsDisabled: boolean,
): CodeAction[] {
  const source = spots.source(uri);
  if (!source) return [];
  const lines = {
    start: source.offset({ line: range.start.line + 1, column: 1 }),
    end: source.offset({ line: range.end.line + 2, column: 1 }),
  };
  const { state, reach } = view();
  return driftSpots(state, reach, source.path, source.text, lines)
    .filter(({ offset }) => source.position(offset).line <= range.end.line + 1)
    .flatMap(({ actions }) => actions)
    .filter(({ refusal }) => refusal === undefined || showsDisabled)
    .map((action) => ({
      title: action.title,
      kind: CodeActionKind.QuickFix,
      command: commandOf(action),
      ...(action.refusal === undefined ? {} : { disabled: { reason: action.refusal } }),
    }));
}

export function commandOf({ kind, title, id }: DriftAction): Command {
  return { title, command: DRIFT_COMMANDS[kind], arguments: [id] };
}

function choicesOf({ view }: DriftParts, field: DriftedField, wanted: DriftActionKind): DriftChoice[] {
  const { state, reach } = view();
  const { cluster, drift } = field;
  return driftActions(state, reach, field)
    .filter(({ kind }) => kind === wanted)
    .map(({ id, detail, refusal }) => ({
      id,
      detail,
      label: fieldName(field),
      description: `live ${liveText(field)}`,
      cluster: cluster.name,
      ref: drift.ref,
      owner: drift.owner,
      ...(refusal === undefined ? {} : { refusal }),
    }));
}

/** The edit, where the build with it does what is meant. Throws an Error with one sentence otherwise. */
function triedEdit({ workspace, view, spots, paths }: DriftParts, kind: DriftEditKind, field: DriftedField): DriftEdit {
  const { files } = workspace;
  const textOf = (path: string): string | undefined =>
    files.snapshot.kind(path) === 'file' ? spots.source(paths.uriOf(path))?.text : undefined;
  const edit = driftEdit(kind, field, textOf);
  const fault =
    typeof edit === 'string' ? edit : driftEditFault(kind, field, view().state, files.trial(edit.path, edit.text));
  if (typeof edit !== 'string' && fault === undefined) return edit;
  throw new Error(`${fieldName(field)} is left as it is: ${fault ?? ''}`);
}

async function sendEdit(
  connection: Connection,
  { spots, paths, documents }: DriftParts,
  { path, start, end, newText, text }: DriftEdit,
  label: string,
): Promise<SpotLocation> {
  const uri = paths.uriOf(path);
  const source = spots.source(uri);
  if (!source) throw new Error(`${path} is not there any more`);
  const { applied, failureReason } = await connection.workspace.applyEdit({
    label,
    edit: {
      documentChanges: [
        {
          textDocument: { uri, version: documents.get(uri)?.version ?? null },
          edits: [{ range: rangeOf(source, { start, end }), newText }],
        },
      ],
    },
  });
  if (!applied) throw new Error(failureReason ?? `the editor did not take the edit of ${path}`);
  // Without the line breaks around what was added: the cursor goes there.
  const from = start + newText.length - newText.trimStart().length;
  return { uri, range: rangeOf(new SourceText(path, text), { start: from, end: start + newText.trimEnd().length }) };
}
