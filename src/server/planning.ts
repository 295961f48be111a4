// The requests about plans: their text, the offer to apply one, and the apply itself. Words come from present.
import type { Connection } from 'vscode-languageserver/node';
import { systemClock } from '../model/clock.ts';
import { applyOutcome, applyQuestion, cancelledOutcome, planErrors } from '../present/plan/applyQuestion.ts';
import { clockTime } from '../present/clockTime.ts';
import { planLinks } from '../present/plan/planLinks.ts';
import { planChanges, planText } from '../present/plan/planText.ts';
import { plansOf } from '../present/plan/planTree.ts';
import { staleReason } from '../present/plan/stalePlan.ts';
import type { ApplyResult, Offer } from '../workspace/plan/applying.ts';
import type { ClusterState, WorkspaceState } from '../workspace/state.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { answer } from './connection.ts';
import type { WorkspacePaths } from './paths.ts';
import type { ApplyPlanResult, PlanOffer, PlanResult } from './protocol.ts';

export interface PlanningParts {
  readonly paths: WorkspacePaths;
  readonly workspace: Workspace;
  /** Throws where the folder is not trusted. */
  readonly trusted: () => void;
  readonly lines: (token: string) => (message: string) => void;
}

/** A plan stands beside the files, in half of a window that may be small; the editor wraps what is longer. */
const SURFACE = { width: 40, wraps: true } as const;

export function answerPlanning(connection: Connection, parts: PlanningParts): void {
  const { workspace, trusted, lines } = parts;
  // What became of the offers, to be read above their text.
  const ends = new Map<string, string>();
  answer(connection, 'plumbline/plan', ({ offer }) => {
    if (offer === undefined) return linked(planOf(workspace.state), parts);
    const made = workspace.applying.get(offer);
    return made
      ? linked(offerText(made, workspace.state, ends.get(offer)), parts)
      : { text: 'This plan is not known any more.\n', clusters: [], links: [] };
  });
  answer(connection, 'plumbline/offerPlan', async ({ cluster, token }, signal) => {
    trusted();
    lines(token)('making the plan of the files as they are');
    const offer = await workspace.applying.offer(cluster, signal);
    const errors = planErrors(offer.plans);
    if (errors !== undefined) throw new Error(errors);
    return questionOf(offer, workspace.state);
  });
  answer(connection, 'plumbline/applyPlan', async ({ offer, token }, signal) => {
    trusted();
    const made = workspace.applying.get(offer);
    if (!made) throw new Error('this plan is not known any more: make a new one');
    const result = await workspace.applying.apply(made, lines(token), signal);
    const outcome = outcomeOf(result, clusterOf(made, workspace.state));
    // It is true of then: the loop goes on, and the text stays.
    ends.set(offer, `${clockTime(new Date(systemClock.now()).toISOString())} · ${outcome.message}`);
    return outcome;
  });
}

type Unlinked = Omit<PlanResult, 'links'>;

/** With the places in it as links. */
function linked(plan: Unlinked, { paths, workspace }: PlanningParts): PlanResult {
  const isFile = (path: string): boolean => workspace.files.snapshot.kind(path) === 'file';
  const links = planLinks(plan.text, isFile).map(({ line, start, end, path, at }) => ({
    range: { start: { line, character: start }, end: { line, character: end } },
    uri: `${paths.uriOf(path)}#L${at}`,
  }));
  return { ...plan, links };
}

function outcomeOf(result: ApplyResult, cluster: ClusterState): ApplyPlanResult {
  if (result.kind === 'stale')
    return { kind: 'stale', message: `Nothing is applied: ${staleReason(result.difference)}` };
  if (result.kind === 'cancelled') return { kind: 'cancelled', message: cancelledOutcome(result, cluster) };
  const { ok, message } = applyOutcome(result, cluster);
  return { kind: ok ? 'ready' : 'unready', message };
}

function questionOf(offer: Offer, state: WorkspaceState): PlanOffer {
  const cluster = clusterOf(offer, state);
  const changes = planChanges(offer.plans);
  if (changes) return { id: offer.id, changes, ...applyQuestion(offer, cluster) };
  const question = `No changes: the cluster "${cluster.name}" has what the files say.`;
  return { id: offer.id, changes, question, detail: '', button: '', destructive: false };
}

function clusterOf({ cluster }: Offer, state: WorkspaceState): ClusterState {
  const found = state.clusters.find(({ name }) => name === cluster);
  if (!found) throw new Error(`the cluster "${cluster}" is not there any more`);
  return found;
}

/** With what became of it above the text; what was applied, or is the plan no more, is not offered again. */
function offerText(offer: Offer, state: WorkspaceState, end: string | undefined): Unlinked {
  const { provider } = clusterOf(offer, state);
  const text = planText(offer.plans, {
    cluster: `${provider}/${offer.cluster}`,
    unsavedFiles: offer.unsaved,
    ...SURFACE,
  });
  if (end !== undefined) return { text: `${end}\n\n${text}`, clusters: [] };
  return { text, clusters: planChanges(offer.plans) ? [{ name: offer.cluster, line: 0 }] : [] };
}

/** Every plan of every connected cluster, as the command line prints it. */
function planOf(state: WorkspaceState): Unlinked {
  const connected = state.clusters.filter((cluster) => cluster.phase === 'connected');
  if (connected.length === 0)
    return { text: 'No cluster is connected: a plan compares the files with a cluster.\n', clusters: [] };
  const clusters: PlanResult['clusters'][number][] = [];
  let text = '';
  for (const cluster of connected) {
    const all = plansOf(state, cluster).map(({ owner, plan }) => ({ name: `${owner.namespace}/${owner.name}`, plan }));
    const plans = all.flatMap(({ plan }) => (plan?.kind === 'made' ? [plan.plan] : []));
    const blocked = all.flatMap(({ name, plan }) => {
      if (plan?.kind === 'made') return [];
      if (!plan) return [`${name}  is being compared with the cluster\n`];
      const why = plan.kind === 'failed' ? plan.message : 'its files have errors, see Problems';
      return [`${name}  cannot be planned: ${why}\n`];
    });
    if (text !== '') text += '\n';
    if (blocked.length === 0 && planChanges(plans))
      clusters.push({ name: cluster.name, line: text.split('\n').length - 1 });
    text +=
      plans.length + blocked.length === 0
        ? `${cluster.name}: no plan yet\n`
        : `${blocked.join('')}${planText(plans, { cluster: `${cluster.provider}/${cluster.name}`, unsavedFiles: state.unsaved.size, ...SURFACE })}`;
  }
  return { text, clusters };
}
