// The plan as text, in a read-only document that follows the engine.
import * as vscode from 'vscode';
import { PLAN_LANGUAGE } from './contributions.ts';
import type { Engine } from './engine.ts';

const SCHEME = 'plumbline-plan';
const PLAN = vscode.Uri.from({ scheme: SCHEME, path: '/Plan' });

export interface PlanText extends vscode.Disposable {
  open(): Promise<void>;
}

export function registerPlanText(engine: Engine): PlanText {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const disposable = vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: async () => (await engine.request('plumbline/plan', {})).text,
    }),
    engine.on('plumbline/planChanged', () => changed.fire(PLAN)),
    engine.onStarted(() => changed.fire(PLAN)),
  );
  return {
    open: async () => {
      const document = await vscode.workspace.openTextDocument(PLAN);
      await vscode.languages.setTextDocumentLanguage(document, PLAN_LANGUAGE);
      await vscode.window.showTextDocument(PLAN, {
        preview: true,
        preserveFocus: true,
        viewColumn: vscode.ViewColumn.Beside,
      });
    },
    dispose: () => disposable.dispose(),
  };
}
