// The commands: each asks for what it needs and then asks the engine. One row for each id of contributions.ts.
import * as vscode from 'vscode';
import type { Grouping, Requests, TargetKind, TargetParams, TreeItemModel } from '../server/protocol.ts';
import { createApplyPlan } from './applyPlan.ts';
import { COMMANDS, VIEWS } from './contributions.ts';
import type { CommandId } from './contributions.ts';
import type { Diffs } from './diffs.ts';
import { editForDrift, pickDrift } from './drift.ts';
import { diffDrift, healDriftOf } from './driftOfKustomization.ts';
import type { Engine } from './engine.ts';
import { runLongTask, runWithLines, tellError, tellFailure } from './longTask.ts';
import type { LinesTask } from './longTask.ts';
import { peekReached } from './peek.ts';
import { pickCluster, pickGrouping, pickNewCluster, pickOtherRoot, pickRoot, pickServing, pickTarget } from './pick.ts';
import type { PlanText } from './planText.ts';
import type { Previews } from './previews.ts';
import { reconcileAll } from './reconcileAll.ts';
import { TreeElement } from './trees.ts';
import { showWhy } from './why.ts';

export interface CommandParts {
  readonly engine: Engine;
  readonly log: vscode.LogOutputChannel;
  readonly previews: Previews;
  readonly diffs: Diffs;
  readonly plan: PlanText;
  /** The workspace remembers this cluster no longer. */
  readonly forget: (cluster: string) => Promise<void>;
  /** The workspace remembers what the Reconciliation view is grouped by. */
  readonly remember: (grouping: Grouping) => Promise<void>;
}

type Handler = (parts: CommandParts, argument: unknown, more?: unknown) => Promise<void>;

const HANDLERS: Readonly<Record<CommandId, Handler>> = {
  'plumbline.reconcile': (parts, argument) => reconcile(parts, argument, false),
  'plumbline.reconcileWithSource': (parts, argument) => reconcile(parts, argument, true),
  'plumbline.reconcileAll': ({ engine }) => reconcileAll(engine),
  'plumbline.groupBy': async ({ engine, remember }) => {
    const choice = await pickGrouping(engine, title('plumbline.groupBy'));
    if (!choice) return;
    await engine.request('plumbline/group', { by: choice.by });
    await remember(choice.by);
  },
  'plumbline.suspend': (parts, argument) => setSuspended(parts, argument, 'suspend'),
  'plumbline.resume': (parts, argument) => setSuspended(parts, argument, 'resume'),
  'plumbline.openPreview': async ({ engine, previews }, argument) => {
    const root = await pickRoot(engine, argument, title('plumbline.openPreview'));
    if (root) await previews.open(root);
  },
  'plumbline.switchPreview': async ({ engine, previews }) => {
    const shown = previews.shown();
    const root = await pickOtherRoot(engine, previews.source(), shown?.root, title('plumbline.switchPreview'));
    if (root) await previews.open(root, shown);
  },
  'plumbline.showPlan': async ({ plan }) => {
    await vscode.commands.executeCommand(`${VIEWS.plan.id}.focus`);
    await plan.open();
  },
  'plumbline.applyPlan': createApplyPlan(),
  'plumbline.why': async ({ engine, diffs }, argument) => {
    const target = await pickTarget(engine, 'unready', argument, title('plumbline.why'));
    if (target) await showWhy(engine, diffs, target, title('plumbline.why'));
  },
  'plumbline.diff': async ({ engine, diffs }, argument) => {
    const target = await pickTarget(engine, 'object', argument, title('plumbline.diff'));
    if (target) await diffs.open(target);
  },
  'plumbline.simulateDrift': async ({ engine }, argument) => {
    const target = await pickTarget(engine, 'object', argument, title('plumbline.simulateDrift'));
    if (!target) return;
    await onObject(target, title('plumbline.simulateDrift'), async (token) => {
      const { message } = await engine.request('plumbline/simulateDrift', target, token);
      vscode.window.setStatusBarMessage(message, 5_000);
    });
  },
  'plumbline.heal': heal,
  'plumbline.healKustomization': ({ engine }, argument) => healDriftOf(engine, argument),
  'plumbline.diffDrift': ({ engine, diffs }, argument) => diffDrift(engine, diffs, argument),
  'plumbline.revertDrift': revertDrift,
  'plumbline.adoptDrift': ({ engine }, argument) =>
    editForDrift(engine, 'adopt', argument, title('plumbline.adoptDrift')),
  'plumbline.ignoreDrift': ({ engine }, argument) =>
    editForDrift(engine, 'ignore', argument, title('plumbline.ignoreDrift')),
  'plumbline.detectDrift': (parts, argument) => setDriftMode(parts, argument, 'detect'),
  'plumbline.healDrift': (parts, argument) => setDriftMode(parts, argument, 'heal'),
  'plumbline.createCluster': createCluster,
  'plumbline.deleteCluster': deleteCluster,
  'plumbline.startLoop': startLoop,
  'plumbline.serve': serve,
  'plumbline.showLog': async ({ log }) => log.show(),
  'plumbline.restartEngine': async ({ engine }) => engine.restart(),
  'plumbline.showActions': showActions,
  'plumbline.openNode': openNode,
  'plumbline.peekReached': ({ engine }, uri, position) => peekReached(engine, uri, position),
};

