// How far Reconcile All is: what of it is ready, what waits and for whom, what has failed. Judges by what Flux wrote after it
// was asked; asks nothing itself. Pure.
import { getString } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import { keyOf, refOf } from '../model/objectRef.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import type { ClusterState, WorkspaceState } from '../workspace/state.ts';
import { blockedBy, dependencyRefs, nameBeside } from './blockedBy.ts';
import { fluxState } from './fluxState.ts';
import { whySentence } from './why/chain.ts';
import { whyNotReady } from './why/why.ts';

/** A Kustomization that was asked for. */
export interface Asked {
  readonly cluster: string;
  readonly ref: ObjectRef;
  /** What it had handled last before it was asked. */
  readonly before: string | undefined;
  readonly answer: 'none' | 'handled' | { readonly failed: string };
  /** It was asked when all that it depends on was ready: asked again it would say nothing else. */
  readonly whenFree: boolean;
}

export type Standing =
  | { readonly kind: 'ready' }
  | { readonly kind: 'underWay' }
  /** `isFree`: what it depends on is ready by now, and it may go on. `isStuck`: none of what it waits for is under way. */
  | {
      readonly kind: 'waiting';
      readonly behind: readonly string[];
      readonly isFree: boolean;
      readonly isStuck: boolean;
    }
  | { readonly kind: 'failed'; readonly why: string };

export interface Progress {
  /** In the order of what was asked. */
  readonly standings: readonly Standing[];
  /** Nothing more comes of it. */
  readonly isOver: boolean;
  /** `3 of 6 ready · 2 wait for infra · 1 failed` */
  readonly line: string;
}

export function lastHandled(state: WorkspaceState, cluster: string, ref: ObjectRef): string | undefined {
  return getString(find(state, cluster, ref), 'status', 'lastHandledReconcileAt');
}

export function reconcileAllProgress(state: WorkspaceState, all: readonly Asked[]): Progress {
  const standings = all.map((asked) => standingOf(state, asked, all));
  const isOver = standings.every(
    (one, at) =>
      one.kind === 'ready' ||
      one.kind === 'failed' ||
      (one.kind === 'waiting' && (one.isStuck || (one.isFree && all[at]?.whenFree === true))),
  );
  return { standings, isOver, line: lineOf(standings) };
}

/** What is said at the end; undefined where all are ready. */
export function reconcileAllFailure({ standings, line }: Progress): string | undefined {
  if (standings.every(({ kind }) => kind === 'ready')) return undefined;
  const [first, ...others] = standings.flatMap((one) => (one.kind === 'failed' ? [one.why] : []));
  return first === undefined ? line : `${line}${others.length > 0 ? ', the first' : ''}: ${first}`;
}

function lineOf(standings: readonly Standing[]): string {
  const of = <K extends Standing['kind']>(kind: K): Extract<Standing, { kind: K }>[] =>
    standings.filter((one): one is Extract<Standing, { kind: K }> => one.kind === kind);
  const waiting = of('waiting');
  const behind = [...new Set(waiting.flatMap((one) => one.behind))];
  const waits = `${waiting.length} ${waiting.length === 1 ? 'waits' : 'wait'}${behind.length > 0 ? ` for ${behind.join(', ')}` : ''}`;
  return [
    `${of('ready').length} of ${standings.length} ready`,
    waiting.length > 0 ? waits : '',
    of('failed').length > 0 ? `${of('failed').length} failed` : '',
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

function standingOf(state: WorkspaceState, asked: Asked, all: readonly Asked[]): Standing {
  const { ref, answer } = asked;
  const failed = (why: string): Standing => {
    const isOneOfSeveral = all.some(({ cluster: other }) => other !== asked.cluster);
    return { kind: 'failed', why: isOneOfSeveral ? `${asked.cluster}: ${why}` : why };
  };
  if (typeof answer === 'object') return failed(`${ref.name}: ${answer.failed}`);
  const cluster = state.clusters.find(({ name }) => name === asked.cluster);
  const object = find(state, asked.cluster, ref);
  if (!cluster || !object) return failed(`${ref.name} is not there any more`);
  if (!isAnswered(asked, object)) return { kind: 'underWay' };
  const { word } = fluxState(object);
  if (word === 'ready') return { kind: 'ready' };
  if (word === 'progressing' || word === 'unknown') return { kind: 'underWay' };
  if (word === 'waiting') return waitingOf(cluster, object, all);
  const why = whyNotReady(state, cluster, ref);
  return failed(why ? whySentence(why.links) : `${ref.name} is ${word}`);
}

/** The watch may be behind the answer: what it shows is from before then. */
function isAnswered({ answer, before }: Asked, object: JsonObject): boolean {
  return answer === 'handled' && getString(object, 'status', 'lastHandledReconcileAt') !== before;
}

function waitingOf(cluster: ClusterState, object: JsonObject, all: readonly Asked[]): Standing {
  const own = refOf(object);
  const isFree = blockedBy(cluster, object).length === 0;
  const asks = all.filter((one) => one.cluster === cluster.name);
  const isStuck = !isFree && !isMoving(cluster, object, asks, new Set());
  const behind = isFree
    ? dependencyRefs(object).map((ref) => nameBeside(ref, own))
    : endsOf(cluster, object, new Set([keyOf(own)]));
  return { kind: 'waiting', behind: [...new Set(behind)], isFree, isStuck };
}

/** The names of what is waited for in the end: what does not wait itself, or is not there. */
function endsOf(cluster: ClusterState, object: JsonObject, seen: Set<string>): string[] {
  return blockedBy(cluster, object).flatMap(({ ref, object: next }) => {
    const key = keyOf(ref);
    const isEnd = !next || fluxState(next).word !== 'waiting' || blockedBy(cluster, next).length === 0;
    if (isEnd || seen.has(key)) return [nameBeside(ref, refOf(object))];
    seen.add(key);
    return endsOf(cluster, next, seen);
  });
}

/** Whether anything is under way that it waits for. */
function isMoving(cluster: ClusterState, object: JsonObject, asks: readonly Asked[], seen: Set<string>): boolean {
  const key = keyOf(refOf(object));
  if (seen.has(key)) return false;
  seen.add(key);
  return blockedBy(cluster, object).some(({ ref, object: next }) => {
    if (!next) return false;
    const ask = asks.find((one) => keyOf(one.ref) === keyOf(ref));
    if (ask && ask.answer !== 'handled') return ask.answer === 'none';
    if (ask && !isAnswered(ask, next)) return true;
    const { word } = fluxState(next);
    if (word === 'waiting')
      return blockedBy(cluster, next).length === 0 ? ask?.whenFree === false : isMoving(cluster, next, asks, seen);
    return word === 'progressing' || word === 'unknown';
  });
}

function find(state: WorkspaceState, cluster: string, ref: ObjectRef): JsonObject | undefined {
  const key = keyOf(ref);
  const found = state.clusters.find(({ name }) => name === cluster);
  return found?.kustomizations.find((one) => keyOf(refOf(one)) === key);
}
