// The Reconciliation view: sources, their kustomizations, the objects of their inventories. Pure; order never depends on time.
import { getList, getString } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import { keyOf, refOf } from '../model/objectRef.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import { inventoryOfKustomization } from '../model/inventoryOfKustomization.ts';
import { detectsOnly } from '../model/driftMode.ts';
import type { ClusterState, WorkspaceState } from '../workspace/state.ts';
import { fluxState } from './fluxState.ts';
import type { FluxState, StateWord } from './fluxState.ts';
import { count, scopedName } from './names.ts';
import { objectNode, objectState } from './objectNode.ts';
import type { ObjectNodes } from './objectNode.ts';
import { problemsOf } from './problems.ts';
import { shortRevision } from './revision.ts';
import { inertMarkdown, stateIcon, treeNode } from './treeNode.ts';
import type { TreeNode } from './treeNode.ts';

/** Nodes of the view. Clusters are a level of their own only where several are connected. */
export function reconciliationTree(state: WorkspaceState, known?: ObjectNodes): TreeNode[] {
  const connected = state.clusters.filter((cluster) => cluster.phase === 'connected');
  const [only] = connected;
  if (connected.length === 1 && only) return clusterNodes(state, only, known);
  return connected.map((cluster) =>
    treeNode({
      id: `${cluster.name}|`,
      label: cluster.name,
      description: cluster.provider,
      icon: { name: 'server-environment' },
      context: 'clusterGroup',
      expansion: 'expanded',
      target: { cluster: cluster.name },
      children: clusterNodes(state, cluster, known),
    }),
  );
}

function clusterNodes(state: WorkspaceState, cluster: ClusterState, known?: ObjectNodes): TreeNode[] {
  const sources = byName(cluster.sources);
  const nodes = sources.map((source) => sourceNode(state, cluster, source, known));
  const orphans = byName(cluster.kustomizations).filter((one) => !sources.some((source) => isSourceOf(source, one)));
  return [...nodes, ...orphans.map((one) => kustomizationNode(state, cluster, one, known))];
}

function sourceNode(state: WorkspaceState, cluster: ClusterState, source: JsonObject, known?: ObjectNodes): TreeNode {
  const ref = refOf(source);
  const status = fluxState(source);
  const children = byName(cluster.kustomizations)
    .filter((one) => isSourceOf(source, one))
    .map((one) => kustomizationNode(state, cluster, one, known));
  const said = status.word === 'ready' ? shortRevision(status.revision) : stateSentence(status);
  return treeNode({
    // An editor keeps a node that came as a leaf closed when it gets children: then it is another one, which comes open.
    id: `${cluster.name}|${keyOf(ref)}${children.length > 0 ? '' : '|alone'}`,
    label: ref.name,
    description: `${ref.kind} · ${said}`,
    icon: stateIcon(status.word),
    tooltip: fluxTooltip(source, status, cluster, []),
    context: `source.${status.word === 'suspended' ? 'suspended' : 'active'}`,
    state: status.word,
    expansion: children.length > 0 ? 'expanded' : 'none',
    target: { cluster: cluster.name, ref },
    children,
  });
}

function kustomizationNode(
  state: WorkspaceState,
  cluster: ClusterState,
  kustomization: JsonObject,
  known?: ObjectNodes,
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
  ]
    .filter((part) => part !== '')
    .join(' · ');
  return treeNode({
    id: `${cluster.name}|${keyOf(ref)}`,
    label: ref.name,
    description,
    icon: stateIcon(status.word),
    tooltip: fluxTooltip(kustomization, status, cluster, problems),
    context: `kustomization.${status.word === 'suspended' ? 'suspended' : 'active'}.${detectsOnly(kustomization) ? 'detects' : 'heals'}`,
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
  if (blocking.length > 0) return `waiting for ${blocking.join(', ')}`;
  return status.word === 'ready' ? 'ready' : stateSentence(status);
}

/** The Kustomizations that it depends on and that are not ready themselves. */
function blockedBy(cluster: ClusterState, kustomization: JsonObject): string[] {
  const own = refOf(kustomization);
  return (getList(kustomization, 'spec', 'dependsOn') ?? []).flatMap((one) => {
    const name = getString(one, 'name') ?? '';
    const namespace = getString(one, 'namespace') ?? own.namespace;
    const found = cluster.kustomizations.find((other) => {
      const ref = refOf(other);
      return ref.name === name && ref.namespace === namespace;
    });
    if (found && fluxState(found).word === 'ready') return [];
    return [namespace === own.namespace ? name : `${namespace}/${name}`];
  });
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
