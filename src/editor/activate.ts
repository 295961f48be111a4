// Registers everything that the extension shows and wires it to the engine. Thin: what is shown comes from the engine.
import * as vscode from 'vscode';
import { registerCommands } from './commands.ts';
import { CONTEXT, VIEWS } from './contributions.ts';
import { registerDiffs } from './diffs.ts';
import { createEngine } from './engine.ts';
import { registerPlanText } from './planText.ts';
import { registerPreviewStatus } from './previewStatus.ts';
import { registerPreviewSync } from './previewSync.ts';
import { registerPreviews } from './previews.ts';
import { registerStatus } from './status.ts';
import { registerTrees } from './trees.ts';
import { registerCommits } from './why.ts';

/** Key of the workspace's memory: the cluster that its loop ran on. */
const CLUSTER_KEY = 'plumbline.cluster';
/** And what of the folder each cluster's loop served. */
const SERVINGS_KEY = 'plumbline.servings';
/** And what the Reconciliation view was grouped by. */
const GROUPING_KEY = 'plumbline.grouping';
/** Key of the person's memory: the view has shown itself once. */
const SHOWN_KEY = 'plumbline.shown';

export function activateEditor(context: vscode.ExtensionContext): void {
  const begin = performance.now();
  const log = vscode.window.createOutputChannel('Plumbline', { log: true });
  const servings = (): Record<string, string> => context.workspaceState.get(SERVINGS_KEY, {});
  const engine = createEngine({
    program: context.asAbsolutePath('dist/cli.cjs'),
    log,
    options: () => ({
      trusted: vscode.workspace.isTrusted,
      cluster: context.workspaceState.get<string>(CLUSTER_KEY),
      servings: servings(),
      grouping: context.workspaceState.get<string>(GROUPING_KEY),
    }),
  });
  const previews = registerPreviews(engine);
  const diffs = registerDiffs(engine);
  const plan = registerPlanText(engine);
  const forget = async (name: string): Promise<void> => {
    if (context.workspaceState.get<string>(CLUSTER_KEY) === name)
      await context.workspaceState.update(CLUSTER_KEY, undefined);
    const { [name]: _, ...others } = servings();
    await context.workspaceState.update(SERVINGS_KEY, others);
  };
  const remember = async (grouping: string): Promise<void> => context.workspaceState.update(GROUPING_KEY, grouping);
  context.subscriptions.push(
    log,
    engine,
    previews,
    diffs,
    plan,
    registerTrees(engine),
    registerStatus(engine),
    registerCommits(engine),
    registerPreviewStatus(engine, previews),
    registerPreviewSync(engine),
    registerCommands({ engine, log, previews, diffs, plan, forget, remember }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => engine.notify('plumbline/trusted', {})),
    engine.on('plumbline/views', (views) => {
      if (views.indexed && views.fluxObjects > 0) showOnce(context);
      setContext(CONTEXT.ready, views.indexed);
      setContext(CONTEXT.fluxObjects, views.fluxObjects > 0);
      setContext(CONTEXT.clusters, views.clusters > 0);
      setContext(CONTEXT.connected, views.connected > 0);
      setContext(CONTEXT.planned, views.planned > 0);
      setContext(CONTEXT.changes, views.applicable > 0);
      setContext(CONTEXT.loop, views.loops > 0);
      const [cluster] = views.loopClusters;
      if (cluster === undefined) return;
      void context.workspaceState.update(CLUSTER_KEY, cluster.name);
      const served = Object.fromEntries(views.loopClusters.map(({ name, serving }) => [name, serving]));
      void context.workspaceState.update(SERVINGS_KEY, { ...servings(), ...served });
    }),
    // What the views say where they are empty is of the engine that runs.
    engine.onDown(() => {
      for (const key of [CONTEXT.ready, CONTEXT.connected, CONTEXT.planned, CONTEXT.changes, CONTEXT.loop])
        setContext(key, false);
    }),
    engine.onFailed((failed) => setContext(CONTEXT.failed, failed)),
  );
  engine.start();
  log.info(`activated in ${(performance.now() - begin).toFixed(1)} ms`);
}

/** The first screen after the install is the tree, not an icon to be found. Never again after that. */
function showOnce({ globalState }: vscode.ExtensionContext): void {
  if (globalState.get(SHOWN_KEY) === true) return;
  void globalState.update(SHOWN_KEY, true);
  void vscode.commands.executeCommand(`${VIEWS.reconciliation.id}.focus`, { preserveFocus: true });
}

function setContext(key: string, value: boolean): void {
  void vscode.commands.executeCommand('setContext', key, value);
}
