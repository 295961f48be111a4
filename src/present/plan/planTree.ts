// The Plan view: what the files as they are now would change in the cluster. Dangerous things first. Pure.
import { LEFT_DRIFT } from '../../diff/plan/plan.ts';
import type { FieldChange, Plan, PlanAction, PlanEntry } from '../../diff/plan/plan.ts';
import type { Finding } from '../../model/finding.ts';
import { keyOf, refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import type { ClusterState, PlanState, WorkspaceState } from '../../workspace/state.ts';
import { heldUntil, isHeld } from '../tree/clusterTree.ts';
import { count, objectName, placeLine, rowLabel } from '../names.ts';
import { changeText, planChanges, planSummary } from './planText.ts';
import { findingSentence, shortCause } from '../problems.ts';
import { inertMarkdown, treeNode } from '../tree/treeNode.ts';
import type { TreeIcon, TreeNode } from '../tree/treeNode.ts';

const ICONS: Readonly<Record<PlanAction, TreeIcon>> = {
  create: { name: 'diff-added', color: 'gitDecoration.addedResourceForeground' },
  configure: { name: 'diff-modified', color: 'gitDecoration.modifiedResourceForeground' },
  replace: { name: 'warning', color: 'problemsWarningIcon.foreground' },
  prune: { name: 'diff-removed', color: 'gitDecoration.deletedResourceForeground' },
  handover: { name: 'arrow-swap', color: 'gitDecoration.modifiedResourceForeground' },
  orphan: { name: 'debug-disconnect', color: 'descriptionForeground' },
  skip: { name: 'debug-step-over', color: 'descriptionForeground' },
  unchanged: { name: 'check', color: 'descriptionForeground' },
};
const ERROR: TreeIcon = { name: 'error', color: 'problemsErrorIcon.foreground' };
const ORDER: readonly PlanAction[] = ['replace', 'prune', 'configure', 'create', 'handover', 'orphan', 'skip'];

/** A Kustomization of a cluster that the folder writes, with its plan once there is one. */
export interface PlannedOwner {
  readonly owner: ObjectRef;
  readonly plan: PlanState | undefined;
}

/** What is planned for a cluster, by name: what it has no more, and what the folder does not write, is not. */
export function plansOf({ index }: Pick<WorkspaceState, 'index'>, cluster: ClusterState): PlannedOwner[] {
  const written = new Set(index.roots.flatMap((root) => (root.kind === 'flux' ? [nameOf(refOf(root.object))] : [])));
  return cluster.kustomizations
    .map(refOf)
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    .map((owner) => ({ owner, plan: cluster.plans.get(nameOf(owner)) }))
    .filter(({ owner, plan }) => plan !== undefined || written.has(nameOf(owner)));
}

function nameOf({ namespace, name }: ObjectRef): string {
  return `${namespace}/${name}`;
}

/** Nodes of entries that were shown before: a plan of thousands stays the same while the rest of the trees changes. */
export type EntryNodes = WeakMap<PlanEntry, TreeNode>;

/** One node for each Kustomization whose apply would change something or cannot be planned. */
export function planTree(state: WorkspaceState, known?: EntryNodes): TreeNode[] {
  const connected = state.clusters.filter((cluster) => cluster.phase === 'connected');
  return connected.flatMap((cluster) =>
    plansOf(state, cluster).flatMap(({ owner, plan }) =>
      plan ? planNodes(cluster, owner, plan, connected.length > 1, known) : [],
    ),
  );
}

/** Whether an apply of these plans would change something, and nothing stands against it that is known already. */
export function isApplicable(plans: readonly PlanState[]): boolean {
  const made = plans.flatMap((one) => (one.kind === 'made' ? [one.plan] : []));
  return made.length === plans.length && planChanges(made);
}

/** What the view says of itself: `no changes`, `1 configure`, `cannot be planned`. */
export function planMessage(state: WorkspaceState): string {
  const all = state.clusters
    .filter((cluster) => cluster.phase === 'connected')
    .flatMap((cluster) => plansOf(state, cluster));
  const plans = all.flatMap(({ plan }) => (plan ? [plan] : []));
  // Not "no changes" before all is known.
  if (plans.length < all.length)
    return `Comparing the files with the cluster: ${plans.length} of ${count(all.length, 'kustomization')}.`;
  if (plans.length === 0) return '';
  const entries = plans.flatMap((one) => (one.kind === 'made' ? one.plan.entries : []));
  const blocked = plans.filter((one) => one.kind !== 'made').length;
  const refused = plans.filter((one) => one.kind === 'made' && one.plan.findings.some(isError)).length;
  if (blocked + refused === 0 && entries.every((entry) => entry.action === 'unchanged' || entry.action === 'skip'))
    return leftMessage(entries) || heldMessage(state);
  const files = `The files as they are now${state.unsaved.size > 0 ? ` (${state.unsaved.size} unsaved)` : ''}.`;
  const broken =
    blocked > 0
      ? ` ${count(blocked, 'kustomization')} with errors: nothing of ${blocked === 1 ? 'it' : 'them'} is applied.`
      : '';
  // What the server or the loop refuses: earlier stages of it may be applied all the same.
  const stopped = refused > 0 ? ` ${count(refused, 'kustomization')} would fail.` : '';
  return `${files}${broken}${stopped} ${planSummary(entries)}`;
}

/** Not "no changes" alone: the cluster has something else than the files say. */
function leftMessage(entries: readonly PlanEntry[]): string {
  const left = entries.filter(({ reason }) => reason === LEFT_DRIFT).length;
  return left === 0 ? '' : `Nothing to apply. ${count(left, 'object')} drifted, and drift is only detected.`;
}

function heldMessage({ clusters }: WorkspaceState): string {
  const held = clusters.find(isHeld);
  return held ? `Applied from the files. The loop stays at them ${heldUntil(held)}.` : '';
}

function planNodes(
  cluster: ClusterState,
  owner: ObjectRef,
  state: PlanState,
  named: boolean,
  known?: EntryNodes,
): TreeNode[] {
  const id = `plan|${cluster.name}|${owner.namespace}/${owner.name}`;
  const target = { cluster: cluster.name, ref: owner, owner };
  const where = named ? ` → ${cluster.name}` : '';
  if (state.kind === 'failed')
    return [
      treeNode({
        id,
        label: owner.name,
        description: `cannot be planned: ${state.message}${where}`,
        icon: ERROR,
        context: 'plan.failed',
        tooltip: inertMarkdown(state.message),
        target,
      }),
    ];
  if (state.kind === 'blocked') {
    const children = errorNodes(cluster, id, state.findings);
    return [
      treeNode({
        id,
        label: owner.name,
        description: `nothing would be applied: ${count(children.length, 'error')}${where}`,
        icon: ERROR,
        context: 'plan.blocked',
        expansion: 'expanded',
        target,
        children,
      }),
    ];
  }
  const listed = ORDER.flatMap((action) => state.plan.entries.filter((entry) => entry.action === action));
  const entries = [...listed.filter(isDangerous), ...listed.filter((entry) => !isDangerous(entry))].map((entry) =>
    knownNode(`${id}|${keyOf(entry.ref)}`, entry, known, () => entryNode(cluster, owner, id, entry)),
  );
  const errors = errorNodes(cluster, id, state.plan.findings);
  if (errors.length === 0 && entries.every((entry) => entry.context === 'planEntry.skip')) return [];
  const counts = [errors.length > 0 ? count(errors.length, 'error') : '', planCounts(state.plan)];
  return [
    treeNode({
      id,
      label: owner.name,
      description: `${counts.filter((part) => part !== '').join(', ')}${state.plan.confirmed ? '' : ' (predicted)'}${where}`,
      icon: errors.length > 0 ? ERROR : { name: 'list-tree' },
      context: 'plan.made',
      tooltip: inertMarkdown(planSummary(state.plan.entries)),
      expansion: 'expanded',
      opens: 'plan',
      target,
      children: [...errors, ...entries],
    }),
  ];
}

/** One node for each error, which opens where it is in the files. */
function errorNodes(cluster: ClusterState, id: string, findings: readonly Finding[]): TreeNode[] {
  return findings.filter(isError).map((finding, at) =>
    treeNode({
      id: `${id}|error ${at}`,
      label: finding.at ? placeLine(finding.at).replace(/^.*\//, '') : finding.code,
      description: shortCause(finding),
      icon: ERROR,
      tooltip: inertMarkdown(findingSentence(finding)),
      context: 'plan.problem',
      ...(finding.at
        ? {
            opens: 'file' as const,
            target: {
              cluster: cluster.name,
              file: finding.at.source.path,
              line: finding.at.source.position(finding.at.start).line,
            },
          }
        : {}),
    }),
  );
}

function isError({ severity }: Finding): boolean {
  return severity === 'error';
}

/** What an entry looks like is decided by it and by the plan that it stands in. */
function knownNode(id: string, entry: PlanEntry, known: EntryNodes | undefined, make: () => TreeNode): TreeNode {
  const before = known?.get(entry);
  if (before?.id === id) return before;
  const node = make();
  known?.set(entry, node);
  return node;
}

function isDangerous(entry: PlanEntry): boolean {
  return (entry.dangers ?? []).length > 0;
}

function planCounts(plan: Plan): string {
  return ORDER.map((action) => ({ action, number: plan.entries.filter((entry) => entry.action === action).length }))
    .filter(({ number }) => number > 0)
    .map(({ action, number }) => `${number} ${action}`)
    .join(', ');
}

function entryNode(cluster: ClusterState, owner: ObjectRef, parent: string, entry: PlanEntry): TreeNode {
  const [first] = entry.changes;
  const more = entry.changes.length > 1 ? ` and ${entry.changes.length - 1} more` : '';
  const change = entry.action === 'configure' && first ? `${first.path} ${changeText(first)}${more}` : '';
  const description = [entry.action, entry.reason, change].filter((part) => part !== '').join(' · ');
  return treeNode({
    id: `${parent}|${keyOf(entry.ref)}`,
    label: rowLabel(`${entry.ref.kind} ${entry.ref.name}`),
    description: [description, entry.ref.namespace].filter((part) => part !== '').join(' · '),
    spoken: `${objectName(entry.ref)}, ${description}`,
    icon: ICONS[entry.action],
    tooltip: [
      `**${inertMarkdown(objectName(entry.ref))}** — ${entry.action}`,
      ...(entry.dangers ?? []).map(({ message }) => inertMarkdown(message)),
      inertMarkdown(entry.reason),
      ...entry.changes.slice(0, 12).map((one) => `- ${inertMarkdown(`${one.path} ${changeText(one)}`)}`),
    ]
      .filter((line) => line !== '')
      .join('\n\n'),
    context: `planEntry.${entry.action}`,
    opens: 'diff',
    target: { cluster: cluster.name, ref: entry.ref, owner },
    children:
      entry.action === 'configure'
        ? entry.changes.map((one, at) => changeNode(cluster, `${parent}|${keyOf(entry.ref)}|${at}`, one))
        : [],
  });
}

function changeNode(cluster: ClusterState, id: string, change: FieldChange): TreeNode {
  const place = change.origin?.place;
  return treeNode({
    id,
    label: change.path,
    description: changeText(change),
    icon: { name: 'symbol-field' },
    context: 'planChange',
    tooltip: inertMarkdown(`${change.path} ${changeText(change)}${place ? `\n${placeLine(place)}` : ''}`),
    ...(place
      ? {
          opens: 'file' as const,
          target: { cluster: cluster.name, file: place.source.path, line: place.source.position(place.start).line },
        }
      : {}),
  });
}
