// The printer of pods: what k8s.io/kubernetes pkg/printers/internalversion printPod makes of the states of containers.
import { getPath, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { age, nameOf, NONE, numberAt, objectsAt, printer, since } from './printer.ts';

export const pod = printer(
  ['Name', 'Ready', 'Status', 'Restarts', 'Age', 'IP*', 'Node*', 'Nominated Node*', 'Readiness Gates*'],
  (object, now) => {
    const { ready, reason, restarts, lastRestart } = summary(object);
    const total = objectsAt(object, 'spec', 'containers').length + sidecars(object).size;
    return [
      nameOf(object),
      `${ready}/${total}`,
      reason,
      restarts > 0 && lastRestart !== undefined ? `${restarts} (${since(lastRestart, now)} ago)` : String(restarts),
      age(object, now),
      getString(object, 'status', 'podIP') ?? NONE,
      getString(object, 'spec', 'nodeName') ?? NONE,
      getString(object, 'status', 'nominatedNodeName') ?? NONE,
      readinessGates(object),
    ];
  },
);

interface Summary {
  ready: number;
  reason: string;
  restarts: number;
  /** When a container ended last that was started again. */
  lastRestart: string | undefined;
}

/** Init containers that go on running beside the others. */
function sidecars(object: JsonObject): ReadonlySet<string> {
  return new Set(
    objectsAt(object, 'spec', 'initContainers')
      .filter((one) => one['restartPolicy'] === 'Always')
      .map((one) => getString(one, 'name') ?? ''),
  );
}

function summary(object: JsonObject): Summary {
  const conditions = objectsAt(object, 'status', 'conditions');
  const phase = getString(object, 'status', 'phase') ?? '';
  const found: Summary = {
    ready: 0,
    reason: getString(object, 'status', 'reason') ?? phase,
    restarts: 0,
    lastRestart: undefined,
  };
  if (conditions.some((one) => one['type'] === 'PodScheduled' && one['reason'] === 'SchedulingGated'))
    found.reason = 'SchedulingGated';
  const isInitializing = addInitContainers(object, found);
  if (!isInitializing || conditions.some((one) => one['type'] === 'Initialized' && one['status'] === 'True'))
    addContainers(object, found, conditions);
  if (getString(object, 'metadata', 'deletionTimestamp') === undefined) return found;
  if (getString(object, 'status', 'reason') === 'NodeLost') found.reason = 'Unknown';
  else if (phase !== 'Succeeded' && phase !== 'Failed') found.reason = 'Terminating';
  return found;
}

function addRestarts(found: Summary, status: JsonObject): void {
  found.restarts += numberAt(status, 'restartCount');
  const ended = getString(status, 'lastState', 'terminated', 'finishedAt');
  if (ended !== undefined && (found.lastRestart === undefined || found.lastRestart < ended)) found.lastRestart = ended;
}

/** Up to the first that is not done; whether there is one. */
function addInitContainers(object: JsonObject, found: Summary): boolean {
  const beside = sidecars(object);
  const total = objectsAt(object, 'spec', 'initContainers').length;
  for (const [i, status] of objectsAt(object, 'status', 'initContainerStatuses').entries()) {
    addRestarts(found, status);
    const terminated = getPath(status, 'state', 'terminated');
    if (terminated !== undefined && numberAt(status, 'state', 'terminated', 'exitCode') === 0) continue;
    if (beside.has(getString(status, 'name') ?? '') && status['started'] === true) {
      if (status['ready'] === true) found.ready++;
      continue;
    }
    const waiting = getString(status, 'state', 'waiting', 'reason') ?? '';
    if (terminated !== undefined) found.reason = `Init:${endReason(status)}`;
    else found.reason = waiting !== '' && waiting !== 'PodInitializing' ? `Init:${waiting}` : `Init:${i}/${total}`;
    return true;
  }
  return false;
}

function addContainers(object: JsonObject, found: Summary, conditions: readonly JsonObject[]): void {
  const beside = sidecars(object);
  found.restarts = 0;
  found.lastRestart = undefined;
  for (const status of objectsAt(object, 'status', 'initContainerStatuses'))
    if (beside.has(getString(status, 'name') ?? '')) addRestarts(found, status);
  let isAnyRunning = false;
  for (const status of objectsAt(object, 'status', 'containerStatuses').toReversed()) {
    addRestarts(found, status);
    const waiting = getString(status, 'state', 'waiting', 'reason') ?? '';
    if (waiting !== '') found.reason = waiting;
    else if (getPath(status, 'state', 'terminated') !== undefined) found.reason = endReason(status);
    else if (status['ready'] === true && getPath(status, 'state', 'running') !== undefined) {
      isAnyRunning = true;
      found.ready++;
    }
  }
  // One container may be done while others run.
  if (found.reason === 'Completed' && isAnyRunning)
    found.reason = conditions.some((one) => one['type'] === 'Ready' && one['status'] === 'True')
      ? 'Running'
      : 'NotReady';
}

/** Why a container ended: its reason, or else its signal or exit code. */
function endReason(status: JsonObject): string {
  const reason = getString(status, 'state', 'terminated', 'reason') ?? '';
  if (reason !== '') return reason;
  const signal = numberAt(status, 'state', 'terminated', 'signal');
  return signal === 0 ? `ExitCode:${numberAt(status, 'state', 'terminated', 'exitCode')}` : `Signal:${signal}`;
}

function readinessGates(object: JsonObject): string {
  const gates = objectsAt(object, 'spec', 'readinessGates').map((gate) => getString(gate, 'conditionType') ?? '');
  if (gates.length === 0) return NONE;
  const conditions = objectsAt(object, 'status', 'conditions');
  const met = gates.filter((gate) => conditions.some((one) => one['type'] === gate && one['status'] === 'True')).length;
  return `${met}/${gates.length}`;
}
