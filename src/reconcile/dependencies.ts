// Whether the dependencies of a Kustomization are ready (kustomize-controller, checkDependencies), and the order in which
// Kustomizations are worth trying. Waits for nothing.
import { getList, getPath, getString } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import type { KubeReader } from '../kube/client.ts';
import { conditionsOf, generationOf, isTrue } from './conditions.ts';
import { KUSTOMIZATION, sourceRefOf } from './fluxKinds.ts';

export interface Dependency {
  readonly namespace: string;
  readonly name: string;
  readonly readyExpr: string | undefined;
}

export function dependenciesOf(kustomization: JsonObject): Dependency[] {
  return (getList(kustomization, 'spec', 'dependsOn') ?? []).map((entry) => ({
    namespace: getString(entry, 'namespace') || getString(kustomization, 'metadata', 'namespace') || '',
    name: getString(entry, 'name') ?? '',
    readyExpr: getString(entry, 'readyExpr') || undefined,
  }));
}

/** The sentence that says which dependency is missing or not ready; undefined when all are. */
export async function checkDependencies(
  client: KubeReader,
  kustomization: JsonObject,
  source: ObjectRef,
  revision: string,
  sameNamespaceOnly: boolean,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (const dependency of dependenciesOf(kustomization)) {
    const label = `${dependency.namespace}/${dependency.name}`;
    if (sameNamespaceOnly && dependency.namespace !== getString(kustomization, 'metadata', 'namespace')) {
      return `can't access dependency '${label}', cross-namespace references have been blocked`;
    }
    const found = await client.get(
      { ...KUSTOMIZATION, namespace: dependency.namespace, name: dependency.name },
      signal,
    );
    if (!found)
      return `dependency '${label}' not found: ${KUSTOMIZATION.kind}.${KUSTOMIZATION.group} "${dependency.name}" not found`;
    if (dependency.readyExpr !== undefined)
      return `dependency '${label}' has a readyExpr, which the local loop cannot evaluate yet`;
    const problem = problemOf(found, source, revision);
    if (problem !== undefined) return `dependency '${label}' ${problem}`;
  }
  return undefined;
}

function problemOf(dependency: JsonObject, source: ObjectRef, revision: string): string | undefined {
  const observed = getPath(dependency, 'status', 'observedGeneration');
  if (conditionsOf(dependency).length === 0 || observed !== generationOf(dependency)) return 'is not ready';
  if (!isTrue(dependency, 'Ready')) return 'is not ready';
  const other = sourceRefOf(dependency);
  const sameSource = other.kind === source.kind && other.namespace === source.namespace && other.name === source.name;
  const applied = getString(dependency, 'status', 'lastAppliedRevision');
  return sameSource && applied !== revision ? 'revision is not up to date' : undefined;
}

/**
 * Dependencies before dependents; undefined where they go in a circle, as fluxcd/pkg/runtime/dependency refuses it. What
 * is not among `kustomizations` counts as done.
 */
export function inDependencyOrder(kustomizations: readonly JsonObject[]): JsonObject[] | undefined {
  const byName = new Map(kustomizations.map((one) => [nameOf(one), one]));
  const done = new Set<string>();
  const entered = new Set<string>();
  const ordered: JsonObject[] = [];

  function visit(name: string): boolean {
    const kustomization = byName.get(name);
    if (!kustomization || done.has(name)) return true;
    if (entered.has(name)) return false;
    entered.add(name);
    const free = dependenciesOf(kustomization).every((dependency) =>
      visit(`${dependency.namespace}/${dependency.name}`),
    );
    done.add(name);
    ordered.push(kustomization);
    return free;
  }

  return [...byName.keys()].every(visit) ? ordered : undefined;
}

function nameOf(kustomization: JsonObject): string {
  return `${getString(kustomization, 'metadata', 'namespace') ?? ''}/${getString(kustomization, 'metadata', 'name') ?? ''}`;
}
