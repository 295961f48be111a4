// The one item of the status bar: the worst state and what it is about. Pure.
import type { ClusterState, WorkspaceState } from '../workspace/state.ts';
import { fluxState } from './fluxState.ts';
import type { StateWord } from './fluxState.ts';
import { clusterSummary, servingText } from './tree/clusterTree.ts';
import { count } from './names.ts';
import { inertMarkdown } from './tree/treeNode.ts';

export interface StatusBar {
  /** `$(codicon) text` */
  readonly text: string;
  readonly tooltip: string;
  readonly spoken: string;
  readonly severity: 'none' | 'warning' | 'error';
}

export function statusBar(state: WorkspaceState): StatusBar {
  const errors = [...state.renderings.values()].filter((one) =>
    one.findings.some((finding) => finding.severity === 'error'),
  ).length;
  const cluster = worstCluster(state.clusters);
  if (!cluster)
    return item(
      '$(target) Plumbline',
      state.trusted ? 'No cluster yet' : 'Restricted Mode: files are rendered and checked, no cluster is reached',
      'none',
    );
  const { word, said } = clusterSummary(cluster);
  const spin = word === 'progressing' || cluster.phase === 'starting' || cluster.phase === 'connecting';
  const icon = spin
    ? '$(sync~spin)'
    : word === 'failed'
      ? '$(error)'
      : word === 'drifted'
        ? '$(git-compare)'
        : word === 'ready'
          ? '$(pass)'
          : '$(target)';
  const failing = cluster.sources.some((source) => fluxState(source).word === 'failed');
  const serving = servingText(cluster);
  const lines = [`${cluster.name}: ${said}`];
  if (serving !== '') lines.push(`the loop serves: ${serving}`);
  if (errors > 0) lines.push(`${count(errors, 'kustomization')} with errors in the files`);
  return item(
    `${icon} ${[`${cluster.name}: ${shortWord(word, said)}`, serving].filter((part) => part !== '').join(' · ')}`,
    lines.map(inertMarkdown).join('\n\n'),
    failing ? 'error' : 'none',
  );
}

const WORST_FIRST: readonly StateWord[] = ['failed', 'drifted', 'progressing', 'waiting'];

/** Of those that a loop of this window is for, else of those that are connected, else of all: the first of the worst. */
function worstCluster(clusters: readonly ClusterState[]): ClusterState | undefined {
  const candidates = [
    clusters.filter(({ loop }) => loop !== 'none'),
    clusters.filter(({ phase }) => phase === 'connected'),
    clusters,
  ].find((some) => some.length > 0);
  const rank = (cluster: ClusterState): number => {
    const at = WORST_FIRST.indexOf(clusterSummary(cluster).word);
    return at < 0 ? WORST_FIRST.length : at;
  };
  // Counting thousands of objects costs: not where there is nothing to choose.
  if (!candidates?.[1]) return candidates?.[0];
  return candidates.toSorted((a, b) => rank(a) - rank(b))[0];
}

function shortWord(word: string, said: string): string {
  return word === 'unknown' ? said : word;
}

function item(text: string, tooltip: string, severity: StatusBar['severity']): StatusBar {
  return { text, tooltip, severity, spoken: `Plumbline, ${text.replaceAll(/\$\([^)]*\) ?/g, '')}` };
}
