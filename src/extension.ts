// The editor's composition root. Activation only registers; the engine and its client are loaded after it has returned.
import type * as vscode from 'vscode';
import { activateEditor } from './editor/activate.ts';

export function activate(context: vscode.ExtensionContext): { readonly activationMs: number } {
  const start = performance.now();
  activateEditor(context);
  return { activationMs: performance.now() - start };
}

export function deactivate(): undefined {
  // Everything is in the context's subscriptions.
  return undefined;
}
