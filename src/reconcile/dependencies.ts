// Whether the dependencies of a Kustomization are ready (kustomize-controller, checkDependencies), and the order in which
// Kustomizations are worth trying. Waits for nothing.
import { compileCondition, evaluateCondition } from '../cel/fluxExpression.ts';
import { getList, getObject, getPath, getString } from '../model/json.ts';
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

/** An expression that no retry makes valid: the Kustomization stalls with InvalidCELExpression. */
export class TerminalFault extends Error {}

/** The sentence that says which dependency is missing or not ready; undefined when all are. Throws TerminalFault. */
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
    // The expression stands for the built-in check, as it does without the gate AdditiveCELDependencyCheck.
    const problem =
      dependency.readyExpr === undefined
        ? problemOf(found, source, revision)
        : notReadyBy(dependency.readyExpr, kustomization, found);
    if (typeof problem === 'object') return problem.message;
    if (problem !== undefined) return `dependency '${label}' ${problem}`;
  }
  return undefined;
}

/** Why the expression does not hold. Throws TerminalFault where it can never be evaluated. */
function notReadyBy(
  text: string,
  self: JsonObject,
  dep: JsonObject,
): string | { readonly message: string } | undefined {
  const program = compileCondition(text, ['self', 'dep']);
  if ('problem' in program) {
    throw new TerminalFault(
      `terminal error: failed to evaluate dependency ${getString(dep, 'metadata', 'name') ?? ''}: ${program.problem}`,
    );
  }
  const ready = evaluateCondition(program, { self: asTyped(self), dep: asTyped(dep) });
  if (typeof ready === 'object') return ready;
  return ready ? undefined : 'is not ready according to readyExpr eval';
}

/** As the controller's own struct prints it: flags that are off are absent. */
function asTyped(kustomization: JsonObject): JsonObject {
  const spec = { ...getObject(kustomization, 'spec') };
  for (const flag of ['force', 'suspend', 'wait', 'ignoreMissingComponents'])
    if (spec[flag] === false) delete spec[flag];
  return { ...kustomization, spec, status: getObject(kustomization, 'status') ?? {} };
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
