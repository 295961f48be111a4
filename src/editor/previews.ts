// Rendered previews: read-only documents whose text the engine pushes after each keystroke. Their place on screen stays.
import * as vscode from 'vscode';
import type { RootChoice } from '../server/protocol.ts';
import { PREVIEW_SCHEME } from '../server/protocol.ts';
import type { Engine } from './engine.ts';

export interface Previews extends vscode.Disposable {
  /** Opens the preview beside the active editor, which keeps the focus. */
  open(root: Pick<RootChoice, 'id' | 'label'>): Promise<void>;
}

export function registerPreviews(engine: Engine): Previews {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const texts = new Map<string, string>();
  const open = (): vscode.TextDocument[] =>
    vscode.workspace.textDocuments.filter((document) => document.uri.scheme === PREVIEW_SCHEME);
  const fetch = async (root: string): Promise<string> => {
    const { text } = await engine.request('plumbline/preview', { root });
    texts.set(root, text);
    return text;
  };
  const disposable = vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(PREVIEW_SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: (uri) => texts.get(uri.query) ?? fetch(uri.query),
    }),
    engine.on('plumbline/previewChanged', ({ root, text }) => {
      texts.set(root, text);
      for (const { uri } of open()) if (uri.query === root) changed.fire(uri);
    }),
    // A new engine knows nothing of the previews that are open.
    engine.onStarted(() => {
      texts.clear();
      for (const { uri } of open()) changed.fire(uri);
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      if (uri.scheme !== PREVIEW_SCHEME) return;
      texts.delete(uri.query);
      engine.notify('plumbline/previewClosed', { root: uri.query });
    }),
  );
  return {
    open: async ({ id, label }) => {
      const uri = vscode.Uri.from({
        scheme: PREVIEW_SCHEME,
        path: `/${label === '.' ? 'root' : label}.rendered.yaml`,
        query: id,
      });
      await vscode.window.showTextDocument(uri, {
        viewColumn: vscode.ViewColumn.Beside,
        preserveFocus: true,
        preview: false,
      });
    },
    dispose: () => disposable.dispose(),
  };
}
