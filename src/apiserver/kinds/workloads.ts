// Defaults and preparation of workloads (k8s.io/kubernetes pkg/apis/apps/v1 and batch/v1 defaults.go, registry strategies).
import { equalJson, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { objectAt, setDefault, setDefaults, structAt, itemsAt } from './defaulting.ts';
import { forbiddenField, requiredValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import type { KindRules } from './kind.ts';
import { admitPod, defaultPod, defaultTemplate } from './podSpec.ts';
import { defaultClaim } from './storage.ts';
import { podSpecErrors, podSpecWarnings, podUpdateErrors } from './validatePodSpec.ts';
import { countErrors, fixedErrors, jobTemplateErrors, matchErrors, selectorAndTemplateErrors, statefulSetUpdateErrors } from './validateWorkload.ts';

const annotationsOf = (object: JsonObject): JsonObject => objectAt(objectAt(object, 'metadata'), 'annotations') ?? {};

const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

export const pod: KindRules = {
  default: defaultPod,
  prepareForCreate: admitPod,
  generation: 'spec',
  deleteAnswers: 'object',
  // Without a kubelet to wait for, a pod goes at once.
  gracePeriod: () => 0,
  validate: (object) => podSpecErrors(objectAt(object, 'spec'), 'spec'),
  validateUpdate: podUpdateErrors,
  warnings: (object, old) => (old ? [] : podSpecWarnings(objectAt(object, 'spec'), 'spec')),
};

export const deployment: KindRules = {
  default: (object) => {
    const spec = structAt(object, 'spec');
    setDefaults(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
    const strategy = structAt(spec, 'strategy');
    setDefault(strategy, 'type', 'RollingUpdate');
    if (strategy['type'] === 'RollingUpdate') setDefaults(structAt(strategy, 'rollingUpdate'), { maxUnavailable: '25%', maxSurge: '25%' });
    defaultTemplate(spec);
  },
  // Annotations reach the ReplicaSets: they count as a change of the spec.
  generation: (object, old) => !equalJson(object['spec'], old['spec']) || !equalJson(annotationsOf(object), annotationsOf(old)),
  validate: (object) => [...countErrors(structAt(object, 'spec'), 'replicas'), ...selectorAndTemplateErrors(object, 'deployment'), ...strategyErrors(object)],
  validateUpdate: (object, old) => fixedErrors(object, old, 'selector'),
  warnings: templateWarnings,
};

function strategyErrors(object: JsonObject): FieldError[] {
  const strategy = objectAt(objectAt(object, 'spec'), 'strategy');
  if (strategy?.['type'] !== 'Recreate' || strategy['rollingUpdate'] === undefined) return [];
  return [forbiddenField('spec.strategy.rollingUpdate', "may not be specified when strategy `type` is 'Recreate'")];
}

function templateWarnings(object: JsonObject): string[] {
  return podSpecWarnings(objectAt(objectAt(objectAt(object, 'spec'), 'template'), 'spec'), 'spec.template.spec');
}

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
  validate: (object) => [...countErrors(structAt(object, 'spec'), 'replicas'), ...selectorAndTemplateErrors(object, 'ReplicaSet')],
  validateUpdate: (object, old) => fixedErrors(object, old, 'selector'),
  warnings: templateWarnings,
};

export const statefulSet: KindRules = {
  default: (object) => {
    const spec = structAt(object, 'spec');
    setDefaults(spec, { replicas: 1, podManagementPolicy: 'OrderedReady', revisionHistoryLimit: 10 });
    const strategy = structAt(spec, 'updateStrategy');
    setDefault(strategy, 'type', 'RollingUpdate');
    if (strategy['type'] === 'RollingUpdate') setDefault(structAt(strategy, 'rollingUpdate'), 'partition', 0);
    setDefaults(structAt(spec, 'persistentVolumeClaimRetentionPolicy'), { whenDeleted: 'Retain', whenScaled: 'Retain' });
    defaultTemplate(spec);
    for (const claim of itemsAt(spec, 'volumeClaimTemplates')) {
      setDefaults(claim, { apiVersion: 'v1', kind: 'PersistentVolumeClaim' });
      structAt(claim, 'metadata');
      defaultClaim(claim);
      setDefault(structAt(claim, 'status'), 'phase', 'Pending');
    }
  },
  prepareForCreate: (object) => {
    object['status'] = { replicas: 0, availableReplicas: 0 };
  },
  generation: 'spec',
  validate: (object) => [...countErrors(structAt(object, 'spec'), 'replicas'), ...selectorAndTemplateErrors(object, 'statefulset')],
  validateUpdate: statefulSetUpdateErrors,
  warnings: templateWarnings,
};

export const daemonSet: KindRules = {
  default: (object) => {
    const spec = structAt(object, 'spec');
    setDefault(spec, 'revisionHistoryLimit', 10);
    const strategy = structAt(spec, 'updateStrategy');
    setDefault(strategy, 'type', 'RollingUpdate');
    if (strategy['type'] === 'RollingUpdate') setDefaults(structAt(strategy, 'rollingUpdate'), { maxUnavailable: 1, maxSurge: 0 });
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
    const changed = !equalJson(objectAt(objectAt(object, 'spec'), 'template'), objectAt(objectAt(old, 'spec'), 'template'));
    setTemplateGeneration(object, changed ? before + 1 : before);
  },
  generation: 'spec',
  validate: (object) => selectorAndTemplateErrors(object, 'daemonset'),
  validateUpdate: (object, old) => fixedErrors(object, old, 'selector'),
  warnings: templateWarnings,
};

function setTemplateGeneration(object: JsonObject, generation: number): void {
  structAt(structAt(object, 'metadata'), 'annotations')[TEMPLATE_GENERATION] = String(generation);
}

function defaultJobSpec(spec: JsonObject): void {
  if (spec['completions'] === undefined && spec['parallelism'] === undefined) setDefaults(spec, { completions: 1, parallelism: 1 });
  setDefaults(spec, { parallelism: 1, backoffLimit: 6, completionMode: 'NonIndexed', suspend: false, manualSelector: false });
  setDefault(spec, 'podReplacementPolicy', spec['podFailurePolicy'] === undefined ? 'TerminatingOrFailed' : 'Failed');
  defaultTemplate(spec);
}

export const job: KindRules = {
  default: (object) => {
    defaultJobSpec(structAt(object, 'spec'));
    labelLikeTemplate(object);
  },
  prepareForCreate: (object) => {
    const spec = structAt(object, 'spec');
    if (spec['manualSelector'] === true) return;
    const uid = getString(object, 'metadata', 'uid') ?? '';
    const name = getString(object, 'metadata', 'name') ?? '';
    const labels = structAt(structAt(structAt(spec, 'template'), 'metadata'), 'labels');
    for (const [key, value] of [['controller-uid', uid], ['job-name', name]] as const) {
      labels[key] = value;
      labels[`batch.kubernetes.io/${key}`] = value;
    }
    structAt(structAt(spec, 'selector'), 'matchLabels')['batch.kubernetes.io/controller-uid'] = uid;
    labelLikeTemplate(object);
  },
  generation: 'spec',
  defaultPropagation: 'Orphan',
  validate: (object) => {
    const spec = structAt(object, 'spec');
    const selector = objectAt(spec, 'selector');
    return [...jobTemplateErrors(spec, 'spec'), ...(selector ? [] : [requiredValue('spec.selector')]), ...matchErrors(selector, objectAt(spec, 'template'))];
  },
  validateUpdate: (object, old) => fixedErrors(object, old, 'completions', 'selector', 'template', 'completionMode'),
  warnings: templateWarnings,
};

/** A Job without labels has those of its pods. */
function labelLikeTemplate(object: JsonObject): void {
  const labels = objectAt(objectAt(objectAt(objectAt(object, 'spec'), 'template'), 'metadata'), 'labels');
  const metadata = structAt(object, 'metadata');
  if (labels && Object.keys(labels).length > 0 && Object.keys(objectAt(metadata, 'labels') ?? {}).length === 0) metadata['labels'] = { ...labels };
}

export const cronJob: KindRules = {
  default: (object) => {
    const spec = structAt(object, 'spec');
    setDefaults(spec, { concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 });
    const template = structAt(spec, 'jobTemplate');
    structAt(template, 'metadata');
    defaultTemplate(structAt(template, 'spec'));
  },
  generation: 'spec',
  validate: (object) => {
    const spec = structAt(object, 'spec');
    const schedule = getString(spec, 'schedule') ?? '';
    return [...(schedule === '' ? [requiredValue('spec.schedule')] : []), ...jobTemplateErrors(objectAt(objectAt(spec, 'jobTemplate'), 'spec'), 'spec.jobTemplate.spec')];
  },
  warnings: (object) => podSpecWarnings(objectAt(objectAt(objectAt(objectAt(objectAt(object, 'spec'), 'jobTemplate'), 'spec'), 'template'), 'spec'), 'spec.jobTemplate.spec.template.spec'),
};
