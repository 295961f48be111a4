// Why something is not ready: the links of the engine's sentence as a quick pick, each of which goes to what it names.
import * as vscode from 'vscode';
import type { CommitParams, TargetParams, TreeItemModel, WhyResult, WhyStep } from '../server/protocol.ts';
import type { Diffs } from './diffs.ts';
import type { Engine } from './engine.ts';

const ICONS: Readonly<Record<WhyStep['kind'], string>> = {
  kustomization: 'sync',
  object: 'symbol-object',
  place: 'file-code',
  commit: 'git-commit',
  none: 'info',
};

const SIDES = { before: 'plumbline-commit-before', after: 'plumbline-commit-after' } as const;

/** Shows the chain. Whoever has asked and is ready by now is told so. */
export async function showWhy(engine: Engine, diffs: Diffs, target: TargetParams, title: string): Promise<void> {
  const { cluster, ref } = target;
  const why = await engine.request('plumbline/why', { cluster, ref });
  if (!why) {
    void vscode.window.showInformationMessage(vscode.l10n.t('{0} {1} is ready.', ref.kind, ref.name));
    return;
  }
  const picked = await vscode.window.showQuickPick(itemsOf(why), {
    title: vscode.l10n.t('{0}: {1} ({2})', title, why.title, cluster),
    placeHolder: vscode.l10n.t('Each part leads to what it names; the cause is last.'),
    matchOnDetail: true,
  });
  if (picked) await follow(engine, diffs, cluster, picked.step);
}

/** What the tooltip of a row says of it, asked for when somebody hovers; nothing for what is ready and needs no word. */
export async function whyOf(engine: Engine, { state, target }: TreeItemModel): Promise<string> {
  if (!target?.ref || !(NOT_READY.has(state) || target.ref.kind === 'Service')) return '';
  try {
    const why = await engine.request('plumbline/why', { cluster: target.cluster, ref: target.ref });
    return why ? why.markdown : '';
  } catch {
    // The engine goes away now and then; the tooltip has the rest.
    return '';
  }
}

const NOT_READY: ReadonlySet<string> = new Set(['failed', 'waiting', 'progressing', 'suspended', 'unknown']);

type Item = vscode.QuickPickItem & { readonly step: WhyStep };

function itemsOf({ steps }: WhyResult): Item[] {
  return steps.map((step) => ({ label: `$(${ICONS[step.kind]}) ${step.text.replaceAll('$(', '$\u200b(')}`, step }));
}

async function follow(engine: Engine, diffs: Diffs, cluster: string, step: WhyStep): Promise<void> {
  if (step.uri !== undefined) {
    const at = new vscode.Position(Math.max((step.line ?? 1) - 1, 0), 0);
    await vscode.window.showTextDocument(vscode.Uri.parse(step.uri, true), { selection: new vscode.Range(at, at) });
  } else if (step.ref) await diffs.open({ cluster, ref: step.ref });
  else if (step.commit) await openCommit(engine, step.commit);
}

async function openCommit(engine: Engine, commit: CommitParams): Promise<void> {
  const { title } = await engine.request('plumbline/commit', commit);
  const uri = (scheme: string): vscode.Uri =>
    vscode.Uri.from({ scheme, path: `/${commit.path}`, query: JSON.stringify(commit) });
  await vscode.commands.executeCommand('vscode.diff', uri(SIDES.before), uri(SIDES.after), title, { preview: true });
}

/** The two sides of what a commit did to a file. They never change. */
export function registerCommits(engine: Engine): vscode.Disposable {
  const provider = (side: keyof typeof SIDES): vscode.TextDocumentContentProvider => ({
    provideTextDocumentContent: async (uri) =>
      (await engine.request('plumbline/commit', JSON.parse(uri.query) as CommitParams))[side],
  });
  return vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(SIDES.before, provider('before')),
    vscode.workspace.registerTextDocumentContentProvider(SIDES.after, provider('after')),
  );
}
