// The Clusters view: what each cluster is, who reconciles it, and how it is, in one line. Pure.
import { getString } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import { keyOf } from '../model/objectRef.ts';
import { inventoryOfKustomization } from '../model/inventoryOfKustomization.ts';
import { printServingMode } from '../model/servingMode.ts';
import type { ServingMode } from '../model/servingMode.ts';
import type { ServeResult } from '../workspace/sessions.ts';
import type { ClusterState, WorkspaceState } from '../workspace/state.ts';
import { fluxState } from './fluxState.ts';
import type { StateWord } from './fluxState.ts';
import { count } from './names.ts';
import { inertMarkdown, stateIcon, treeNode } from './treeNode.ts';
import type { TreeIcon, TreeNode } from './treeNode.ts';

export function clusterTree(state: WorkspaceState): TreeNode[] {
  return state.clusters.map((cluster) => {
    const { word, said } = clusterSummary(cluster);
    const description = [said, kindText(cluster), modeText(cluster)].filter((part) => part !== '').join(' · ');
    return treeNode({
      id: `cluster|${cluster.name}`,
      label: cluster.name,
      description,
      icon: clusterIcon(cluster, word),
      tooltip: tooltip(cluster, description),
      context: `cluster.${cluster.phase}.${cluster.loop === 'none' ? 'noloop' : 'loop'}.${cluster.provider}`,
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
  if (cluster.message !== '')
    return { word: cluster.loop === 'none' ? 'failed' : 'progressing', said: cluster.message };
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

/** Who reconciles. */
const MODES = {
  none: 'no loop here',
  // The message says it.
  starting: '',
  controlling: 'local loop',
  observing: 'loop held by another Plumbline, or by Flux',
} as const;

function kindText(cluster: ClusterState): string {
  return cluster.provider === 'embedded' ? 'embedded' : cluster.provider;
}

function modeText(cluster: ClusterState): string {
  if (cluster.phase !== 'connected') return '';
  return [MODES[cluster.loop], servingText(cluster)].filter((part) => part !== '').join(' · ');
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
  if (cluster.phase === 'unreachable') return { name: 'debug-disconnect', color: 'list.warningForeground' };
  return stateIcon(word);
}

function tooltip(cluster: ClusterState, description: string): string {
  const lines = [`**${inertMarkdown(cluster.name)}**`, inertMarkdown(description)];
  if (cluster.provider === 'embedded')
    lines.push('An embedded Kubernetes API. It runs no containers: stand-in controllers bring workloads to ready.');
  if (cluster.server !== '') lines.push(inertMarkdown(cluster.server));
  return lines.join('\n\n');
}
