// Which Kustomizations a change elsewhere makes worth reconciling: a new artifact, a dependency that became ready, a
// watched ConfigMap or Secret. Reads caches only.
import { getObject, getPath, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import { generationOf, isReady, isReconciling, isTrue } from '../conditions.ts';
import { inDependencyOrder } from '../kustomization/dependencies.ts';
import { isDeleting, requestedAt, sourceRefOf } from '../fluxKinds.ts';
import { substitutesFrom } from '../kustomization/variables.ts';

/** A change of the object itself that asks for work: its spec, a request, its deletion (controller-runtime's predicates). */
export function asksForWork(object: JsonObject, old: JsonObject | undefined): boolean {
  if (!old) return true;
  if (generationOf(object) !== generationOf(old) || isDeleting(object) !== isDeleting(old)) return true;
  const request = requestedAt(object);
  return request !== undefined && request !== requestedAt(old);
}

export function artifactChanged(object: JsonObject, old: JsonObject | undefined): boolean {
  const revision = getString(object, 'status', 'artifact', 'revision');
  return (
    revision !== undefined &&
    (revision !== getString(old, 'status', 'artifact', 'revision') || contentChanged(object, old))
  );
}

/** Another content at the same revision: what a GitRepository includes, or leaves out, is another. */
function contentChanged(object: JsonObject, old: JsonObject | undefined): boolean {
  const [now, before] = [object, old].map((one) => getObject(one, 'status', 'artifact'));
  return (
    before !== undefined &&
    getString(now, 'revision') === getString(before, 'revision') &&
    getString(now, 'digest') !== getString(before, 'digest')
  );
}

/**
 * Kustomizations of a source that have not seen its revision, dependencies first. Another content at the revision that is
 * known waits for their interval, as upstream (requestsForRevisionChangeOf): see quiet.ts.
 */
export function forSource(kustomizations: readonly JsonObject[], source: JsonObject): JsonObject[] {
  const ref = refOf(source);
  const revision = getString(source, 'status', 'artifact', 'revision');
  const concerned = kustomizations.filter((one) => {
    const wanted = sourceRefOf(one);
    if (wanted.kind !== ref.kind || wanted.namespace !== ref.namespace || wanted.name !== ref.name) return false;
    return !((isReady(one) || isReconciling(one)) && getString(one, 'status', 'lastAttemptedRevision') === revision);
  });
  return inDependencyOrder(concerned);
}

/** A Kustomization became ready (for a generation or revision): those that wait for it need not wait for their timer. */
export function becameReady(object: JsonObject, old: JsonObject | undefined): boolean {
  if (!isTrue(object, 'Ready')) return false;
  if (!isTrue(old ?? {}, 'Ready')) return true;
  return ['lastAppliedRevision', 'observedGeneration'].some(
    (field) => getPath(object, 'status', field) !== getPath(old, 'status', field),
  );
}

/** Kustomizations that substitute from a ConfigMap or Secret, decrypt with it, or reach their cluster by it. */
export function forConfig(kustomizations: readonly JsonObject[], config: ObjectRef): JsonObject[] {
  return kustomizations.filter(
    (one) => refOf(one).namespace === config.namespace && configsOf(one, config.kind).includes(config.name),
  );
}

function configsOf(kustomization: JsonObject, kind: string): string[] {
  const others =
    kind === 'Secret'
      ? [getString(kustomization, 'spec', 'decryption', 'secretRef', 'name'), clusterBy(kustomization, 'secretRef')]
      : [clusterBy(kustomization, 'configMapRef')];
  return [...substitutesFrom(kustomization, kind), ...others.filter((name) => name !== undefined)];
}

function clusterBy(kustomization: JsonObject, field: string): string | undefined {
  return getString(kustomization, 'spec', 'kubeConfig', field, 'name');
}