/** Registers every command of the table. A handler that fails says so once. */
export function registerCommands(parts: CommandParts): vscode.Disposable {
  const ids = Object.keys(HANDLERS) as CommandId[];
  return vscode.Disposable.from(
    ...ids.map((id) =>
      vscode.commands.registerCommand(id, async (argument: unknown, more: unknown) => {
        try {
          await HANDLERS[id](parts, argument, more);
        } catch (error) {
          await tellError(title(id), error);
        }
      }),
    ),
  );
}

/** What a command is called above what it asks: the dots that promise a question belong to the palette. */
function title(id: CommandId): string {
  return COMMANDS[id].title.replace(/\.\.\.$/, '');
}

async function reconcile({ engine }: CommandParts, argument: unknown, withSource: boolean): Promise<void> {
  const kind: TargetKind = withSource ? 'kustomization' : 'flux';
  const words = title(withSource ? 'plumbline.reconcileWithSource' : 'plumbline.reconcile');
  const target = await pickTarget(engine, kind, argument, words);
  if (!target) return;
  await onObject(target, words, (token) => engine.request('plumbline/reconcile', { ...target, withSource }, token));
}

async function setSuspended({ engine }: CommandParts, argument: unknown, to: 'suspend' | 'resume'): Promise<void> {
  const words = title(`plumbline.${to}`);
  const target = await pickTarget(engine, to === 'suspend' ? 'active' : 'suspended', argument, words);
  if (!target) return;
  await onObject(target, words, (token) => engine.request(`plumbline/${to}`, target, token));
}

async function heal(parts: CommandParts, argument: unknown): Promise<void> {
  const target = await pickTarget(parts.engine, 'drifted', argument, title('plumbline.heal'));
  if (target?.owner) await healObject(parts, { ...target, owner: target.owner });
}

async function healObject({ engine }: CommandParts, target: Requests['plumbline/heal']['params']): Promise<void> {
  const { cluster, ref, owner } = target;
  await onObject(target, `${title('plumbline.heal')} ${ref.kind}`, (token) =>
    engine.request('plumbline/heal', { cluster, ref, owner }, token),
  );
}

async function revertDrift(parts: CommandParts, argument: unknown): Promise<void> {
  const field = await pickDrift(parts.engine, 'revert', argument, title('plumbline.revertDrift'));
  if (field) await healObject(parts, field);
}

async function setDriftMode({ engine }: CommandParts, argument: unknown, mode: 'heal' | 'detect'): Promise<void> {
  const words = title(mode === 'detect' ? 'plumbline.detectDrift' : 'plumbline.healDrift');
  const target = await pickTarget(engine, mode === 'detect' ? 'healing' : 'detecting', argument, words);
  if (!target) return;
  await onObject(target, `${words}:`, (token) => engine.request('plumbline/driftMode', { ...target, mode }, token));
}

async function createCluster({ engine }: CommandParts): Promise<void> {
  const taken = (await engine.request('plumbline/clusters', {}))
    .filter(({ phase }) => phase !== 'stopped')
    .map(({ name }) => name);
  const wanted = await pickNewCluster(taken);
  if (!wanted) return;
  await onCluster(engine, `Create cluster ${wanted.name}`, (progress, token) =>
    engine.request('plumbline/createCluster', { ...wanted, token: progress }, token),
  );
}

