// Printers of workloads.
import { getObject, getPath, getString } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import {
  age,
  containerCells,
  humanDuration,
  labelsText,
  nameOf,
  NONE,
  numberAt,
  objectsAt,
  printer,
  selectorText,
  since,
  templateSpec,
} from './printer.ts';

const CONTAINERS = ['Containers*', 'Images*', 'Selector*'];

const selector = (object: JsonObject): string => selectorText(getObject(object, 'spec', 'selector'));

/** `readyReplicas/replicas`; a missing count of wanted replicas is one. */
function ready(object: JsonObject): string {
  return `${numberAt(object, 'status', 'readyReplicas')}/${String(getPath(object, 'spec', 'replicas') ?? 1)}`;
}

export const deployment = printer(['Name', 'Ready', 'Up-to-date', 'Available', 'Age', ...CONTAINERS], (object, now) => [
  nameOf(object),
  ready(object),
  numberAt(object, 'status', 'updatedReplicas'),
  numberAt(object, 'status', 'availableReplicas'),
  age(object, now),
  ...containerCells(templateSpec(object)),
  selector(object),
]);

export const replicaSet = printer(
  ['Name', 'Desired:integer', 'Current:integer', 'Ready:integer', 'Age', ...CONTAINERS],
  (object, now) => [
    nameOf(object),
    numberAt(object, 'spec', 'replicas'),
    numberAt(object, 'status', 'replicas'),
    numberAt(object, 'status', 'readyReplicas'),
    age(object, now),
    ...containerCells(templateSpec(object)),
    selector(object),
  ],
);

export const statefulSet = printer(['Name', 'Ready', 'Age', 'Containers*', 'Images*'], (object, now) => [
  nameOf(object),
  ready(object),
  age(object, now),
  ...containerCells(templateSpec(object)),
]);

export const daemonSet = printer(
  [
    'Name',
    'Desired:integer',
    'Current:integer',
    'Ready:integer',
    'Up-to-date:integer',
    'Available:integer',
    'Node Selector',
    'Age',
    ...CONTAINERS,
  ],
  (object, now) => [
    nameOf(object),
    ...[
      'desiredNumberScheduled',
      'currentNumberScheduled',
      'numberReady',
      'updatedNumberScheduled',
      'numberAvailable',
    ].map((field) => numberAt(object, 'status', field)),
    labelsText(getObject(templateSpec(object), 'nodeSelector')),
    age(object, now),
    ...containerCells(templateSpec(object)),
    selector(object),
  ],
);

export const job = printer(['Name', 'Status', 'Completions', 'Duration', 'Age', ...CONTAINERS], (object, now) => [
  nameOf(object),
  jobStatus(object),
  completions(object),
  duration(object, now),
  age(object, now),
  ...containerCells(templateSpec(object)),
  selector(object),
]);

function jobStatus(object: JsonObject): string {
  const isTrue = (type: string): boolean =>
    objectsAt(object, 'status', 'conditions').some((one) => one['type'] === type && one['status'] === 'True');
  const words: readonly (readonly [string, string])[] = [
    ['Complete', 'Complete'],
    ['Failed', 'Failed'],
  ];
  const ended = words.find(([type]) => isTrue(type));
  if (ended) return ended[1];
  if (getString(object, 'metadata', 'deletionTimestamp') !== undefined) return 'Terminating';
  if (isTrue('Suspended')) return 'Suspended';
  if (isTrue('FailureTarget')) return 'FailureTarget';
  return isTrue('SuccessCriteriaMet') ? 'SuccessCriteriaMet' : 'Running';
}

function completions(object: JsonObject): string {
  const succeeded = numberAt(object, 'status', 'succeeded');
  const wanted = getPath(object, 'spec', 'completions');
  if (typeof wanted === 'number') return `${succeeded}/${wanted}`;
  const parallelism = numberAt(object, 'spec', 'parallelism');
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function duration(object: JsonObject, now: number): string {
  const start = getString(object, 'status', 'startTime');
  if (start === undefined) return '';
  const end = getString(object, 'status', 'completionTime');
  return humanDuration((end === undefined ? now : Date.parse(end)) - Date.parse(start));
}

export const cronJob = printer(
  ['Name', 'Schedule', 'Timezone', 'Suspend:boolean', 'Active:integer', 'Last Schedule', 'Age', ...CONTAINERS],
  (object, now): JsonValue[] => {
    const jobSpec = getObject(object, 'spec', 'jobTemplate', 'spec');
    const last = getString(object, 'status', 'lastScheduleTime');
    return [
      nameOf(object),
      getString(object, 'spec', 'schedule') ?? '',
      getString(object, 'spec', 'timeZone') ?? NONE,
      getPath(object, 'spec', 'suspend') === true ? 'True' : 'False',
      objectsAt(object, 'status', 'active').length,
      last === undefined ? NONE : since(last, now),
      age(object, now),
      ...containerCells(getObject(jobSpec, 'template', 'spec')),
      selectorText(getObject(jobSpec, 'selector')),
    ];
  },
);

export const horizontalPodAutoscaler = printer(
  ['Name', 'Reference', 'Targets', 'MinPods', 'MaxPods', 'Replicas', 'Age'],
  (object, now) => [
    nameOf(object),
    `${getString(object, 'spec', 'scaleTargetRef', 'kind') ?? ''}/${getString(object, 'spec', 'scaleTargetRef', 'name') ?? ''}`,
    targets(object),
    String(getPath(object, 'spec', 'minReplicas') ?? UNSET_REPLICAS),
    numberAt(object, 'spec', 'maxReplicas'),
    numberAt(object, 'status', 'currentReplicas'),
    age(object, now),
  ],
);

const UNSET_REPLICAS = '<unset>';

function targets(object: JsonObject): string {
  const metrics = objectsAt(object, 'spec', 'metrics').map((metric, i) => {
    const current = objectsAt(object, 'status', 'currentMetrics')[i];
    const utilization = getPath(metric, 'resource', 'target', 'averageUtilization');
    if (utilization === undefined)
      return `${UNKNOWN_METRIC}/${getString(metric, 'resource', 'target', 'averageValue') ?? '<auto>'}`;
    const now = current === undefined ? undefined : getPath(current, 'resource', 'current', 'averageUtilization');
    return `${getString(metric, 'resource', 'name') ?? ''}: ${now === undefined ? UNKNOWN_METRIC : `${String(now)}%`}/${String(utilization)}%`;
  });
  return metrics.length === 0 ? NONE : metrics.join(', ');
}

const UNKNOWN_METRIC = '<unknown>';

export const podDisruptionBudget = printer(
  ['Name', 'Min Available', 'Max Unavailable', 'Allowed Disruptions:integer', 'Age'],
  (object, now) => [
    nameOf(object),
    String(getPath(object, 'spec', 'minAvailable') ?? 'N/A'),
    String(getPath(object, 'spec', 'maxUnavailable') ?? 'N/A'),
    numberAt(object, 'status', 'disruptionsAllowed'),
    age(object, now),
  ],
);
