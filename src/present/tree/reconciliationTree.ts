// The Reconciliation view: kustomizations by their source, their name or their state, with the objects of their inventories.
// Pure; order never depends on time.
import { getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { keyOf, refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import { inventoryOfKustomization } from '../../model/inventoryOfKustomization.ts';
import { detectsOnly } from '../../model/driftMode.ts';
import type { ClusterState, WorkspaceState } from '../../workspace/state.ts';
import { ageOf } from '../age.ts';
import { blockedBy, nameBeside } from '../blockedBy.ts';
import { fluxState } from '../fluxState.ts';
import type { FluxState, StateWord } from '../fluxState.ts';
import type { Grouping } from './grouping.ts';
import { count, scopedName } from '../names.ts';
import { objectNode, objectState } from './objectNode.ts';
import type { ObjectNodes } from './objectNode.ts';
import { problemsOf } from '../problems.ts';
import { shortRevision } from '../revision.ts';
import { inertMarkdown, stateIcon, treeNode } from './treeNode.ts';
import type { TreeNode } from './treeNode.ts';

/** How the view is shown. */
export interface Shown {
  readonly grouping: Grouping;
  /** For the ages of what was fetched: milliseconds since the epoch. */
  readonly now: number;
  readonly known?: ObjectNodes;
}

/** Nodes of the view. Clusters are a level of their own only where several are connected. */
export function reconciliationTree(state: WorkspaceState, shown: Shown): TreeNode[] {
  const connected = state.clusters.filter((cluster) => cluster.phase === 'connected');
  const [only] = connected;
  if (connected.length === 1 && only) return clusterNodes(state, only, shown);
  return connected.map((cluster) =>
    treeNode({
      id: `${cluster.name}|`,
      label: cluster.name,
      description: cluster.provider,
      icon: { name: 'server-environment' },
      context: 'clusterGroup',
      expansion: 'expanded',
      target: { cluster: cluster.name },
      children: clusterNodes(state, cluster, shown),
    }),
  );
}

/** Milliseconds until an age in the view reads otherwise; undefined where none is shown. */
export function nextAge({ clusters }: WorkspaceState, now: number): number | undefined {
  const ages = clusters
    .filter(({ phase }) => phase === 'connected')
    .flatMap(({ sources }) => sources.flatMap((source) => ageOf(fetchedAt(source), now)?.changesIn ?? []));
  return ages.length === 0 ? undefined : Math.min(...ages);
}

function clusterNodes(state: WorkspaceState, cluster: ClusterState, shown: Shown): TreeNode[] {
  const nodeOf = (one: JsonObject): TreeNode => kustomizationNode(state, cluster, one, shown);
  if (shown.grouping === 'state') return stateNodes(cluster, byName(cluster.kustomizations).map(nodeOf), shown);
  const sources = byName(cluster.sources).map((source) => ({
    source,
    own: cluster.kustomizations.filter((one) => isSourceOf(source, one)),
  }));
  if (shown.grouping === 'kustomization') {
    const unused = sources.filter(({ own }) => own.length === 0);
    return [
      ...byName(cluster.kustomizations).map(nodeOf),
      ...unused.map(({ source }) => sourceNode(cluster, source, [], shown)),
    ];
  }
  const fed = new Set(sources.flatMap(({ own }) => own));
  return [
    ...sources.map(({ source, own }) => sourceNode(cluster, source, byName(own).map(nodeOf), shown)),
    ...byName(cluster.kustomizations.filter((one) => !fed.has(one))).map(nodeOf),
  ];
}

/** Every word that a Kustomization can have, what needs somebody first. */
const WORST_FIRST: readonly StateWord[] = [
  'failed',
  'drifted',
  'progressing',
  'waiting',
  'suspended',
  'unrendered',
  'unknown',
  'ready',
];

/** One node for each state that occurs. A source that is not ready stands there too: nothing new comes to what it feeds. */
function stateNodes(cluster: ClusterState, kustomizations: readonly TreeNode[], shown: Shown): TreeNode[] {
  const sources = byName(cluster.sources)
    .map((source) => sourceNode(cluster, source, [], shown))
    .filter(({ state }) => state !== 'ready');
  return WORST_FIRST.flatMap((word) => {
    const [those, beside] = [kustomizations, sources].map((nodes) => nodes.filter(({ state }) => state === word));
    const children = [...(beside ?? []), ...(those ?? [])];
    if (children.length === 0) return [];
    const said = [counted(those, 'kustomization'), counted(beside, 'source')].filter((part) => part !== '').join(', ');
    return treeNode({
      id: `${cluster.name}|state ${word}`,
      label: word,
      description: said,
      icon: stateIcon(word),
      context: 'stateGroup',
      state: word,
      expansion: 'expanded',
      target: { cluster: cluster.name },
      children,
    });
  });
}

function counted(nodes: readonly TreeNode[] | undefined, noun: string): string {
  return nodes === undefined || nodes.length === 0 ? '' : count(nodes.length, noun);
}

function sourceNode(
  cluster: ClusterState,
  source: JsonObject,
  children: readonly TreeNode[],
  { now }: Shown,
): TreeNode {
  const ref = refOf(source);
  const status = fluxState(source);
  const isFine = status.word === 'ready' || status.word === 'suspended';
  const said = isFine ? fetchedSentence(source, status, now) : stateSentence(status);
  return treeNode({
    // An editor keeps a node that came as a leaf closed when it gets children: then it is another one, which comes open.
    id: `${cluster.name}|${keyOf(ref)}${children.length > 0 ? '' : '|alone'}`,
    label: ref.name,
    // A narrow side bar shows the beginning: the kind is what is missed least.
    description: `${said} · ${ref.kind}`,
    icon: stateIcon(status.word),
    tooltip: fluxTooltip(source, status, cluster, []),
    context: `source.${status.word === 'suspended' ? 'suspended' : 'active'}.${status.word}`,
    state: status.word,
    expansion: children.length > 0 ? 'expanded' : 'none',
    target: { cluster: cluster.name, ref },
    children,
  });
}

/** `main@4f2c1a9 · 20 s ago`: what was fetched, and when that was new. */
function fetchedSentence(source: JsonObject, { word, revision }: FluxState, now: number): string {
  const parts = [shortRevision(revision), ageOf(fetchedAt(source), now)?.text ?? ''];
  return [word === 'suspended' ? word : '', ...parts].filter((part) => part !== '').join(' · ') || word;
}

function fetchedAt(source: JsonObject): string | undefined {
  return getString(source, 'status', 'artifact', 'lastUpdateTime');
}

function kustomizationNode(
  state: WorkspaceState,
  cluster: ClusterState,
  kustomization: JsonObject,
  { grouping, known }: Shown,
): TreeNode {
  const ref = refOf(kustomization);
  const inventory = inventoryOfKustomization(kustomization);
  const drifted = inventory.filter((one) => cluster.drifts.has(keyOf(one))).length;
  const status = fluxState(kustomization, drifted);
  const problems = problemsOf(state, kustomization);
  const said = kustomizationSentence(cluster, kustomization, status, drifted, inventory.length);
  // A narrow side bar shows the beginning: what is fine stands last.
  const description = [
    said,
    problems.length > 0 ? `${count(problems.length, 'problem')} in the files` : '',
    detectsOnly(kustomization) ? 'drift is only detected' : '',
    status.word === 'ready' ? inventorySentence(cluster, inventory) : '',
    // Its place says it otherwise.
    grouping === 'source' ? '' : sourceSentence(cluster, kustomization),
  ]
    .filter((part) => part !== '')
    .join(' · ');
  return treeNode({
    id: `${cluster.name}|${keyOf(ref)}`,
    label: ref.name,
    description,
    icon: stateIcon(status.word),
    tooltip: fluxTooltip(kustomization, status, cluster, problems),
    context: [
      'kustomization',
      status.word === 'suspended' ? 'suspended' : 'active',
      detectsOnly(kustomization) ? 'detects' : 'heals',
      ...(drifted > 0 && status.word !== 'drifted' ? ['drifted'] : []),
      status.word,
    ].join('.'),
    state: status.word,
    spoken: `${ref.name}, Kustomization, ${description}`,
    target: { cluster: cluster.name, ref, owner: ref },
    children: inventory.map((one) => objectNode(cluster, ref, one, known)),
  });
}

/** `waiting` is the word for what waits for another Kustomization. */
const HEALTH = 'checking health';

function kustomizationSentence(
  cluster: ClusterState,
  kustomization: JsonObject,
  status: FluxState,
  drifted: number,
  objects: number,
): string {
  const ref = refOf(kustomization);
  const running = cluster.phases.get(`${ref.kind}/${ref.namespace}/${ref.name}`);
  if (status.word === 'drifted') return `drifted · ${drifted} of ${objects}`;
  if (status.word === 'progressing' && running)
    return [running.phase === 'waiting' ? HEALTH : running.phase, shortRevision(running.detail)]
      .filter((part) => part !== '')
      .join(' · ');
  const blocking = status.word === 'waiting' ? blockedBy(cluster, kustomization) : [];
  if (blocking.length > 0) return `waiting for ${blocking.map((one) => nameBeside(one.ref, ref)).join(', ')}`;
  return status.word === 'ready' ? 'ready' : stateSentence(status);
}

/** `GitRepository shop`, and how that is where nothing new comes from it. */
function sourceSentence(cluster: ClusterState, kustomization: JsonObject): string {
  const name = getString(kustomization, 'spec', 'sourceRef', 'name');
  if (name === undefined) return '';
  const source = cluster.sources.find((one) => isSourceOf(one, kustomization));
  const word = source ? fluxState(source).word : 'ready';
  const kind = getString(kustomization, 'spec', 'sourceRef', 'kind') ?? '';
  return [kind, name, word === 'ready' ? '' : word].filter((part) => part !== '').join(' ');
}

function inventorySentence(cluster: ClusterState, inventory: readonly ObjectRef[]): string {
  const unready = inventory.filter((one) => isUnready(objectState(cluster.objects.get(keyOf(one))))).length;
  return `${count(inventory.length, 'object')}${unready > 0 ? `, ${unready} not ready` : ''}`;
}

function isUnready(state: StateWord): boolean {
  return state === 'failed' || state === 'progressing';
}

function stateSentence(status: FluxState): string {
  if (status.word === 'suspended') return 'suspended';
  if (status.word === 'unrendered') return status.message;
  // The word says already that something failed; what did, the tooltip says in Flux's words.
  const message = firstLine(shortRevision(status.message))
    .replace(/^[a-z ]+ failed: /, '')
    // Of a place the file's name and line are enough here.
    .replace(/^\S*\/(?=[^\s/]+:\d)/, '');
  return message === '' ? status.word : `${status.word} · ${message}`;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

function fluxTooltip(
  object: JsonObject,
  status: FluxState,
  cluster: ClusterState,
  problems: readonly string[],
): string {
  const ref = refOf(object);
  const lines = [`**${inertMarkdown(`${ref.kind} ${scopedName(ref)}`)}** — ${status.word}`];
  if (status.message !== '') lines.push(inertMarkdown(shortRevision(status.message)));
  if (problems.length > 0)
    lines.push(
      ['In the files as they are now:', ...problems.slice(0, 5).map((problem) => `- ${inertMarkdown(problem)}`)].join(
        '\n',
      ),
    );
  const facts = [
    // The message of what is ready says it.
    ['revision', status.message.includes(status.revision) ? '' : shortRevision(status.revision)],
    ['path', getString(object, 'spec', 'path') ?? ''],
    ['url', getString(object, 'spec', 'url') ?? ''],
    ['fetched', fetchedAt(object) ?? ''],
    ['reason', status.reason],
    ['cluster', cluster.name],
  ].filter(([, value]) => value !== '');
  lines.push(facts.map(([name, value]) => `${name} ${inertMarkdown(value ?? '')}`).join('  \n'));
  return lines.join('\n\n');
}

function isSourceOf(source: JsonObject, kustomization: JsonObject): boolean {
  const ref = refOf(source);
  const own = refOf(kustomization).namespace;
  return (
    getString(kustomization, 'spec', 'sourceRef', 'kind') === ref.kind &&
    getString(kustomization, 'spec', 'sourceRef', 'name') === ref.name &&
    (getString(kustomization, 'spec', 'sourceRef', 'namespace') ?? own) === ref.namespace
  );
}

function byName(objects: readonly JsonObject[]): JsonObject[] {
  return objects.toSorted((a, b) => (keyOf(refOf(a)) < keyOf(refOf(b)) ? -1 : 1));
}
