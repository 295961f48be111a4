// The diff of an object: desired and live as read-only documents in the editor's own diff view, which follow the cluster.
import * as vscode from 'vscode';
import type { TargetParams } from '../server/protocol.ts';
import type { Engine } from './engine.ts';

const SIDES = { desired: 'plumbline-desired', live: 'plumbline-live' } as const;
/** Objects may change many times a second; eyes cannot follow that. */
const FOLLOW_MS = 250;

export interface Diffs extends vscode.Disposable {
  open(target: TargetParams): Promise<void>;
}

export function registerDiffs(engine: Engine): Diffs {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  let timer: NodeJS.Timeout | undefined;
  const schemes: readonly string[] = Object.values(SIDES);
  const follow = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      for (const { uri } of vscode.workspace.textDocuments) if (schemes.includes(uri.scheme)) changed.fire(uri);
    }, FOLLOW_MS);
  };
  const provider = (side: keyof typeof SIDES): vscode.TextDocumentContentProvider => ({
    onDidChange: changed.event,
    provideTextDocumentContent: async (uri) => (await engine.request('plumbline/diff', targetOf(uri)))[side],
  });
  const disposable = vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(SIDES.desired, provider('desired')),
    vscode.workspace.registerTextDocumentContentProvider(SIDES.live, provider('live')),
    engine.on('plumbline/objectsChanged', follow),
    engine.onStarted(follow),
  );
  return {
    open: async (target) => {
      const { title, message } = await engine.request('plumbline/diff', target);
      if (message !== '') {
        void vscode.window.showInformationMessage(message);
        return;
      }
      const name = [target.ref.namespace, target.ref.name].filter((part) => part !== '').join('-');
      const uri = (scheme: string): vscode.Uri =>
        vscode.Uri.from({
          scheme,
          path: `/${target.cluster}/${target.ref.kind}-${name}.yaml`,
          query: JSON.stringify(target),
        });
      await vscode.commands.executeCommand('vscode.diff', uri(SIDES.desired), uri(SIDES.live), title, {
        preview: true,
      });
    },
    dispose: () => {
      clearTimeout(timer);
      disposable.dispose();
    },
  };
}

function targetOf(uri: vscode.Uri): TargetParams {
  return JSON.parse(uri.query) as TargetParams;
}
