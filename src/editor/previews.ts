// Rendered previews: read-only documents whose text the engine pushes after each keystroke. Their place on screen stays.
import * as vscode from 'vscode';
import type { RootChoice } from '../server/protocol.ts';
import { PREVIEW_SCHEME, previewUri } from '../server/protocol.ts';
import { columnBeside } from './columns.ts';
import type { Engine } from './engine.ts';

/** A preview on the screen. */
export interface ShownPreview {
  readonly root: string;
  readonly uri: vscode.Uri;
  readonly column: vscode.ViewColumn | undefined;
}

export interface Previews extends vscode.Disposable {
  /** Opens the preview beside the active editor, which keeps the focus; or in the place of another one. */
  open(root: Pick<RootChoice, 'id' | 'label'>, instead?: ShownPreview): Promise<void>;
  /** The preview that has the focus, else the one that is visible. */
  shown(): ShownPreview | undefined;
  /** The file that was edited or read last. */
  source(): vscode.Uri | undefined;
}

export function registerPreviews(engine: Engine): Previews {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const texts = new Map<string, string>();
  let source = sourceOf(vscode.window.activeTextEditor);
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
    vscode.window.onDidChangeActiveTextEditor((editor) => {
      source = sourceOf(editor) ?? source;
    }),
  );
  return {
    open: async (root, instead) => {
      const uri = vscode.Uri.parse(previewUri(root), true);
      await vscode.window.showTextDocument(uri, {
        viewColumn: instead?.column ?? columnBeside(),
        preserveFocus: true,
        preview: false,
      });
      if (instead && instead.root !== root.id) await closeTab(instead);
    },
    shown: () => {
      const editors = vscode.window.visibleTextEditors.filter(
        ({ document, viewColumn }) => document.uri.scheme === PREVIEW_SCHEME && viewColumn !== undefined,
      );
      const active = vscode.window.activeTextEditor;
      const editor = editors.find((one) => one === active) ?? editors[0];
      return editor && { root: editor.document.uri.query, uri: editor.document.uri, column: editor.viewColumn };
    },
    source: () => source,
    dispose: () => disposable.dispose(),
  };
}

function sourceOf(editor: vscode.TextEditor | undefined): vscode.Uri | undefined {
  return editor?.document.uri.scheme === 'file' ? editor.document.uri : undefined;
}

async function closeTab({ uri, column }: ShownPreview): Promise<void> {
  const group = vscode.window.tabGroups.all.find((one) => one.viewColumn === column);
  const tab = group?.tabs.find(
    ({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString(),
  );
  if (tab) await vscode.window.tabGroups.close(tab, true);
}
