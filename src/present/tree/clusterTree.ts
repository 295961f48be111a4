// The Clusters view: what each cluster is, who reconciles it, and how it is, in one line. Pure.
import { getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { keyOf, refOf } from '../../model/objectRef.ts';
import { inventoryOfKustomization } from '../../model/inventoryOfKustomization.ts';
import { printServingMode } from '../../model/servingMode.ts';
import type { ServingMode } from '../../model/servingMode.ts';
import type { ServeResult } from '../../workspace/cluster/clusterSession.ts';
import type { ClusterState, WorkspaceState } from '../../workspace/state.ts';
import { fluxState } from '../fluxState.ts';
import type { StateWord } from '../fluxState.ts';
import { count } from '../names.ts';
import { shortRevision } from '../revision.ts';
import { inertMarkdown, stateIcon, treeNode } from './treeNode.ts';
import type { TreeIcon, TreeNode } from './treeNode.ts';

export function clusterTree(state: WorkspaceState): TreeNode[] {
  return state.clusters.map((cluster) => {
    const { word, said } = clusterSummary(cluster);
    // A narrow side bar shows the beginning: what needs somebody stands there, else who reconciles and what.
    const isFirst = isSaying(cluster) || (word !== 'ready' && !isFluxs(cluster));
    const parts = isFirst ? [said, modeText(cluster)] : [modeText(cluster), said];
    const description = [...parts, cluster.provider].filter((part) => part !== '').join(' · ');
    return treeNode({
      id: `cluster|${cluster.name}`,
      label: cluster.name,
      description,
      icon: clusterIcon(cluster, word),
      tooltip: tooltip(cluster, description),
      context: `cluster.${cluster.phase}.${cluster.loop !== 'none' ? 'loop' : cluster.flux ? 'flux' : 'noloop'}.${cluster.provider}`,
      state: word,
      spoken: `cluster ${cluster.name}, ${description}`,
      target: { cluster: cluster.name },
    });
  });
}

/** The worst state of a cluster's kustomizations and a phrase that counts: `3 kustomizations, 1 drifted`. */
export function clusterSummary(cluster: ClusterState): { word: StateWord; said: string } {
  if (cluster.phase !== 'connected')
    return {
      word: cluster.phase === 'stopped' || cluster.phase === 'unreachable' ? 'unknown' : 'progressing',
      said: phaseText(cluster),
    };
  if (isSaying(cluster)) return { word: cluster.loop === 'none' ? 'failed' : 'progressing', said: cluster.message };
  const words = cluster.kustomizations.map(
    (one) => fluxState(one, inventoryOfKustomization(one).filter((ref) => cluster.drifts.has(keyOf(ref))).length).word,
  );
  const sources = cluster.sources.map((one) => fluxState(one).word);
  const number = (word: StateWord): number => words.filter((one) => one === word).length;
  if (words.length === 0)
    return { word: sources.length === 0 ? 'unknown' : 'progressing', said: 'no kustomizations yet' };
  const failedSources = sources.filter((word) => word === 'failed').length;
  const parts: string[] = [];
  for (const word of ['failed', 'drifted', 'progressing', 'waiting', 'suspended'] as const)
    if (number(word) > 0) parts.push(`${number(word)} ${word}`);
  if (failedSources > 0) parts.unshift(`${count(failedSources, 'source')} failed`);
  const worst =
    (['failed', 'drifted', 'progressing', 'waiting'] as const).find(
      (word) => number(word) > 0 || (word === 'failed' && failedSources > 0),
    ) ?? 'ready';
  return {
    word: worst,
    said:
      parts.length === 0
        ? `${count(words.length, 'kustomization')}, all ready`
        : `${count(words.length, 'kustomization')}, ${parts.join(', ')}`,
  };
}

/** There is something to say of the cluster itself. Of a loop that could not start beside Flux's there is not: Flux's runs. */
function isSaying({ phase, message, loop, flux }: ClusterState): boolean {
  return phase !== 'connected' || (message !== '' && !(flux && loop === 'none'));
}

/** Who reconciles. */
const MODES = {
  none: 'no loop here',
  // The message says it.
  starting: '',
  controlling: 'local loop',
  observing: 'loop held by another Plumbline, or by Flux',
} as const;

function modeText(cluster: ClusterState): string {
  if (cluster.phase !== 'connected') return '';
  if (isFluxs(cluster)) return fluxText(cluster);
  return [MODES[cluster.loop], servedText(cluster)].filter((part) => part !== '').join(' · ');
}

/** Flux's own controllers reconcile it, not the loop of this window. */
function isFluxs({ phase, flux, loop }: ClusterState): boolean {
  return phase === 'connected' && flux !== undefined && (loop === 'none' || loop === 'observing');
}

/** `Flux 2.9`: the release, without its patches. */
function fluxText({ flux }: Pick<ClusterState, 'flux'>): string {
  return ['Flux', flux?.version.split('.').slice(0, 2).join('.') ?? ''].filter((part) => part !== '').join(' ');
}

/** `HEAD main@4f2c1a9`, `origin/main@4f2c1a9`, `working tree` */
function servedText(cluster: ClusterState): string {
  const revision = servedRevision(cluster);
  const branch = revision.slice(0, Math.max(revision.indexOf('@'), 0));
  if (branch !== '' && cluster.serving.endsWith(`/${branch}`))
    return `${cluster.serving}${revision.slice(branch.length)}`;
  return [servingText(cluster), revision].filter((part) => part !== '').join(' ');
}

/** What the loop has fetched of the folder: empty where that is no commit, or not one alone. */
function servedRevision(cluster: ClusterState): string {
  if (cluster.loop !== 'controlling' || cluster.serving === 'tree' || isHeld(cluster)) return '';
  const revisions = cluster.sources
    .filter((source) => cluster.served.has(keyOf(refOf(source))))
    .map((source) => getString(source, 'status', 'artifact', 'revision') ?? '');
  return new Set(revisions).size === 1 ? shortRevision(revisions[0] ?? '') : '';
}

/** What the loop of this window serves; empty where there is none. */
export function servingText(cluster: ClusterState): string {
  if (cluster.loop !== 'controlling') return '';
  return isHeld(cluster) ? 'applied files' : printServingMode(cluster.serving);
}

/** What becomes of a change of what is served that was cancelled, in one line: nothing. */
export function cancelledServing(
  wanted: ServingMode,
  cluster: string,
  result: Exclude<ServeResult, { kind: 'served' }>,
): string {
  const what = `Serving ${printServingMode(wanted)} to ${cluster} was cancelled`;
  if (result.kind === 'stopped') return `${what}, and the loop did not start again: ${result.reason}`;
  const { held, serving } = result;
  const still = held ? `the applied files, ${heldUntil({ serving })}` : printServingMode(serving);
  return `${what}: the loop goes on with ${still}.`;
}

/** When a loop that is held at applied files goes on: `until the next commit`. */
export function heldUntil({ serving }: Pick<ClusterState, 'serving'>): string {
  if (serving === 'head') return 'until the next commit';
  return serving === 'tree' ? 'until a file is saved' : `until ${serving} moves`;
}

/** Whether the loop of this window is held at files that were applied from a plan: it follows commits otherwise. */
export function isHeld({ loop, serving, sources }: ClusterState): boolean {
  const revision = (source: JsonObject): string => getString(source, 'status', 'artifact', 'revision') ?? '';
  return (
    loop === 'controlling' && serving !== 'tree' && sources.some((source) => revision(source).startsWith('worktree@'))
  );
}

function phaseText(cluster: ClusterState): string {
  const detail = cluster.message === '' ? '' : `: ${cluster.message}`;
  return `${cluster.phase}${detail}`;
}

function clusterIcon(cluster: ClusterState, word: StateWord): TreeIcon {
  if (cluster.phase === 'stopped') return { name: 'debug-stop', color: 'descriptionForeground' };
  if (cluster.phase === 'unreachable') return { name: 'debug-disconnect', color: 'problemsWarningIcon.foreground' };
  const icon = stateIcon(word);
  // Its words say the state.
  return isFluxs(cluster) ? { ...icon, name: 'lock' } : icon;
}

function tooltip(cluster: ClusterState, description: string): string {
  const lines = [`**${inertMarkdown(cluster.name)}**`, inertMarkdown(description)];
  if (cluster.provider === 'embedded')
    lines.push('An embedded Kubernetes API. It runs no containers: stand-in controllers bring workloads to ready.');
  if (isFluxs(cluster))
    lines.push(
      `Reconciled by ${inertMarkdown(['Flux', cluster.flux?.version].filter(Boolean).join(' '))}: Plumbline observes, plans, and asks Flux to reconcile, suspend and resume.`,
    );
  if (cluster.server !== '') lines.push(inertMarkdown(cluster.server));
  return lines.join('\n\n');
}
