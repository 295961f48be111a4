// What the status of Deployments, ReplicaSets, StatefulSets and DaemonSets must not say (k8s.io/kubernetes
// pkg/apis/apps/validation).
import { getObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { invalidValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { nonNegative } from '../validation/values.ts';

interface Counts {
  /** None is below zero. */
  readonly all: readonly string[];
  /** None is above `replicas`. */
  readonly parts: readonly string[];
  readonly ready: string;
}

const COUNTS: Readonly<Record<string, Counts>> = {
  Deployment: {
    all: [
      'observedGeneration',
      'replicas',
      'updatedReplicas',
      'readyReplicas',
      'availableReplicas',
      'unavailableReplicas',
      'terminatingReplicas',
      'collisionCount',
    ],
    parts: ['updatedReplicas', 'readyReplicas', 'availableReplicas'],
    ready: 'readyReplicas',
  },
  ReplicaSet: {
    all: [
      'replicas',
      'fullyLabeledReplicas',
      'readyReplicas',
      'availableReplicas',
      'observedGeneration',
      'terminatingReplicas',
    ],
    parts: ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'],
    ready: 'readyReplicas',
  },
  StatefulSet: {
    all: [
      'replicas',
      'readyReplicas',
      'currentReplicas',
      'updatedReplicas',
      'availableReplicas',
      'observedGeneration',
      'collisionCount',
    ],
    parts: ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'],
    ready: 'status.readyReplicas',
  },
  DaemonSet: {
    all: [
      'currentNumberScheduled',
      'numberMisscheduled',
      'desiredNumberScheduled',
      'numberReady',
      'observedGeneration',
      'updatedNumberScheduled',
      'numberAvailable',
      'numberUnavailable',
      'collisionCount',
    ],
    parts: [],
    ready: '',
  },
};

export function workloadStatusErrors(object: JsonObject, old: JsonObject): FieldError[] {
  const counts = COUNTS[String(object['kind'])];
  if (!counts) return [];
  const [status, before] = [getObject(object, 'status') ?? {}, getObject(old, 'status') ?? {}];
  const count = (field: string): number => Number(status[field] ?? 0);
  const errors = nonNegative(status, counts.all, 'status');
  for (const field of counts.parts)
    if (count(field) > count('replicas'))
      errors.push(invalidValue(`status.${field}`, count(field), 'cannot be greater than status.replicas'));
  if (counts.ready !== '' && count('availableReplicas') > count('readyReplicas'))
    errors.push(
      invalidValue('status.availableReplicas', count('availableReplicas'), `cannot be greater than ${counts.ready}`),
    );
  const was = before['collisionCount'];
  const isLess = was !== undefined && (status['collisionCount'] === undefined || count('collisionCount') < Number(was));
  return counts.all.includes('collisionCount') && isLess
    ? [...errors, invalidValue('status.collisionCount', count('collisionCount'), 'cannot be decremented')]
    : errors;
}
