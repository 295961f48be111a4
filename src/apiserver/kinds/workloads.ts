// Defaults and preparation of workloads (k8s.io/kubernetes pkg/apis/apps/v1 and batch/v1 defaults.go, registry strategies).
import { equalJson, getObject, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { objectAt, setDefault, setDefaults, structAt, itemsAt } from './defaulting.ts';
import { invalidValue, notSupported, requiredValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { labelName } from '../validation/metadata.ts';
import { amountOf, countOrPercentErrors, overHundredErrors } from '../validation/values.ts';
import { podSpecWarnings } from '../validation/podWarnings.ts';
import type { KindRules } from './kind.ts';
import { admitPod, defaultPod, defaultTemplate, keepPriority, keepStatusOfPod, tolerateLostNodes } from './podSpec.ts';
import { admitPriority } from './priority.ts';
import { defaultClaim } from './storage.ts';
import { cronJobErrors, jobErrors } from './validateJob.ts';
import { jobStatusErrors } from './validateJobStatus.ts';
import { podErrors, podUpdateErrors } from './validatePod.ts';
import { podStatusErrors } from './validatePodStatus.ts';
import {
  daemonSetErrors,
  deploymentErrors,
  replicaSetErrors,
  selectorUpdateErrors,
  statefulSetErrors,
  statefulSetUpdateErrors,
  templateWarnings,
} from './validateWorkload.ts';
import { workloadStatusErrors } from './workloadStatus.ts';

const annotationsOf = (object: JsonObject): JsonObject => objectAt(objectAt(object, 'metadata'), 'annotations') ?? {};

const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

export const pod: KindRules = {
  default: defaultPod,
  admit: admitPriority,
  prepareForCreate: admitPod,
  prepareForUpdate: (object, old) => {
    tolerateLostNodes(structAt(object, 'spec'));
    keepPriority(object, old);
  },
  prepareForStatusUpdate: keepStatusOfPod,
  generation: 'spec',
  deleteAnswers: 'object',
  // Without a kubelet to wait for, a pod goes at once.
  gracePeriod: () => 0,
  validate: podErrors,
  validateUpdate: podUpdateErrors,
  validateStatusUpdate: podStatusErrors,
  warnings: (object, old) => (old ? [] : podSpecWarnings(objectAt(object, 'spec') ?? {}, 'spec')),
  selectableFields: (object) => ({
    ...Object.fromEntries(
      ['nodeName', 'restartPolicy', 'schedulerName', 'serviceAccountName'].map((field) => [
        `spec.${field}`,
        getString(object, 'spec', field) ?? '',
      ]),
    ),
    'status.phase': getString(object, 'status', 'phase') ?? '',
    'status.podIP': getString(object, 'status', 'podIP') ?? '',
  }),
};

export const deployment: KindRules = {
  default: (object) => {
    const spec = structAt(object, 'spec');
    setDefaults(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
    const strategy = structAt(spec, 'strategy');
    setDefault(strategy, 'type', 'RollingUpdate');
    if (strategy['type'] === 'RollingUpdate')
      setDefaults(structAt(strategy, 'rollingUpdate'), { maxUnavailable: '25%', maxSurge: '25%' });
    defaultTemplate(spec);
  },
  prepareForStatusUpdate: (object, old) => {
    const labels = objectAt(objectAt(old, 'metadata'), 'labels');
    if (labels) structAt(object, 'metadata')['labels'] = labels;
    else delete structAt(object, 'metadata')['labels'];
  },
  // Annotations reach the ReplicaSets: they count as a change of the spec.
  generation: (object, old) =>
    !equalJson(object['spec'], old['spec']) || !equalJson(annotationsOf(object), annotationsOf(old)),
  validate: deploymentErrors,
  validateUpdate: selectorUpdateErrors,
  validateStatusUpdate: workloadStatusErrors,
  warnings: templateWarnings,
};

export const replicaSet: KindRules = {
  default: (object) => {
    const spec = structAt(object, 'spec');
    setDefault(spec, 'replicas', 1);
    defaultTemplate(spec);
  },
  prepareForCreate: (object) => {
    object['status'] = { replicas: 0 };
  },
  generation: 'spec',
  validate: replicaSetErrors,
  validateUpdate: selectorUpdateErrors,
  validateStatusUpdate: workloadStatusErrors,
  warnings: templateWarnings,
};

export const statefulSet: KindRules = {
  default: (object) => {
    const spec = structAt(object, 'spec');
    setDefaults(spec, { replicas: 1, podManagementPolicy: 'OrderedReady', revisionHistoryLimit: 10 });
    const strategy = structAt(spec, 'updateStrategy');
    // Whoever names the type and nothing else gets nothing else.
    if ((strategy['type'] ?? '') === '') {
      strategy['type'] = 'RollingUpdate';
      structAt(strategy, 'rollingUpdate');
    }
    const rolling = objectAt(strategy, 'rollingUpdate');
    if (strategy['type'] === 'RollingUpdate' && rolling) setDefault(rolling, 'partition', 0);
    setDefaults(structAt(spec, 'persistentVolumeClaimRetentionPolicy'), {
      whenDeleted: 'Retain',
      whenScaled: 'Retain',
    });
    defaultTemplate(spec);
    for (const claim of itemsAt(spec, 'volumeClaimTemplates')) {
      // Whatever was written: the conversion between versions forgets both and sets them.
      Object.assign(claim, { apiVersion: 'v1', kind: 'PersistentVolumeClaim' });
      structAt(claim, 'metadata');
      defaultClaim(claim);
      setDefault(structAt(claim, 'status'), 'phase', 'Pending');
    }
  },
  prepareForCreate: (object) => {
    object['status'] = { replicas: 0, availableReplicas: 0 };
  },
  generation: 'spec',
  // Its pods are named after it.
  validateName: labelName,
  validate: (object, _context, old) => [...statefulSetErrors(object, old), ...updateStrategyErrors(object)],
  validateUpdate: statefulSetUpdateErrors,
  validateStatusUpdate: workloadStatusErrors,
  warnings: templateWarnings,
};

function updateStrategyErrors(object: JsonObject): FieldError[] {
  const strategy = objectAt(objectAt(object, 'spec'), 'updateStrategy');
  const type = strategy?.['type'] ?? '';
  if (type === 'RollingUpdate' || type === 'OnDelete') return [];
  if (type === '') return [requiredValue('spec.updateStrategy')];
  const printed = { Type: type, RollingUpdate: strategy?.['rollingUpdate'] ?? null };
  return [invalidValue('spec.updateStrategy', printed, "must be 'RollingUpdate' or 'OnDelete'")];
}

export const daemonSet: KindRules = {
  default: (object) => {
    const spec = structAt(object, 'spec');
    setDefault(spec, 'revisionHistoryLimit', 10);
    const strategy = structAt(spec, 'updateStrategy');
    setDefault(strategy, 'type', 'RollingUpdate');
    if (strategy['type'] === 'RollingUpdate')
      setDefaults(structAt(strategy, 'rollingUpdate'), { maxUnavailable: 1, maxSurge: 0 });
    // To the server's own struct both are numbers that are always there.
    const rolling = objectAt(strategy, 'rollingUpdate');
    if (rolling) setDefaults(rolling, { maxUnavailable: 0, maxSurge: 0 });
    defaultTemplate(spec);
    // Counts as part of the object from the start, for whoever made it.
    setDefault(structAt(structAt(object, 'metadata'), 'annotations'), TEMPLATE_GENERATION, '0');
  },
  prepareForCreate: (object) => {
    setTemplateGeneration(object, 1);
    object['status'] = { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 };
  },
  prepareForUpdate: (object, old) => {
    const before = Number(getString(old, 'metadata', 'annotations', TEMPLATE_GENERATION) ?? 1);
    const changed = !equalJson(
      objectAt(objectAt(object, 'spec'), 'template'),
      objectAt(objectAt(old, 'spec'), 'template'),
    );
    setTemplateGeneration(object, changed ? before + 1 : before);
  },
  generation: 'spec',
  validate: (object, _context, old) => [...daemonSetErrors(object, old), ...daemonStrategyErrors(object)],
  // It is part of the spec, to the server's own struct.
  prepareForStatusUpdate: (object, old) =>
    setTemplateGeneration(object, Number(getString(old, 'metadata', 'annotations', TEMPLATE_GENERATION) ?? 1)),
  validateStatusUpdate: workloadStatusErrors,
  warnings: templateWarnings,
};

function daemonStrategyErrors(object: JsonObject): FieldError[] {
  const strategy = objectAt(objectAt(object, 'spec'), 'updateStrategy');
  const [type, rolling] = [strategy?.['type'], objectAt(strategy, 'rollingUpdate')];
  if (type === 'OnDelete') return [];
  if (type === 'RollingUpdate') return rollingErrors(rolling ?? {}, 'spec.updateStrategy.rollingUpdate');
  const update = rolling && { MaxUnavailable: rolling['maxUnavailable'] ?? 0, MaxSurge: rolling['maxSurge'] ?? 0 };
  const printed = { Type: type ?? '', RollingUpdate: update ?? null };
  return [notSupported('spec.updateStrategy', printed, ['RollingUpdate', 'OnDelete'])];
}

/** One of the two must be more than nothing, and only one. */
function rollingErrors({ maxUnavailable, maxSurge }: JsonObject, at: string): FieldError[] {
  const [lacks, surges] = [amountOf(maxUnavailable) !== 0, amountOf(maxSurge) !== 0];
  const errors = [
    ...countOrPercentErrors(maxUnavailable, `${at}.maxUnavailable`),
    ...countOrPercentErrors(maxSurge, `${at}.maxSurge`),
    ...overHundredErrors(maxUnavailable, `${at}.maxUnavailable`),
    ...overHundredErrors(maxSurge, `${at}.maxSurge`),
  ];
  if (lacks && surges)
    errors.push(invalidValue(`${at}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero'));
  if (!lacks && !surges) errors.push(requiredValue(`${at}.maxUnavailable`, 'cannot be 0 when maxSurge is 0'));
  return errors;
}

function setTemplateGeneration(object: JsonObject, generation: number): void {
  structAt(structAt(object, 'metadata'), 'annotations')[TEMPLATE_GENERATION] = String(generation);
}

const MAX_INT32 = 2_147_483_647;

function defaultJobSpec(spec: JsonObject): void {
  if (spec['completions'] === undefined && spec['parallelism'] === undefined)
    setDefaults(spec, { completions: 1, parallelism: 1 });
  setDefaults(spec, {
    parallelism: 1,
    backoffLimit: spec['backoffLimitPerIndex'] === undefined ? 6 : MAX_INT32,
    completionMode: 'NonIndexed',
    suspend: false,
    manualSelector: false,
  });
  setDefault(spec, 'podReplacementPolicy', spec['podFailurePolicy'] === undefined ? 'TerminatingOrFailed' : 'Failed');
  defaultFailurePolicy(spec);
  defaultTemplate(spec);
}

function defaultFailurePolicy(spec: JsonObject): void {
  for (const rule of itemsAt(objectAt(spec, 'podFailurePolicy'), 'rules'))
    for (const pattern of itemsAt(rule, 'onPodConditions'))
      if ((pattern['status'] ?? '') === '') pattern['status'] = 'True';
}

export const job: KindRules = {
  default: (object) => {
    defaultJobSpec(structAt(object, 'spec'));
    labelLikeTemplate(object);
  },
  prepareForCreate: (object, { isNameGenerated }) => {
    const spec = structAt(object, 'spec');
    if (spec['manualSelector'] === true) return;
    const uid = getString(object, 'metadata', 'uid') ?? '';
    const name = getString(object, 'metadata', 'name') ?? '';
    const labels = structAt(structAt(structAt(spec, 'template'), 'metadata'), 'labels');
    // To Go they are one map where the defaults took the Job's labels from its template; upstream copies an object whose
    // name is generated, and the copy has two.
    const own = objectAt(objectAt(object, 'metadata'), 'labels');
    const isShared = isNameGenerated !== true && own !== undefined && equalJson(own, labels);
    for (const [key, value] of [
      ['controller-uid', uid],
      ['job-name', name],
    ] as const) {
      labels[key] ??= value;
      labels[`batch.kubernetes.io/${key}`] ??= value;
    }
    structAt(structAt(spec, 'selector'), 'matchLabels')['batch.kubernetes.io/controller-uid'] ??= uid;
    if (isShared) structAt(object, 'metadata')['labels'] = { ...labels };
  },
  generation: 'spec',
  defaultsWhenRead: true,
  defaultPropagation: 'Orphan',
  deleteWarning:
    'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning',
  validate: (object, _context, old) => jobErrors(object, old),
  validateStatusUpdate: jobStatusErrors,
  warnings: templateWarnings,
};

/** A Job without labels has those of its pods. */
function labelLikeTemplate(object: JsonObject): void {
  const labels = objectAt(objectAt(objectAt(objectAt(object, 'spec'), 'template'), 'metadata'), 'labels');
  const metadata = structAt(object, 'metadata');
  if (labels && Object.keys(labels).length > 0 && Object.keys(objectAt(metadata, 'labels') ?? {}).length === 0)
    metadata['labels'] = { ...labels };
}

export const cronJob: KindRules = {
  default: (object) => {
    const spec = structAt(object, 'spec');
    setDefaults(spec, {
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    });
    const template = structAt(spec, 'jobTemplate');
    structAt(template, 'metadata');
    defaultFailurePolicy(structAt(template, 'spec'));
    defaultTemplate(structAt(template, 'spec'));
  },
  generation: 'spec',
  validate: (object, _context, old) => cronJobErrors(object, old),
  warnings: (object) =>
    podSpecWarnings(
      getObject(object, 'spec', 'jobTemplate', 'spec', 'template', 'spec') ?? {},
      'spec.jobTemplate.spec.template.spec',
    ),
};
