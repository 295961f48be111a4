// Pushes what changed to the client: trees, diagnostics, previews, status. Gathers bursts; computes nothing of its own.
import type { Connection } from 'vscode-languageserver/node';
import { DiagnosticSeverity } from 'vscode-languageserver/node';
import type { Diagnostic as LspDiagnostic } from 'vscode-languageserver/node';
import type { Clock } from '../model/clock.ts';
import type { Disposable } from '../model/disposable.ts';
import type { Position } from '../model/sourceText.ts';
import { clusterTree } from '../present/tree/clusterTree.ts';
import { diagnosticsByFile } from '../present/sourceFile/diagnostics.ts';
import type { Diagnostic } from '../present/sourceFile/diagnostics.ts';
import { groupingSentence } from '../present/tree/grouping.ts';
import type { Grouping } from '../present/tree/grouping.ts';
import type { ObjectNodes } from '../present/tree/objectNode.ts';
import { isApplicable, planMessage, plansOf, planTree } from '../present/plan/planTree.ts';
import type { EntryNodes } from '../present/plan/planTree.ts';
import { nextAge, reconciliationTree } from '../present/tree/reconciliationTree.ts';
import { statusBar } from '../present/statusBar.ts';
import type { TreeNode, ViewName } from '../present/tree/treeNode.ts';
import type { WorkspaceEvent } from '../workspace/event.ts';
import type { WorkspaceState } from '../workspace/state.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { followAges } from './ages.ts';
import { tell } from './connection.ts';
import type { TreeItemModel, ViewsParams } from './protocol.ts';
import type { PreviewText, PreviewTexts } from './previewTexts.ts';
import { changedIds, emptyTree, flattenTree } from './treeModel.ts';
import type { FlatTree, KnownItems } from './treeModel.ts';

/** Trees and the status bar are for eyes: this often is enough. Previews and diagnostics are not delayed. */
const GATHER_MS = 50;
/** Trees of thousands of rows take a while: the loop, which makes the changes, has the most of the time. */
const SHARE = 5;

/** What was shown before and may be shown again as it is. */
interface KnownNodes {
  readonly objects: ObjectNodes;
  readonly entries: EntryNodes;
}

interface TreeContext {
  readonly known: KnownNodes;
  readonly grouping: Grouping;
  readonly now: number;
}

const TREES: Readonly<Record<ViewName, (state: WorkspaceState, context: TreeContext) => TreeNode[]>> = {
  clusters: clusterTree,
  reconciliation: (state, { known, ...shown }) => reconciliationTree(state, { ...shown, known: known.objects }),
  plan: (state, { known }) => planTree(state, known.entries),
};
const VIEWS = Object.keys(TREES) as ViewName[];

export interface Surfaces extends Disposable {
  tree(view: ViewName, parent: string): TreeItemModel[];
  /** Opens a preview: from now on its text is pushed. Undefined where there is no such root. */
  openPreview(root: string): PreviewText | undefined;
  closePreview(root: string): void;
  readonly grouping: Grouping;
  /** Groups the Reconciliation view otherwise from now on. */
  group(by: Grouping): void;
  /** Whether a view is on the screen: what depends on the time of day is told only then. */
  see(view: ViewName, visible: boolean): void;
}

