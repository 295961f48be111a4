// Quick picks: what a command asks for when it was not started from a node.
import * as vscode from 'vscode';
import type {
  ClusterChoice,
  GroupingChoice,
  RootChoice,
  ServingChoice,
  TargetChoice,
  TargetKind,
} from '../server/protocol.ts';
import type { Engine } from './engine.ts';
import { TreeElement } from './trees.ts';

/** The object that a command is about: of the node it was started from, else chosen. Undefined when nothing was chosen. */
export async function pickTarget(
  engine: Engine,
  kind: TargetKind,
  argument: unknown,
  title: string,
): Promise<Pick<TargetChoice, 'cluster' | 'ref' | 'owner'> | undefined> {
  const own = targetOf(argument, kind);
  if (own) return own;
  const choices = await engine.request('plumbline/targets', { kind });
  if (choices.length === 0) {
    void vscode.window.showInformationMessage(
      OF_DRIFT.has(kind)
        ? vscode.l10n.t('{0}: nothing has drifted.', title)
        : kind === 'unready'
          ? vscode.l10n.t('{0}: everything is ready.', title)
          : vscode.l10n.t('{0}: there is nothing to choose from. Is a cluster connected?', title),
    );
    return undefined;
  }
  const [only] = choices;
  if (choices.length === 1 && only && kind !== 'object' && kind !== 'drifted') return only;
  return vscode.window.showQuickPick<TargetChoice>([...choices], {
    title,
    placeHolder: vscode.l10n.t('Which object?'),
    matchOnDescription: true,
  });
}

const OF_DRIFT: ReadonlySet<TargetKind> = new Set(['drifted', 'withDrift', 'healable']);

/** Arguments are taken from our own nodes only: other extensions may call commands with anything. */
function targetOf(argument: unknown, kind: TargetKind): Pick<TargetChoice, 'cluster' | 'ref' | 'owner'> | undefined {
  if (!(argument instanceof TreeElement)) return undefined;
  const target = argument.model.target;
  const ref =
    kind === 'object' || kind === 'drifted' || kind === 'unready'
      ? target?.ref
      : argument.model.context.startsWith('object')
        ? target?.owner
        : target?.ref;
  if (!target || !ref) return undefined;
  return { cluster: target.cluster, ref, ...(target.owner ? { owner: target.owner } : {}) };
}

/** The cluster that a command is about: asked for where there are several. What the command does with it names it. */
export async function pickCluster(
  engine: Engine,
  argument: unknown,
  title: string,
  wanted: (choice: ClusterChoice) => boolean,
): Promise<ClusterChoice | undefined> {
  const choices = (await engine.request('plumbline/clusters', {})).filter(wanted);
  if (argument instanceof TreeElement) return choices.find((choice) => choice.name === argument.model.target?.cluster);
  if (choices.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('{0}: there is no cluster that this could be done to.', title),
    );
    return undefined;
  }
  if (choices.length === 1) return choices[0];
  const picked = await vscode.window.showQuickPick(
    choices.map((choice) => ({ label: choice.name, description: [choice.provider, choice.phase].join(' · '), choice })),
    { title, placeHolder: vscode.l10n.t('Which cluster?') },
  );
  return picked?.choice;
}

/** What the Reconciliation view is to be grouped by, with what it is now marked. */
export async function pickGrouping(engine: Engine, title: string): Promise<GroupingChoice | undefined> {
  const choices = await engine.request('plumbline/groupings', {});
  const picked = await vscode.window.showQuickPick(
    choices.map((choice) => ({
      label: choice.label,
      description: choice.shown ? vscode.l10n.t('{0} · shown now', choice.description) : choice.description,
      choice,
    })),
    { title, placeHolder: vscode.l10n.t('What are the kustomizations grouped by?'), matchOnDescription: true },
  );
  return picked?.choice;
}

