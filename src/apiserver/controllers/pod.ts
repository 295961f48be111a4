// The stand-in for scheduler and kubelet: gives a pod its node and brings it to ready, to completion, or to the failure
// that an annotation asks for. It runs no containers and says so in the node's name.
import { getList, getObject, getPath, getString, isJsonObject } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { runReconciler } from './controller.ts';
import type { ReconcileContext } from './controller.ts';
import { POD } from './kinds.ts';
import { NODE_NAME } from './node.ts';
import { condition, isDeleting, setStatus } from './owned.ts';
import { failureOf, readyAfterMs } from './simulated.ts';
import type { Failure } from './simulated.ts';

export const pods = runReconciler({ kind: POD, owns: [], reconcile });

function reconcile(pod: JsonObject, context: ReconcileContext): number | undefined {
  const { access, clock } = context;
  if (isDeleting(pod) || ['Succeeded', 'Failed'].includes(getString(pod, 'status', 'phase') ?? '')) return undefined;
  const failure = failureOf(pod);
  if (failure !== 'Unschedulable' && getString(pod, 'spec', 'nodeName') === undefined) {
    access.update({ ...pod, spec: { ...getObject(pod, 'spec'), nodeName: NODE_NAME } }, 'kube-scheduler', 'binding');
    return undefined;
  }
  const wait = Date.parse(getString(pod, 'metadata', 'creationTimestamp') ?? '') + readyAfterMs(pod) - clock.now();
  if (failure) writePhase(pod, context, failed(failure));
  else if (wait > 0)
    writePhase(pod, context, { phase: 'Pending', ready: false, state: waiting('ContainerCreating', '') });
  else if (runsToCompletion(pod))
    writePhase(pod, context, {
      phase: 'Succeeded',
      ready: false,
      reason: 'PodCompleted',
      state: (time) => terminated('Completed', 0, time),
    });
  else writePhase(pod, context, { phase: 'Running', ready: true, state: (time) => ({ running: { startedAt: time } }) });
  return !failure && wait > 0 ? wait : undefined;
}

/** Pods that nothing restarts are those of Jobs: they end. */
function runsToCompletion(pod: JsonObject): boolean {
  return ['Never', 'OnFailure'].includes(getString(pod, 'spec', 'restartPolicy') ?? '');
}

interface Phase {
  readonly phase: string;
  readonly ready: boolean;
  /** Reason of the Ready condition where it is false. */
  readonly reason?: string;
  readonly message?: string;
  readonly unscheduled?: boolean;
  readonly restarts?: number;
  readonly state: (time: string, container: JsonObject) => JsonObject;
}

function failed(failure: Failure): Phase {
  switch (failure) {
    case 'Unschedulable':
      return { phase: 'Pending', ready: false, unscheduled: true, state: () => ({}) };
    case 'ImagePullBackOff':
      return {
        phase: 'Pending',
        ready: false,
        state: (_time, container) =>
          waiting('ImagePullBackOff', `Back-off pulling image "${getString(container, 'image') ?? ''}"`)(),
      };
    case 'CrashLoopBackOff':
      return {
        phase: 'Running',
        ready: false,
        restarts: 5,
        state: waiting('CrashLoopBackOff', 'back-off 5m0s restarting failed container'),
      };
    case 'CreateContainerConfigError':
      return {
        phase: 'Pending',
        ready: false,
        state: (_time, container) => waiting('CreateContainerConfigError', missingName(container))(),
      };
    case 'NotReady':
      return { phase: 'Running', ready: false, state: (time) => ({ running: { startedAt: time } }) };
    case 'Error':
      return { phase: 'Failed', ready: false, reason: 'PodFailed', state: (time) => terminated('Error', 1, time) };
  }
}

/** What the kubelet says of the first ConfigMap or Secret that the container's environment names. */
function missingName(container: JsonObject): string {
  const from = getList(container, 'envFrom') ?? [];
  const env = getList(container, 'env') ?? [];
  for (const [kind, holders] of [
    ['configmap', [...from.map((one) => getPath(one, 'configMapRef')), ...env.map(keyRef('configMapKeyRef'))]],
    ['secret', [...from.map((one) => getPath(one, 'secretRef')), ...env.map(keyRef('secretKeyRef'))]],
  ] as const) {
    const name = holders.map((one) => getString(one, 'name')).find((one) => one !== undefined);
    if (name !== undefined) return `${kind} "${name}" not found`;
  }
  return 'asked for by an annotation';
}

const keyRef = (field: string) => (variable: JsonValue) => getPath(variable, 'valueFrom', field);

function waiting(reason: string, message: string): () => JsonObject {
  return () => ({ waiting: { reason, ...(message === '' ? {} : { message }) } });
}

function terminated(reason: string, exitCode: number, time: string): JsonObject {
  return { terminated: { exitCode, reason, startedAt: time, finishedAt: time } };
}

function writePhase(pod: JsonObject, { access, time }: ReconcileContext, phase: Phase): void {
  const started = getString(pod, 'status', 'startTime') ?? time;
  const names = containersOf(pod, 'containers').map((container) => getString(container, 'name') ?? '');
  const notReady = phase.reason
    ? { reason: phase.reason }
    : { reason: 'ContainersNotReady', message: `containers with unready status: [${names.join(' ')}]` };
  const ready = (type: string): JsonObject =>
    condition(pod, time, { type, status: phase.ready ? 'True' : 'False', ...(phase.ready ? {} : notReady) });
  const scheduled = phase.unscheduled
    ? condition(pod, time, {
        type: 'PodScheduled',
        status: 'False',
        reason: 'Unschedulable',
        message: '0/1 nodes are available: asked for by an annotation.',
      })
    : condition(pod, time, { type: 'PodScheduled', status: 'True' });
  const running: JsonObject = {
    conditions: [
      condition(pod, time, { type: 'Initialized', status: 'True' }),
      ready('Ready'),
      ready('ContainersReady'),
      scheduled,
    ],
    hostIP: '127.0.0.1',
    podIP: addressOf(pod),
    podIPs: [{ ip: addressOf(pod) }],
    startTime: started,
    containerStatuses: containersOf(pod, 'containers').map((container) => containerStatus(container, phase, started)),
  };
  setStatus(access, pod, {
    phase: phase.phase,
    ...(phase.unscheduled ? { conditions: [scheduled] } : running),
    qosClass: getString(pod, 'status', 'qosClass') ?? 'BestEffort',
  });
}

function containersOf(pod: JsonObject, field: string): JsonObject[] {
  return (getList(pod, 'spec', field) ?? []).filter((item: JsonValue): item is JsonObject => isJsonObject(item));
}

function containerStatus(container: JsonObject, phase: Phase, time: string): JsonObject {
  const image = getString(container, 'image') ?? '';
  const state = phase.state(time, container);
  return {
    name: getString(container, 'name') ?? '',
    image,
    imageID: '',
    ready: phase.ready,
    started: 'running' in state,
    restartCount: phase.restarts ?? 0,
    state,
  };
}

/** An address of the documentation range, fixed by the pod's uid: it must look like one and reach nothing. */
function addressOf(pod: JsonObject): string {
  const existing = getPath(pod, 'status', 'podIP');
  if (typeof existing === 'string') return existing;
  const digits = (getString(pod, 'metadata', 'uid') ?? '').replaceAll(/[^0-9a-f]/g, '');
  return `192.0.2.${(Number.parseInt(digits.slice(0, 6) || '1', 16) % 254) + 1}`;
}
