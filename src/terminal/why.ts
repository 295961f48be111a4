// Why something is not ready, for commands: the cluster is read once, the repository rendered as it is on disk, and the chain
// is the one that the editor shows.
import type { KubeReader } from '../kube/client.ts';
import { systemClock } from '../model/clock.ts';
import type { JsonObject } from '../model/json.ts';
import { keyOf, refOf } from '../model/objectRef.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import { causesOf } from '../present/why/causes.ts';
import type { Cause } from '../present/why/causes.ts';
import type { Why } from '../present/why/chain.ts';
import { whySentence } from '../present/why/chain.ts';
import { lineOfWhy, withCommit } from '../present/why/commit.ts';
import { notesOn } from '../present/why/service.ts';
import { allNotReady, whyNotReady } from '../present/why/why.ts';
import { fluxState } from '../present/fluxState.ts';
import { diskSnapshot } from '../source/disk.ts';
import { blameLineWithin } from '../source/git/blameLine.ts';
import { validate } from '../validate/validate.ts';
import { knownSchemas } from '../workspace/cluster/clusterSchemas.ts';
import { indexFolder } from '../workspace/files/indexFolder.ts';
import { readCluster } from '../workspace/cluster/readCluster.ts';
import { plainStages } from '../workspace/files/plainStages.ts';
import { asksForVariables, renderRoot } from '../workspace/files/renderer.ts';
import { initialState } from '../workspace/state.ts';
import type { Root, RootRendering, WorkspaceState } from '../workspace/state.ts';
import { createVariablesOf } from '../workspace/files/variableLookup.ts';

export interface WhyQuestion {
  /** The cluster in words. */
  readonly cluster: string;
  readonly reader: KubeReader;
  /** The repository that the cluster is reconciled from, where it is known: what a chain ends at is looked up in it. */
  readonly root: string | undefined;
}

/** The chain of one thing, or of everything that is not ready. Undefined: it is ready. */
export interface WhyAnswers {
  of(ref: ObjectRef): Promise<Why | undefined>;
  all(): Promise<Why[]>;
  /** The same, each cause once. */
  causes(): Promise<Cause[]>;
  /** What is to be known of one thing, or of everything, though it is ready. */
  notes(of?: ObjectRef): Promise<Why[]>;
  /** What the cluster has: to find what was named. */
  readonly state: WorkspaceState;
}

/** A history that takes longer is left out: the chain says enough without it. */
const BLAME_MS = 10_000;

/** Reads the cluster. `ready`: the inventories of Kustomizations that are ready are looked at too. */
export async function askWhy(
  { cluster, reader, root }: WhyQuestion,
  { ready }: { readonly ready: boolean },
  signal: AbortSignal,
): Promise<WhyAnswers> {
  const isWanted = (one: JsonObject): boolean => ready || fluxState(one).word !== 'ready';
  const read = await readCluster(cluster, reader, isWanted, signal);
  const renderings =
    root === undefined ? new Map<string, RootRendering>() : renderKnown(root, read.kustomizations.filter(isWanted));
  const state: WorkspaceState = { ...initialState(root ?? '', true), renderings, clusters: [read] };
  const finish = async (why: Why): Promise<Why> => {
    const line = lineOfWhy(why.links);
    if (root === undefined || !line) return why;
    const by = await blameLineWithin(root, line, BLAME_MS, signal);
    return { ...why, links: withCommit(why.links, by, systemClock.now()) };
  };
  const finishAll = async <T>(all: readonly T[], one: (of: T) => Promise<T>): Promise<T[]> => {
    const finished: T[] = [];
    for (const each of all) finished.push(await one(each));
    return finished;
  };
  return {
    state,
    of: async (ref) => {
      const why = whyNotReady(state, read, ref);
      return why && finish(why);
    },
    all: () => finishAll(allNotReady(state, read), finish),
    notes: (of) => finishAll(notesOn(state, read, of), finish),
    causes: () =>
      finishAll(causesOf(allNotReady(state, read)), async (cause) => ({ ...cause, why: await finish(cause.why) })),
  };
}

/** The sentence of one thing; undefined where it is ready. */
export async function whyText(question: WhyQuestion, ref: ObjectRef, signal: AbortSignal): Promise<string | undefined> {
  const why = await (await askWhy(question, { ready: false }, signal)).of(ref);
  return why && whySentence(why.links);
}

/** The given Kustomizations of the cluster, as the folder has them. Variables may be in what any other root renders. */
function renderKnown(root: string, kustomizations: readonly JsonObject[]): Map<string, RootRendering> {
  const snapshot = diskSnapshot(root);
  const index = indexFolder(snapshot);
  const known = new Set(kustomizations.map((one) => keyOf(refOf(one))));
  const flux = index.roots.filter((one): one is Root & { kind: 'flux' } => one.kind === 'flux');
  const wanted = flux.filter(({ object }) => known.has(keyOf(refOf(object))));
  const asks = wanted.some(({ object }) => asksForVariables(object));
  const schemas = knownSchemas();
  const stages = plainStages({ schemas, loadRestrictor: 'none', order: 'none' }, (manifests, judged) =>
    validate(manifests, schemas, judged),
  );
  const renderings = new Map<string, RootRendering>();
  const lookup = createVariablesOf()({ index, renderings });
  for (const one of asks ? index.roots : wanted) renderings.set(one.id, renderRoot(stages, snapshot, one, 0, lookup));
  // Once more with what the others hold.
  if (asks) for (const one of wanted) renderings.set(one.id, renderRoot(stages, snapshot, one, 1, lookup));
  return renderings;
}
