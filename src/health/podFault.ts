// What keeps a pod from being ready, as data: the first container that says so, or the scheduler. Words nothing, and keeps
// no value but names, images, reasons and the messages of the kubelet.
import { getList, getPath, getString, isJsonObject } from '../model/json.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { refOf } from '../model/objectRef.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import { readConditions } from './fields.ts';
import { UnreadableStatus } from './health.ts';

/** The end of a container. */
export interface ContainerEnd {
  readonly reason: string;
  /** Undefined where the status has none. */
  readonly exitCode: number | undefined;
}

interface ContainerFault {
  /** Its name in the pod. */
  readonly container: string;
  readonly image: string;
  readonly reason: string;
  /** The first line of what the kubelet says; empty where it says nothing. */
  readonly message: string;
}

export type PodFault =
  /** A container that waits for what does not pass by itself. `after`: how it ended before it was started again. */
  | (ContainerFault & { readonly kind: 'waiting'; readonly after?: ContainerEnd })
  | (ContainerFault & { readonly kind: 'ended'; readonly exitCode: number | undefined })
  | { readonly kind: 'unscheduled'; readonly message: string; readonly claims: readonly string[] }
  /** It runs, and its readiness probe (or a gate) has not said yes. */
  | { readonly kind: 'unready'; readonly container: string; readonly image: string };

/** A pod and what is wrong with it. */
export interface FaultyPod {
  readonly ref: ObjectRef;
  readonly fault: PodFault;
}

/** Reasons of a waiting container that pass by themselves. */
const HARMLESS = new Set(['ContainerCreating', 'PodInitializing']);

/** The fault of a pod; undefined where nothing is wrong, or not yet. */
export function podFault(pod: JsonObject): PodFault | undefined {
  return containerFault(pod) ?? unscheduled(pod) ?? unready(pod);
}

/** The pods among `pods` that are not as they should be, those that are on their way out left out. */
export function faultyPods(pods: readonly JsonObject[]): FaultyPod[] {
  return pods.flatMap((pod) => {
    const fault = getString(pod, 'metadata', 'deletionTimestamp') === undefined ? podFault(pod) : undefined;
    return fault ? [{ ref: { ...refOf(pod), version: 'v1', kind: 'Pod' }, fault }] : [];
  });
}

/** Whether a workload selects a pod, by labels and expressions; without a selector it selects none. */
export function selectsPod(workload: JsonObject, pod: JsonObject): boolean {
  const labels = getPath(workload, 'spec', 'selector', 'matchLabels');
  const expressions = getList(workload, 'spec', 'selector', 'matchExpressions') ?? [];
  const wanted = isJsonObject(labels) ? Object.entries(labels) : [];
  if (wanted.length + expressions.length === 0) return false;
  const of = (key: string): string | undefined => getString(pod, 'metadata', 'labels', key);
  return wanted.every(([key, value]) => of(key) === value) && expressions.every((one) => holds(one, of));
}

function holds(expression: JsonValue, of: (key: string) => string | undefined): boolean {
  const value = of(getString(expression, 'key') ?? '');
  const values = getList(expression, 'values') ?? [];
  switch (getString(expression, 'operator')) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}

function statusesOf(pod: JsonObject): JsonValue[] {
  return ['initContainerStatuses', 'containerStatuses'].flatMap((field) => getList(pod, 'status', field) ?? []);
}

function containerFault(pod: JsonObject): PodFault | undefined {
  for (const status of statusesOf(pod)) {
    const waiting = getPath(status, 'state', 'waiting');
    const reason = getString(waiting, 'reason');
    const last = getPath(status, 'lastState', 'terminated');
    if (reason && !HARMLESS.has(reason)) {
      const after = isJsonObject(last) ? { after: endOf(last) } : {};
      return { kind: 'waiting', ...containerOf(pod, status), reason, message: firstLine(waiting), ...after };
    }
    const terminated = getPath(status, 'state', 'terminated');
    if (isJsonObject(terminated) && getPath(terminated, 'exitCode') !== 0) {
      const { reason: ended, exitCode } = endOf(terminated);
      const words = { reason: ended, message: firstLine(terminated), exitCode };
      return { kind: 'ended', ...containerOf(pod, status), ...words };
    }
  }
  return undefined;
}

/** The image as the pod asks for it: a runtime reports another name for the same. */
function containerOf(pod: JsonObject, status: JsonValue): { container: string; image: string } {
  const container = getString(status, 'name') ?? '';
  const specs = ['initContainers', 'containers'].flatMap((field) => getList(pod, 'spec', field) ?? []);
  const spec = specs.find((one) => getString(one, 'name') === container);
  return { container, image: getString(spec, 'image') ?? getString(status, 'image') ?? '' };
}

function endOf(terminated: JsonValue): ContainerEnd {
  const exitCode = getPath(terminated, 'exitCode');
  return {
    reason: getString(terminated, 'reason') ?? '',
    exitCode: typeof exitCode === 'number' ? exitCode : undefined,
  };
}

function firstLine(state: JsonValue | undefined): string {
  return (getString(state, 'message') ?? '').split('\n', 1)[0] ?? '';
}

function unscheduled(pod: JsonObject): PodFault | undefined {
  const condition = falseCondition(pod, 'PodScheduled');
  if (!condition) return undefined;
  const claims = (getList(pod, 'spec', 'volumes') ?? []).flatMap(
    (volume) => getString(volume, 'persistentVolumeClaim', 'claimName') ?? [],
  );
  return { kind: 'unscheduled', message: condition.message || condition.reason, claims };
}

function unready(pod: JsonObject): PodFault | undefined {
  if (getString(pod, 'status', 'phase') !== 'Running' || !falseCondition(pod, 'Ready')) return undefined;
  const status = statusesOf(pod).find(
    (one) => getPath(one, 'ready') === false && getPath(one, 'state', 'running') !== undefined,
  );
  return status === undefined ? undefined : { kind: 'unready', ...containerOf(pod, status) };
}

function falseCondition(pod: JsonObject, wanted: string): { message: string; reason: string } | undefined {
  try {
    return readConditions(pod).find(({ type, status }) => type === wanted && status === 'False');
  } catch (error) {
    if (error instanceof UnreadableStatus) return undefined;
    throw error;
  }
}