/** What of the folder is to be served to a cluster, with what is served now marked. */
export async function pickServing(
  engine: Engine,
  cluster: ClusterChoice,
  title: string,
): Promise<ServingChoice | undefined> {
  const choices = await engine.request('plumbline/servings', {});
  const picked = await vscode.window.showQuickPick(
    choices.map((choice) => ({
      label: choice.label,
      description:
        choice.mode === cluster.serving ? vscode.l10n.t('{0} · served now', choice.description) : choice.description,
      choice,
    })),
    {
      title,
      placeHolder: vscode.l10n.t('What does the loop on {0} reconcile?', cluster.name),
      matchOnDescription: true,
    },
  );
  return picked?.choice;
}

/** The root to preview: of the node, of the active file, or chosen. */
export async function pickRoot(
  engine: Engine,
  argument: unknown,
  title: string,
): Promise<Pick<RootChoice, 'id' | 'label'> | undefined> {
  if (argument instanceof TreeElement) {
    const ref = argument.model.target?.ref;
    return ref ? { id: `flux:${ref.namespace}/${ref.name}`, label: ref.name } : undefined;
  }
  const uri = argument instanceof vscode.Uri ? argument : vscode.window.activeTextEditor?.document.uri;
  const roots = await engine.request('plumbline/previewRoots', { uri: uri?.toString() });
  const [only] = roots;
  if (!only) {
    void vscode.window.showInformationMessage(vscode.l10n.t('There is no kustomization in this folder.'));
    return undefined;
  }
  return roots.length === 1
    ? only
    : vscode.window.showQuickPick<RootChoice>([...roots], {
        title,
        placeHolder: vscode.l10n.t('Which kustomization?'),
        matchOnDescription: true,
      });
}

/** Another root to preview: of those that read the file, with the one that is shown marked. */
export async function pickOtherRoot(
  engine: Engine,
  source: vscode.Uri | undefined,
  shown: string | undefined,
  title: string,
): Promise<RootChoice | undefined> {
  const roots = await engine.request('plumbline/previewRoots', { uri: source?.toString() });
  const name = source?.path.slice(source.path.lastIndexOf('/') + 1);
  const picked = await vscode.window.showQuickPick(
    roots.map((root) => ({
      label: root.label,
      description: root.id === shown ? vscode.l10n.t('{0} · shown now', root.description) : root.description,
      root,
    })),
    {
      title,
      placeHolder:
        name === undefined
          ? vscode.l10n.t('Which kustomization?')
          : vscode.l10n.t('Which of the kustomizations that {0} is part of?', name),
      matchOnDescription: true,
    },
  );
  return picked?.root;
}

const NAME = /^[a-z0-9]([-a-z0-9]{0,48}[a-z0-9])?$/;

/** The kind and the name of a new cluster, in two steps. */
export async function pickNewCluster(
  taken: readonly string[],
): Promise<{ name: string; provider: 'embedded' | 'kind' } | undefined> {
  const kinds = [
    {
      label: 'embedded',
      detail: vscode.l10n.t('A Kubernetes API in a process of its own. Starts in a second, runs no containers.'),
      provider: 'embedded' as const,
    },
    {
      label: 'kind',
      detail: vscode.l10n.t('A real cluster in Docker. Needs kind and Docker on this machine.'),
      provider: 'kind' as const,
    },
  ];
  const kind = await vscode.window.showQuickPick(kinds, {
    title: vscode.l10n.t('Create Cluster (1 of 2)'),
    placeHolder: vscode.l10n.t('Which kind of cluster?'),
  });
  if (!kind) return undefined;
  const name = await vscode.window.showInputBox({
    title: vscode.l10n.t('Create Cluster (2 of 2)'),
    prompt: vscode.l10n.t('A name for the cluster'),
    value: taken.includes('dev') ? '' : 'dev',
    validateInput: (value) => {
      if (taken.includes(value)) return vscode.l10n.t('A cluster of this name exists');
      return NAME.test(value) ? undefined : vscode.l10n.t('Lower case letters, digits and "-", at most 50 characters');
    },
  });
  return name === undefined ? undefined : { name, provider: kind.provider };
}