export function createSurfaces(
  connection: Connection,
  workspace: Workspace,
  previews: PreviewTexts,
  uriOf: (path: string) => string,
  clock: Clock,
  firstGrouping: Grouping,
): Surfaces {
  const trees = new Map<ViewName, FlatTree>();
  const opened = new Set<string>();
  const published = new Map<string, string>();
  const known: KnownNodes = { objects: new WeakMap(), entries: new WeakMap() };
  const items: KnownItems = new WeakMap();
  let sentViews = '';
  let sentStatus = '';
  let cancel: (() => void) | undefined;
  let took = 0;
  let cancelDiagnostics: (() => void) | undefined;
  let grouping = firstGrouping;

  const refreshTree = (view: ViewName): void => {
    const nodes = TREES[view](workspace.state, { known, grouping, now: clock.now() });
    const after = flattenTree(nodes, uriOf, items);
    const ids = changedIds(trees.get(view) ?? emptyTree, after);
    trees.set(view, after);
    if (ids.length > 0)
      tell(connection, 'plumbline/treeChanged', {
        view,
        ids,
        items: ids.map((id) => after.items.get(id)).filter((item) => item !== undefined),
      });
  };
  const ages = followAges(
    () => nextAge(workspace.state, clock.now()),
    () => refreshTree('reconciliation'),
    clock,
  );
  const tellViews = (): void => {
    const views = viewsOf(workspace.state, grouping);
    if (JSON.stringify(views) !== sentViews) tell(connection, 'plumbline/views', views);
    sentViews = JSON.stringify(views);
  };
  const refreshTrees = (): void => {
    cancel = undefined;
    const start = clock.now();
    for (const view of VIEWS) refreshTree(view);
    ages.follow();
    tellViews();
    const status = statusBar(workspace.state);
    if (JSON.stringify(status) !== sentStatus) tell(connection, 'plumbline/status', status);
    sentStatus = JSON.stringify(status);
    took = clock.now() - start;
  };
  const refreshDiagnostics = (): void => {
    cancelDiagnostics = undefined;
    const byFile = diagnosticsByFile(workspace.state);
    for (const path of new Set([...published.keys(), ...byFile.keys()])) {
      const diagnostics = (byFile.get(path) ?? []).map((one) => lspDiagnostic(one, uriOf));
      const text = JSON.stringify(diagnostics);
      if (published.get(path) === text) continue;
      if (diagnostics.length === 0) published.delete(path);
      else published.set(path, text);
      void connection.sendDiagnostics({ uri: uriOf(path), diagnostics });
    }
  };
  const onEvent = (event: WorkspaceEvent): void => {
    cancel ??= clock.after(Math.max(GATHER_MS, took * SHARE), refreshTrees);
    if (event.type === 'rendered') {
      const id = event.rendering.root.id;
      if (opened.has(id)) {
        const before = previews.last(id)?.text;
        const preview = previews.of(id);
        if (preview && preview.text !== before)
          tell(connection, 'plumbline/previewChanged', { root: id, text: preview.text });
      } else previews.forget(id);
    }
    if (event.type === 'rendered' || event.type === 'looseFindings' || event.type === 'indexed')
      cancelDiagnostics ??= clock.after(0, refreshDiagnostics);
    if (event.type === 'planned' || event.type === 'clusters' || event.type === 'clusterPhase')
      tell(connection, 'plumbline/planChanged', {});
    if (event.type === 'planned' || event.type === 'liveObjects' || event.type === 'loop')
      tell(connection, 'plumbline/objectsChanged', {});
  };
  const subscription = workspace.changes.on(onEvent);
  refreshTrees();

  return {
    tree: (view, parent) => {
      const tree = trees.get(view) ?? emptyTree;
      return (tree.children.get(parent) ?? []).map((id) => tree.items.get(id)).filter((item) => item !== undefined);
    },
    openPreview: (root) => {
      const preview = previews.of(root);
      opened.add(root);
      workspace.files.focus([...opened]);
      return preview;
    },
    closePreview: (root) => {
      previews.forget(root);
      opened.delete(root);
      workspace.files.focus([...opened]);
    },
    get grouping() {
      return grouping;
    },
    group: (by) => {
      grouping = by;
      refreshTree('reconciliation');
      tellViews();
    },
    see: (view, isVisible) => {
      if (view === 'reconciliation') ages.see(isVisible);
    },
    dispose: () => {
      ages.dispose();
      subscription.dispose();
      cancel?.();
      cancelDiagnostics?.();
    },
  };
}

function viewsOf(state: WorkspaceState, grouping: Grouping): ViewsParams {
  const connected = state.clusters.filter((cluster) => cluster.phase === 'connected');
  const plan = planMessage(state);
  const planned = connected.map((cluster) => plansOf(state, cluster).flatMap((one) => one.plan ?? []));
  return {
    indexed: state.indexed,
    fluxObjects: state.index.sources.length + state.index.roots.filter((root) => root.kind === 'flux').length,
    clusters: state.clusters.length,
    connected: connected.length,
    planned: planned.filter((plans) => plans.length > 0).length,
    applicable: planned.filter((plans) => isApplicable(plans)).length,
    loops: connected.filter((cluster) => cluster.loop !== 'none').length,
    messages: plan === '' ? {} : { plan },
    // Beside the title of a view that shows nothing it would say nothing.
    descriptions: connected.some((cluster) => cluster.sources.length + cluster.kustomizations.length > 0)
      ? { reconciliation: groupingSentence(grouping) }
      : {},
    loopClusters: connected
      .filter((cluster) => cluster.loop !== 'none')
      .map(({ name, serving }) => ({ name, serving })),
  };
}

const SEVERITIES = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
} as const;

function lspDiagnostic(one: Diagnostic, uriOf: (path: string) => string): LspDiagnostic {
  return {
    range: { start: lspPosition(one.start), end: lspPosition(one.end) },
    severity: SEVERITIES[one.severity],
    code: one.code,
    source: 'plumbline',
    message: one.message,
    relatedInformation: one.related.map((related) => ({
      message: related.message,
      location: {
        uri: uriOf(related.path),
        range: { start: lspPosition(related.start), end: lspPosition(related.end) },
      },
    })),
  };
}

/** Ours count from 1, the protocol's from 0. */
function lspPosition(position: Position): { line: number; character: number } {
  return { line: position.line - 1, character: position.column - 1 };
}
