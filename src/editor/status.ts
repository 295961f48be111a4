// The status bar item. Its words come from the engine.
import * as vscode from 'vscode';
import type { Engine } from './engine.ts';
import { inert } from './trees.ts';

const BACKGROUND = {
  error: 'statusBarItem.errorBackground',
  warning: 'statusBarItem.warningBackground',
  none: undefined,
} as const;

export function registerStatus(engine: Engine): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('plumbline.status', vscode.StatusBarAlignment.Left, 10);
  item.name = 'Plumbline';
  item.text = '$(target) Plumbline';
  item.command = 'plumbline.showActions';
  item.show();
  return vscode.Disposable.from(
    item,
    engine.on('plumbline/status', (status) => {
      const background = BACKGROUND[status.severity];
      item.text = status.text;
      item.tooltip = inert(status.tooltip);
      item.accessibilityInformation = { label: status.spoken };
      item.backgroundColor = background === undefined ? undefined : new vscode.ThemeColor(background);
    }),
    engine.onDown((starts) => {
      if (!starts) return;
      item.text = vscode.l10n.t('$(sync~spin) Plumbline: engine starts');
      item.tooltip = undefined;
      item.accessibilityInformation = { label: vscode.l10n.t('Plumbline: engine starts') };
      item.backgroundColor = undefined;
    }),
    engine.onFailed((failed) => {
      if (!failed) return;
      item.text = vscode.l10n.t('$(error) Plumbline: engine ended');
      item.backgroundColor = new vscode.ThemeColor('statusBarItem.errorBackground');
    }),
  );
}
