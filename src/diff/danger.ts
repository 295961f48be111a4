// What an action loses for good, in one sentence: only where something is lost that Git cannot bring back.
import { getString } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';

/** By kind: what a replacement means. */
const REPLACED = new Map([
  ['Job', 'a Job is deleted and run again'],
  ['Deployment', 'a Deployment is deleted and made anew: all its pods are gone for a while'],
  ['StatefulSet', 'a StatefulSet is deleted and made anew: all its pods are gone for a while'],
  ['DaemonSet', 'a DaemonSet is deleted and made anew: all its pods are gone for a while'],
  ['ReplicaSet', 'a ReplicaSet is deleted and made anew: all its pods are gone for a while'],
  ['PersistentVolumeClaim', 'a PersistentVolumeClaim is deleted: its data may be lost'],
  ['PersistentVolume', 'a PersistentVolume is deleted: its data may be lost'],
  ['CustomResourceDefinition', 'a CustomResourceDefinition is deleted, and every object of its kind with it'],
  ['Service', 'a Service is deleted and made anew: its addresses may change'],
]);

const PRUNED = new Map([
  ['Namespace', 'a Namespace is deleted, and everything in it'],
  ['CustomResourceDefinition', 'a CustomResourceDefinition is deleted, and every object of its kind with it'],
  ['PersistentVolumeClaim', 'a PersistentVolumeClaim is deleted: its data may be lost'],
  ['PersistentVolume', 'a PersistentVolume is deleted: its data may be lost'],
  ['StatefulSet', 'a StatefulSet is deleted; its volume claims stay'],
]);

export function replaceDanger(live: JsonObject): string {
  const kind = getString(live, 'kind') ?? 'object';
  return REPLACED.get(kind) ?? `a ${kind} is deleted and made anew`;
}

export function pruneDanger(live: JsonObject): string | undefined {
  return PRUNED.get(getString(live, 'kind') ?? '');
}
