// The status item of a preview: which of the kustomizations of the file is shown. Choosing it offers the others.
import * as vscode from 'vscode';
import { PREVIEW_SCHEME } from '../server/protocol.ts';
import type { CommandId } from './contributions.ts';
import type { Engine } from './engine.ts';
import type { Previews } from './previews.ts';

export function registerPreviewStatus(engine: Engine, previews: Previews): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('plumbline.preview', vscode.StatusBarAlignment.Right, 110);
  item.name = vscode.l10n.t('Plumbline Preview');
  item.command = 'plumbline.switchPreview' satisfies CommandId;
  let asked = 0;
  const refresh = async (): Promise<void> => {
    const ask = ++asked;
    const shown = previews.shown();
    const source = previews.source();
    if (!shown) return item.hide();
    const roots = await engine.request('plumbline/previewRoots', { uri: source?.toString() });
    // Asked again meanwhile: that answer counts.
    if (ask !== asked) return;
    const at = roots.findIndex((root) => root.id === shown.root);
    const label = roots[at]?.label ?? shown.root.replace(/^flux:[^/]*\//, '');
    item.text = `$(open-preview) ${at >= 0 && roots.length > 1 ? vscode.l10n.t('{0} ({1} of {2})', label, at + 1, roots.length) : label}`;
    item.tooltip = vscode.l10n.t('The rendered preview shows {0}. Choose another kustomization.', label);
    item.show();
  };
  const soon = (): void => void refresh().catch(() => item.hide());
  return vscode.Disposable.from(
    item,
    vscode.window.onDidChangeActiveTextEditor(soon),
    vscode.window.onDidChangeVisibleTextEditors(soon),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => (uri.scheme === PREVIEW_SCHEME ? soon() : undefined)),
  );
}