async function startLoop({ engine }: CommandParts, argument: unknown): Promise<void> {
  const cluster = await pickCluster(engine, argument, title('plumbline.startLoop'), (choice) => !choice.loop);
  if (!cluster) return;
  const provider = cluster.provider === 'kind' ? 'kind' : 'embedded';
  await onCluster(engine, `Run the loop on ${cluster.name}`, (progress, token) =>
    cluster.phase === 'connected'
      ? engine.request('plumbline/startLoop', { name: cluster.name, token: progress }, token)
      : engine.request('plumbline/createCluster', { name: cluster.name, provider, token: progress }, token),
  );
}

async function serve({ engine }: CommandParts, argument: unknown): Promise<void> {
  const words = title('plumbline.serve');
  const cluster = await pickCluster(engine, argument, words, (choice) => choice.loop);
  if (!cluster) return;
  const mode = await pickServing(engine, cluster, words);
  if (mode === undefined) return;
  await onCluster(engine, `Serve ${mode.label} to ${cluster.name}`, async (progress, token) => {
    const wanted = { name: cluster.name, mode: mode.mode, token: progress };
    const { message, failed } = await engine.request('plumbline/serve', wanted, token);
    if (message !== undefined && failed) void tellFailure(message);
    else if (message !== undefined) vscode.window.setStatusBarMessage(message, 10_000);
  });
}

async function deleteCluster({ engine, forget }: CommandParts, argument: unknown): Promise<void> {
  const cluster = await pickCluster(
    engine,
    argument,
    title('plumbline.deleteCluster'),
    (choice) => choice.provider !== 'kubeconfig',
  );
  if (!cluster) return;
  const button = vscode.l10n.t('Delete {0}', cluster.name);
  const detail = vscode.l10n.t('Everything in it is lost. The files of the repository stay as they are.');
  // The first button has the focus, so the safe one is first. Marked as the one that closes, it would not be the first.
  const keep = vscode.l10n.t('Keep It');
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t('Delete the {0} cluster "{1}"?', cluster.provider, cluster.name),
    { modal: true, detail },
    keep,
    button,
  );
  if (chosen !== button) return;
  await forget(cluster.name);
  await onCluster(engine, `Delete cluster ${cluster.name}`, (progress, token) =>
    engine.request('plumbline/deleteCluster', { name: cluster.name, token: progress }, token),
  );
}

/** A long request of the Clusters view. */
function onCluster(engine: Engine, words: string, run: LinesTask['run']): Promise<void> {
  return runWithLines(engine, { title: words, view: VIEWS.clusters.id, run });
}

/** Something that is done to one object, shown in the Reconciliation view. */
function onObject(
  { cluster, ref }: TargetParams,
  words: string,
  run: (token: vscode.CancellationToken) => Promise<unknown>,
): Promise<void> {
  return runLongTask({
    title: `${words} ${ref.name} (${cluster})`,
    view: VIEWS.reconciliation.id,
    run: async (token) => void (await run(token)),
  });
}

async function showActions(): Promise<void> {
  const ids: readonly CommandId[] = [
    'plumbline.reconcileAll',
    'plumbline.showPlan',
    'plumbline.applyPlan',
    'plumbline.openPreview',
    'plumbline.serve',
    'plumbline.createCluster',
    'plumbline.showLog',
    'plumbline.restartEngine',
  ];
  const chosen = await vscode.window.showQuickPick(
    ids.map((id) => ({ label: title(id), id })),
    { title: 'Plumbline' },
  );
  if (chosen) await vscode.commands.executeCommand(chosen.id);
}

/** Choosing a node: the diff of an object, the file of a problem, the text of a plan. */
async function openNode({ diffs, plan }: CommandParts, argument: unknown): Promise<void> {
  const model = (argument instanceof TreeElement ? argument.model : argument) as TreeItemModel | undefined;
  const target = model?.target;
  if (model?.opens === 'plan') await plan.open();
  else if (model?.opens === 'diff' && target?.ref) await diffs.open({ cluster: target.cluster, ref: target.ref });
  else if (model?.opens === 'file' && target?.uri !== undefined) await openFile(target.uri, target.line ?? 1);
}

async function openFile(uri: string, line: number): Promise<void> {
  const at = new vscode.Position(Math.max(line - 1, 0), 0);
  await vscode.window.showTextDocument(vscode.Uri.parse(uri, true), { selection: new vscode.Range(at, at) });
}
