// Objects that a workload owns: finding them, making them from its pod template, and naming them by their template's hash.
import { cloneJson, equalJson, getObject, getString, isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { stringifyJson } from '../../model/jsonText.ts';
import { sortedKeys } from '../verbs/touched.ts';
import { apiVersionOf, refOf } from '../../model/objectRef.ts';
import type { GroupVersionKind } from '../../model/resourceType.ts';
import { sha256Hex } from '../../model/sha256.ts';
import type { ObjectAccess } from '../access.ts';
import { controllerOf } from './controller.ts';
import { POD } from './kinds.ts';

export const MANAGER = 'kube-controller-manager';

/** Letters of generated names in Kubernetes: no vowels, so that no words come out. */
const SAFE_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';
const HASH_LENGTH = 10;

/** Objects of a kind in the owner's namespace whose controller is this owner. */
export function ownedBy(access: ObjectAccess, owner: JsonObject, kind: GroupVersionKind): JsonObject[] {
  const uid = getString(owner, 'metadata', 'uid');
  const namespace = getString(owner, 'metadata', 'namespace') ?? '';
  return access.list(kind, namespace).filter((object) => {
    const controller = controllerOf(object);
    return controller !== undefined && controller['uid'] === uid;
  });
}

export function ownerReference(owner: JsonObject): JsonObject {
  const ref = refOf(owner);
  return {
    apiVersion: apiVersionOf(ref),
    kind: ref.kind,
    name: ref.name,
    uid: getString(owner, 'metadata', 'uid') ?? '',
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** True while an object waits for its finalizers. */
export function isDeleting(object: JsonObject): boolean {
  return getString(object, 'metadata', 'deletionTimestamp') !== undefined;
}

export interface PodName {
  /** Either a full name, or a prefix for a generated one. */
  readonly name?: string;
  readonly generateName?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A pod from a workload's template. */
export function podOf(owner: JsonObject, template: JsonObject, name: PodName): JsonObject {
  const metadata = getObject(template, 'metadata') ?? {};
  const labels = { ...getObject(metadata, 'labels'), ...name.labels };
  const annotations = getObject(metadata, 'annotations');
  return {
    apiVersion: apiVersionOf(POD),
    kind: POD.kind,
    metadata: {
      ...(name.name === undefined ? { generateName: name.generateName ?? '' } : { name: name.name }),
      namespace: getString(owner, 'metadata', 'namespace') ?? '',
      labels,
      ...(annotations ? { annotations: cloneJson(annotations) } : {}),
      ownerReferences: [ownerReference(owner)],
    },
    spec: cloneJson(getObject(template, 'spec') ?? {}),
  };
}

/** A short hash of a pod template (in whatever order its keys were written), for `pod-template-hash` and `controller-revision-hash`. */
export function templateHash(template: JsonObject): string {
  const digest = sha256Hex(stringifyJson(sortedKeys(template)));
  let hash = '';
  for (let i = 0; i < HASH_LENGTH; i++)
    hash += SAFE_LETTERS[Number.parseInt(digest.slice(i * 2, i * 2 + 2), 16) % SAFE_LETTERS.length] ?? '';
  return hash;
}

export function isReady(pod: JsonObject): boolean {
  return conditionStatus(pod, 'Ready') === 'True' && !isDeleting(pod);
}

export function conditionStatus(object: JsonObject, type: string): string | undefined {
  const conditions = getObject(object, 'status')?.['conditions'];
  if (!Array.isArray(conditions)) return undefined;
  const found = conditions.find((one): one is JsonObject => isJsonObject(one) && one['type'] === type);
  return found ? getString(found, 'status') : undefined;
}

/** A condition that keeps its transition time while its status stays. */
export function condition(
  object: JsonObject,
  time: string,
  fields: { readonly type: string; readonly status: string; readonly reason?: string; readonly message?: string },
  withUpdateTime = false,
): JsonObject {
  const conditions = getObject(object, 'status')?.['conditions'];
  const old = Array.isArray(conditions)
    ? conditions.find((one): one is JsonObject => isJsonObject(one) && one['type'] === fields.type)
    : undefined;
  const kept = old && old['status'] === fields.status;
  const same =
    kept && (old['reason'] ?? undefined) === fields.reason && (old['message'] ?? undefined) === fields.message;
  const transition = (kept ? getString(old, 'lastTransitionTime') : undefined) ?? time;
  const update = (same ? getString(old, 'lastUpdateTime') : undefined) ?? time;
  return {
    type: fields.type,
    status: fields.status,
    ...(withUpdateTime ? { lastUpdateTime: update } : {}),
    lastTransitionTime: transition,
    ...(fields.reason === undefined ? {} : { reason: fields.reason }),
    ...(fields.message === undefined ? {} : { message: fields.message }),
  };
}

/** Writes a status when it differs from the one that is stored. */
export function setStatus(access: ObjectAccess, object: JsonObject, status: JsonObject): void {
  if (equalJson(object['status'] ?? {}, status)) return;
  access.update({ ...object, status }, MANAGER, 'status');
}
