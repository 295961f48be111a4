// Plans as text, in read-only documents: the one of the view, which follows the engine, and those that were offered to be
// applied, which stay as they were. A lens at the top applies what is read.
import * as vscode from 'vscode';
import { columnBeside } from './columns.ts';
import { PLAN_LANGUAGE, PLAN_SCHEME } from './contributions.ts';
import type { CommandId } from './contributions.ts';
import type { Engine } from './engine.ts';
import type { PlanResult } from '../server/protocol.ts';

const PLAN = vscode.Uri.from({ scheme: PLAN_SCHEME, path: '/Plan' });

/** What the apply command is told: the cluster, or the offer that was read. */
export interface ApplyChoice {
  readonly cluster: string;
  readonly offer?: string;
}

export interface PlanText extends vscode.Disposable {
  /** The plan of the view, or one that was offered for a cluster. */
  open(offered?: Required<ApplyChoice>): Promise<void>;
  /** Something became of an offer: its text says so. */
  changed(offered: Required<ApplyChoice>): void;
}

export function registerPlanText(engine: Engine): PlanText {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const lensesChanged = new vscode.EventEmitter<void>();
  // Kept for good: a text counts as closed for a moment when its language is set.
  const shown = new Map<string, PlanResult>();
  const disposable = vscode.Disposable.from(
    changed,
    lensesChanged,
    vscode.workspace.registerTextDocumentContentProvider(PLAN_SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: async (uri) => {
        const result = await engine.request('plumbline/plan', offerOf(uri));
        shown.set(uri.toString(), result);
        lensesChanged.fire();
        return result.text;
      },
    }),
    vscode.languages.registerCodeLensProvider(
      { scheme: PLAN_SCHEME },
      {
        onDidChangeCodeLenses: lensesChanged.event,
        provideCodeLenses: ({ uri }) =>
          (shown.get(uri.toString())?.clusters ?? []).map(({ name, line }) => {
            const choice: ApplyChoice = { cluster: name, ...offerOf(uri) };
            return new vscode.CodeLens(new vscode.Range(line, 0, line, 0), {
              title: vscode.l10n.t('Apply to {0}', name),
              command: 'plumbline.applyPlan' satisfies CommandId,
              arguments: [choice],
            });
          }),
      },
    ),
    vscode.languages.registerDocumentLinkProvider(
      { scheme: PLAN_SCHEME },
      {
        provideDocumentLinks: ({ uri }) =>
          (shown.get(uri.toString())?.links ?? []).map(
            ({ range: { start, end }, uri: target }) =>
              new vscode.DocumentLink(
                new vscode.Range(start.line, start.character, end.line, end.character),
                vscode.Uri.parse(target, true),
              ),
          ),
      },
    ),
    engine.on('plumbline/planChanged', () => changed.fire(PLAN)),
    engine.onStarted(() => changed.fire(PLAN)),
  );
  return {
    open: async (offered) => {
      const uri = offered ? offerUri(offered) : PLAN;
      const document = await vscode.workspace.openTextDocument(uri);
      await vscode.languages.setTextDocumentLanguage(document, PLAN_LANGUAGE);
      await vscode.window.showTextDocument(uri, {
        preview: true,
        preserveFocus: true,
        viewColumn: columnBeside(),
      });
    },
    changed: (offered) => changed.fire(offerUri(offered)),
    dispose: () => disposable.dispose(),
  };
}

/** What the apply command is to do where it was started from the title of a plan's editor. */
export function choiceOfPlan(uri: vscode.Uri): Partial<ApplyChoice> {
  return uri.scheme === PLAN_SCHEME ? offerOf(uri) : {};
}

function offerUri({ cluster, offer }: Required<ApplyChoice>): vscode.Uri {
  return vscode.Uri.from({ scheme: PLAN_SCHEME, path: `/Plan for ${cluster}`, query: offer });
}

function offerOf({ query }: vscode.Uri): { readonly offer?: string } {
  return query === '' ? {} : { offer: query };
}
