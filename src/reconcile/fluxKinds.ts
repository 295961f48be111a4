// The Flux kinds that the loop reconciles or reads, and what they have in common: names, annotations, intervals.
import { detectsOnly } from '../model/driftMode.ts';
import { getObject, getPath, getString } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import type { GroupVersionKind } from '../model/resourceType.ts';
import { parseDuration } from './duration.ts';

export const GIT_REPOSITORY: GroupVersionKind = {
  group: 'source.toolkit.fluxcd.io',
  version: 'v1',
  kind: 'GitRepository',
};
export const EXTERNAL_ARTIFACT: GroupVersionKind = { ...GIT_REPOSITORY, kind: 'ExternalArtifact' };
export const ARTIFACT_GENERATOR: GroupVersionKind = {
  group: 'source.extensions.fluxcd.io',
  version: 'v1beta1',
  kind: 'ArtifactGenerator',
};
export const KUSTOMIZATION: GroupVersionKind = {
  group: 'kustomize.toolkit.fluxcd.io',
  version: 'v1',
  kind: 'Kustomization',
};

/** Field managers of the controllers: load-bearing, since a hand-over must find the same ones. */
export const SOURCE_MANAGER = 'source-controller';
export const WATCHER_MANAGER = 'source-watcher';
export const KUSTOMIZE_MANAGER = 'kustomize-controller';
export const KUSTOMIZE_STATUS_MANAGER = 'gotk-kustomize-controller';

export const FINALIZER = 'finalizers.fluxcd.io';
/** In the metadata of an artifact: the revision of what it was made from. */
export const ORIGIN_REVISION = 'org.opencontainers.image.revision';
export const REQUESTED_AT = 'reconcile.fluxcd.io/requestedAt';
/** Ours: with the value of the request, that request may delete all that a Kustomization has, or most of it, where it is not rendered any more. */
export const PRUNE_ALL_AT = 'reconcile.plumbline.dev/pruneAllAt';
export const WATCH_LABEL = 'reconcile.fluxcd.io/watch';

export function requestedAt(object: JsonObject): string | undefined {
  return getString(object, 'metadata', 'annotations', REQUESTED_AT);
}

/** Whether the last request for a reconciliation, if there was any, has been handled. */
export function isAnswered(object: JsonObject): boolean {
  return requestedAt(object) === getString(object, 'status', 'lastHandledReconcileAt');
}

/**
 * Whether a run leaves drift as it is: one that nobody has asked for, of a Kustomization that only detects it. To be asked
 * before the status is touched.
 */
export function leavesDrift(kustomization: JsonObject): boolean {
  return detectsOnly(kustomization) && isAnswered(kustomization);
}

export function isSuspended(object: JsonObject): boolean {
  return getPath(object, 'spec', 'suspend') === true;
}

export function isDeleting(object: JsonObject): boolean {
  return getString(object, 'metadata', 'deletionTimestamp') !== undefined;
}

export function hasFinalizer(object: JsonObject, finalizer = FINALIZER): boolean {
  const finalizers = getPath(object, 'metadata', 'finalizers');
  return Array.isArray(finalizers) && finalizers.includes(finalizer);
}

export function addFinalizer(object: JsonObject, finalizer = FINALIZER): void {
  const metadata = getObject(object, 'metadata');
  const finalizers = metadata?.['finalizers'];
  if (metadata) metadata['finalizers'] = [...(Array.isArray(finalizers) ? finalizers : []), finalizer];
}

export function removeFinalizer(object: JsonObject, finalizer = FINALIZER): void {
  const metadata = getObject(object, 'metadata');
  const finalizers = metadata?.['finalizers'];
  if (metadata && Array.isArray(finalizers)) metadata['finalizers'] = finalizers.filter((one) => one !== finalizer);
}

export function intervalOf(object: JsonObject): number {
  return parseDuration(getString(object, 'spec', 'interval')) ?? 60_000;
}

/** spec.retryInterval, else the interval. */
export function retryIntervalOf(object: JsonObject): number {
  return parseDuration(getString(object, 'spec', 'retryInterval')) ?? intervalOf(object);
}

/** spec.timeout, else the interval less 30 s; never under 30 s (kustomize-controller, GetTimeout). */
export function timeoutOf(object: JsonObject): number {
  const timeout = parseDuration(getString(object, 'spec', 'timeout')) ?? intervalOf(object) - 30_000;
  return Math.max(timeout, 30_000);
}

/** The source that a Kustomization names. */
export function sourceRefOf(kustomization: JsonObject): ObjectRef {
  const kind = getString(kustomization, 'spec', 'sourceRef', 'kind') ?? '';
  return {
    group: GIT_REPOSITORY.group,
    version: GIT_REPOSITORY.version,
    kind,
    namespace:
      getString(kustomization, 'spec', 'sourceRef', 'namespace') ||
      getString(kustomization, 'metadata', 'namespace') ||
      '',
    name: getString(kustomization, 'spec', 'sourceRef', 'name') ?? '',
  };
}
