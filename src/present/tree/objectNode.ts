// An object of an inventory as a tree node: its health or its drift in one line. Pure.
import { MASKED } from '../../diff/plan/plan.ts';
import type { FieldChange } from '../../diff/plan/plan.ts';
import { notRenderedYet } from '../../model/notRendered.ts';
import { keyOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import type { ClusterState, Drift, LiveObject } from '../../workspace/state.ts';
import { clockTime } from '../clockTime.ts';
import type { StateWord } from '../fluxState.ts';
import { objectName, rowLabel } from '../names.ts';
import { inertMarkdown, stateIcon, treeNode } from './treeNode.ts';
import type { TreeNode } from './treeNode.ts';
import { valueText } from '../valueText.ts';

const UNRENDERED =
  'Applied as an object. What it would bring into the cluster is not made by the local loop yet; what depends on it goes on as if it were ready.';

/** Nodes of objects that have not changed since: of thousands, few change at a time. Whoever shows a tree again keeps them. */
export type ObjectNodes = WeakMap<
  LiveObject,
  { readonly id: string; readonly drift: Drift | undefined; readonly note: string; node: TreeNode }
>;

/** Of a Service, which is ready all the same. */
const NO_PODS = 'selects no pods';

/** The node of one object below its Kustomization. Choosing a drifted one opens the diff. */
export function objectNode(cluster: ClusterState, owner: ObjectRef, ref: ObjectRef, known?: ObjectNodes): TreeNode {
  const drift = cluster.drifts.get(keyOf(ref));
  const live = cluster.objects.get(keyOf(ref));
  const id = `${cluster.name}|${owner.namespace}/${owner.name}|${keyOf(ref)}`;
  const before = live && known?.get(live);
  const note = cluster.withoutPods.has(keyOf(ref)) ? NO_PODS : '';
  if (before && before.id === id && before.drift === drift && before.note === note) return before.node;
  const node = newNode(cluster, owner, ref, id, drift, live, note);
  if (live) known?.set(live, { id, drift, note, node });
  return node;
}

function newNode(
  cluster: ClusterState,
  owner: ObjectRef,
  ref: ObjectRef,
  id: string,
  drift: Drift | undefined,
  live: LiveObject | undefined,
  note: string,
): TreeNode {
  const state = drift ? 'drifted' : objectState(live);
  const said = drift ? `${driftSentence(drift)}${flappingSentence(drift)}` : objectSentence(live, state);
  const description = [said, note].filter((part) => part !== '').join(' · ');
  return treeNode({
    id,
    label: rowLabel(`${ref.kind} ${ref.name}`),
    description: [description, ref.namespace].filter((part) => part !== '').join(' · '),
    icon: stateIcon(state),
    tooltip: objectTooltip(cluster, owner, ref, drift, live, description),
    context: `object.${state}`,
    state,
    spoken: `${objectName(ref)}, ${description}`,
    opens: 'diff',
    target: { cluster: cluster.name, ref, owner },
  });
}

export function objectState(live: LiveObject | undefined): StateWord {
  if (live?.object && notRenderedYet(live.object) !== undefined) return 'unrendered';
  return live ? STATES[live.status] : 'unknown';
}

/** kstatus's words in ours. */
const STATES: Readonly<Record<LiveObject['status'], StateWord>> = {
  Current: 'ready',
  InProgress: 'progressing',
  Terminating: 'progressing',
  Failed: 'failed',
  NotFound: 'failed',
  Unknown: 'unknown',
};

function objectSentence(live: LiveObject | undefined, state: StateWord): string {
  if (state === 'ready') return 'ready';
  if (state === 'unrendered') return live?.message ?? 'not rendered yet';
  if (live?.status === 'NotFound') return 'missing';
  const word = live?.status === 'Terminating' ? 'terminating' : state;
  return live && live.message !== '' ? `${word}: ${live.message}` : word;
}

/** `drifted: spec.replicas 5, Git says 3 (kubectl-edit, 14:02)` and how many more fields. */
export function driftSentence(drift: Pick<Drift, 'changes' | 'live'>): string {
  const [first] = drift.changes;
  if (!drift.live) return 'drifted: deleted in the cluster';
  if (!first) return 'drifted';
  const more = drift.changes.length > 1 ? ` and ${drift.changes.length - 1} more` : '';
  return `drifted: ${fieldSentence(first)}${more}`;
}

/** ` · 4 times since 13:10, healed each time`: two managers that overwrite each other. */
function flappingSentence({ flapping }: Pick<Drift, 'flapping'>): string {
  if (!flapping) return '';
  const since = clockTime(new Date(flapping.since).toISOString());
  return ` · ${flapping.times} times since ${since}, healed each time`;
}

function fieldSentence(change: FieldChange): string {
  const who = change.owner
    ? ` (${[change.owner.manager, clockTime(change.owner.time)].filter((part) => part !== '').join(', ')})`
    : '';
  // That two values differ, of which neither may be shown, is all that there is to say.
  if (change.before === MASKED && change.after === MASKED) return `${change.path} ${MASKED}${who}`;
  if (change.before === undefined) return `${change.path} is missing, Git says ${valueText(change.after)}${who}`;
  if (change.after === undefined) return `${change.path} ${valueText(change.before)}, not in Git${who}`;
  return `${change.path} ${valueText(change.before)}, Git says ${valueText(change.after)}${who}`;
}

function objectTooltip(
  cluster: ClusterState,
  owner: ObjectRef,
  ref: ObjectRef,
  drift: Drift | undefined,
  live: LiveObject | undefined,
  description: string,
): string {
  const lines = [`**${inertMarkdown(objectName(ref))}**`, inertMarkdown(description)];
  // One field stands in the sentence already.
  if (drift && drift.changes.length > 1)
    lines.push(...drift.changes.slice(0, 10).map((change) => `- ${inertMarkdown(fieldSentence(change))}`));
  else if (!drift && live && live.message !== '') lines.push(inertMarkdown(live.message));
  if (drift?.flapping)
    lines.push(
      inertMarkdown(
        `${drift.flapping.manager || 'Somebody'} and Git overwrite each other's ${drift.flapping.path}: leave the field out of Git, or name it in spec.ignore of ${owner.name}.`,
      ),
    );
  if (live?.object && notRenderedYet(live.object) !== undefined) lines.push(UNRENDERED);
  lines.push(`cluster ${inertMarkdown(cluster.name)}`);
  return [...new Set(lines)].join('\n\n');
}
