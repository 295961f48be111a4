// Why an object of an inventory is not ready: its replicas, its pods, what holds its deletion, or its own words. Pure.
import { getList, getPath, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { child } from '../../model/node.ts';
import { notRenderedYet } from '../../model/notRendered.ts';
import { keyOf, refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import type { LiveObject } from '../../workspace/state.ts';
import { fluxState } from '../fluxState.ts';
import { count, objectName, placeLine } from '../names.ts';
import { inOneLine, targetOf } from './chain.ts';
import type { WhyLink } from './chain.ts';
import type { Way, WhyContext } from './context.ts';
import { blamedPod, podLinks } from './pod.ts';
import { placeOf, renderedNode } from './written.ts';

/** The links of an object that the cluster has, or should have. Empty where nothing is wrong with it. */
export function objectLinks(context: WhyContext, ref: ObjectRef, way: Way): WhyLink[] {
  const live = context.cluster.objects.get(keyOf(ref));
  const target = { kind: 'object', ref } as const;
  const name = objectName(ref);
  if (!live || (live.status === 'Unknown' && !live.object)) return [{ text: `${name} has not been read yet`, target }];
  const { object, status, message } = live;
  if (!object) return [{ text: `${name} is not in the cluster`, target }];
  if (status === 'Terminating') return [{ text: `${name} is being deleted`, target }, ...holdingLinks(object, target)];
  const behind = behindLinks(context, live, object, way);
  const unrendered = notRenderedYet(object);
  // Nobody waits for it; who asks for itself is told.
  if (unrendered !== undefined && way.seen.length === 0) return [{ text: `${name} is ${unrendered}`, target }];
  if (status === 'Current' && behind.length === 0) return [];
  const text = countText(object, ref) ?? `${name} is not ready${message === '' ? '' : `: ${inOneLine(message)}`}`;
  return [{ text, target }, ...behind];
}

/** Why a source has nothing to give. Empty where it is ready. */
export function sourceLinks(source: JsonObject): WhyLink[] {
  const ref = refOf(source);
  const { word, message } = fluxState(source);
  const name = objectName(ref);
  const said = message === '' ? '' : `: ${inOneLine(message)}`;
  const text = {
    ready: '',
    drifted: '',
    waiting: `${name} waits${said}`,
    failed: `${name} failed${said}`,
    suspended: `${name} is suspended`,
    progressing: `${name} is being fetched${said}`,
    unrendered: `${name} is ${message}`,
    unknown: `${name} has not been fetched yet`,
  }[word];
  return text === '' ? [] : [{ text, target: { kind: 'object', ref } }];
}

function behindLinks(context: WhyContext, { ref }: LiveObject, object: JsonObject, way: Way): WhyLink[] {
  const pod = blamedPod(context.cluster.pods.get(keyOf(ref)) ?? []);
  const written = renderedNode(context.state, ref, way.owner);
  if (pod) {
    const claims = pod.fault.kind === 'unscheduled' ? pod.fault.claims : [];
    return [...podLinks(pod, ref, written), ...claimLinks(context, claims, ref.namespace, way)];
  }
  if (ref.kind === 'PersistentVolumeClaim') {
    const storageClass = getString(object, 'spec', 'storageClassName');
    const place = placeOf(child(child(written, 'spec'), 'storageClassName'));
    return storageClass !== undefined && place
      ? [{ text: `its storage class "${storageClass}" is set in ${placeLine(place)}`, target: targetOf(place) }]
      : [];
  }
  const refused = conditionOf(object, 'ReplicaFailure', 'True');
  return refused === undefined ? [] : [{ text: `no pod can be made: ${inOneLine(refused)}` }];
}

/** The first of the claims that a pod waits for and that is not bound. */
function claimLinks(context: WhyContext, claims: readonly string[], namespace: string, way: Way): WhyLink[] {
  for (const name of claims) {
    const ref = { group: '', version: 'v1', kind: 'PersistentVolumeClaim', namespace, name };
    const live = context.cluster.objects.get(keyOf(ref));
    if (live && live.status !== 'Current') return context.linksOf(ref, way);
  }
  return [];
}

/** `Deployment infra/web has 0 of 1 replicas`; undefined where it has what it wants, or has no such number. */
function countText(object: JsonObject, ref: ObjectRef): string | undefined {
  const number = (...path: string[]): number | undefined => {
    const value = getPath(object, ...path);
    return typeof value === 'number' ? value : undefined;
  };
  const name = objectName(ref);
  if (ref.group === 'batch' && ref.kind === 'Job') {
    const failed = number('status', 'failed') ?? 0;
    const wanted = number('spec', 'completions') ?? number('spec', 'parallelism') ?? 1;
    const done = `${number('status', 'succeeded') ?? 0} of ${wanted} completions`;
    return conditionOf(object, 'Failed', 'True') === undefined
      ? `${name} has ${done}`
      : `${name} has failed: ${count(failed, 'pod')} failed, ${done}`;
  }
  if (ref.group !== 'apps') return undefined;
  const isDaemon = ref.kind === 'DaemonSet';
  const wanted = isDaemon ? number('status', 'desiredNumberScheduled') : (number('spec', 'replicas') ?? 1);
  const field = { DaemonSet: 'numberReady', StatefulSet: 'readyReplicas' }[ref.kind] ?? 'availableReplicas';
  const ready = number('status', field) ?? 0;
  if (wanted === undefined || ready >= wanted) return undefined;
  return `${name} has ${ready} of ${wanted} ${isDaemon ? 'pods' : 'replicas'}`;
}

/** What a deletion waits for: finalizers, and what is left in a namespace. */
function holdingLinks(object: JsonObject, target: NonNullable<WhyLink['target']>): WhyLink[] {
  const left = (getList(object, 'status', 'conditions') ?? [])
    .filter((one) => getString(one, 'status') === 'True')
    .map((one) => getString(one, 'message') ?? '')
    .find((message) => message !== '');
  const finalizers = [
    ...(getList(object, 'metadata', 'finalizers') ?? []),
    ...(getList(object, 'spec', 'finalizers') ?? []),
  ].map(String);
  if (finalizers.length === 0) return [];
  const holders = `${finalizers.length === 1 ? 'finalizer' : 'finalizers'} ${finalizers.join(', ')}`;
  const why = refOf(object).kind === 'Namespace' && left !== undefined ? `: ${inOneLine(left)}` : '';
  return [{ text: `${holders} ${finalizers.length === 1 ? 'holds' : 'hold'} it${why}`, target }];
}

/** The message of a condition of that status; undefined where there is none. */
function conditionOf(object: JsonObject, type: string, status: string): string | undefined {
  const found = (getList(object, 'status', 'conditions') ?? []).find(
    (one) => getString(one, 'type') === type && getString(one, 'status') === status,
  );
  return found === undefined ? undefined : getString(found, 'message') || getString(found, 'reason') || type;
}
