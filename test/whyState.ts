// A cluster and a folder as the engine holds them, made of a few words: what tests of "why is it not ready" look at.
import { computeStatus } from '../src/health/status.ts';
import { faultyPods } from '../src/health/podFault.ts';
import type { JsonObject } from '../src/model/json.ts';
import { keyOf, refOf } from '../src/model/objectRef.ts';
import { whySentence } from '../src/present/why/chain.ts';
import { whyNotReady } from '../src/present/why/why.ts';
import { newCluster } from '../src/workspace/state.ts';
import type { ClusterState, LiveObject, WorkspaceState } from '../src/workspace/state.ts';
import { viewOf } from './sourceView.ts';

/** A Kustomization with a Ready condition, and further parts of spec and status. */
export function flux(
  name: string,
  ready: readonly [status: string, reason: string, message: string] | undefined,
  { spec = {}, objects = [], ...metadata }: { spec?: JsonObject; objects?: string[] } & JsonObject = {},
): JsonObject {
  const [status = '', reason = '', message = ''] = ready ?? [];
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name, namespace: 'flux-system', ...metadata },
    spec: { path: `./${name}`, sourceRef: { kind: 'GitRepository', name: 'shop' }, ...spec },
    status: {
      ...(ready ? { conditions: [{ type: 'Ready', status, reason, message }] } : {}),
      inventory: { entries: objects.map((id) => ({ id, v: 'v1' })) },
    },
  };
}

export function source(ready: 'True' | 'False', message: string): JsonObject {
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name: 'shop', namespace: 'flux-system' },
    status: { conditions: [{ type: 'Ready', status: ready, reason: 'R', message }] },
  };
}

/** A Kustomization as a file writes it. */
export function fluxFile(name: string, ...spec: string[]): string {
  const lines = [`path: ./${name}`, 'sourceRef: {kind: GitRepository, name: shop}', ...spec];
  return `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: ${name}, namespace: flux-system}\nspec:\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

export interface World {
  readonly kustomizations?: readonly JsonObject[];
  readonly sources?: readonly JsonObject[];
  /** Objects of inventories; null is one that is not there. */
  readonly live?: readonly JsonObject[];
  readonly missing?: readonly JsonObject[];
  /** Pods by the name of their Deployment. */
  readonly pods?: Readonly<Record<string, readonly JsonObject[]>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly cluster?: Partial<ClusterState>;
}

export function stateOf(world: World): { state: WorkspaceState; cluster: ClusterState } {
  const objects = new Map<string, LiveObject>();
  for (const object of world.live ?? []) {
    const { status, message } = computeStatus(object);
    objects.set(keyOf(refOf(object)), { ref: refOf(object), status, message, object });
  }
  for (const one of world.missing ?? [])
    objects.set(keyOf(refOf(one)), { ref: refOf(one), status: 'NotFound', message: '', object: undefined });
  const cluster: ClusterState = {
    ...newCluster('dev', 'embedded'),
    phase: 'connected',
    kustomizations: world.kustomizations ?? [],
    sources: world.sources ?? [source('True', 'stored')],
    objects,
    pods: new Map(
      [...objects.values()].flatMap(({ ref }) => {
        const pods = world.pods?.[ref.name];
        return pods ? [[keyOf(ref), faultyPods(pods)] as const] : [];
      }),
    ),
    ...world.cluster,
  };
  const { state } = viewOf(world.files ?? {});
  return { state: { ...state, clusters: [cluster] }, cluster };
}

/** The sentence for an object; `ready` where there is none. */
export function sentenceOf(world: World, object: JsonObject): string {
  const { state, cluster } = stateOf(world);
  const why = whyNotReady(state, cluster, refOf(object));
  return why ? whySentence(why.links) : 'ready';
}
