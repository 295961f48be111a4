// The editor's composition root. Activation only registers; the engine and its client are loaded after it has returned.
import type { ExtensionContext } from 'vscode';
import { activateEditor } from './editor/activate.ts';

export function activate(context: ExtensionContext): void {
  activateEditor(context);
}
