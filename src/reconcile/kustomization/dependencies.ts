// Whether the dependencies of a Kustomization are ready (kustomize-controller, checkDependencies), and the order in which
// Kustomizations are worth trying. Waits for nothing.
import { compileCondition, evaluateCondition } from '../../cel/fluxExpression.ts';
import type { ControllerSettings } from '../../model/controllerSettings.ts';
import { dependenciesOf } from '../../model/dependsOn.ts';
import { isGateOn } from '../../model/featureGates.ts';
import { getObject, getPath, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import type { KubeReader } from '../../kube/client.ts';
import { conditionsOf, generationOf, isTrue } from '../conditions.ts';
import { KUSTOMIZATION, sourceRefOf } from '../fluxKinds.ts';

/** An expression that no retry makes valid: the Kustomization stalls with InvalidCELExpression. */
export class TerminalFault extends Error {}

/** The sentence that says which dependency is missing or not ready; undefined when all are. Throws TerminalFault. */
export async function checkDependencies(
  client: KubeReader,
  kustomization: JsonObject,
  source: ObjectRef,
  revision: string,
  settings: ControllerSettings,
  signal: AbortSignal,
): Promise<string | undefined> {
  const isAdditive = isGateOn(settings, 'AdditiveCELDependencyCheck');
  for (const dependency of dependenciesOf(kustomization)) {
    const label = `${dependency.namespace}/${dependency.name}`;
    if (
      settings.noCrossNamespaceRefs === true &&
      dependency.namespace !== getString(kustomization, 'metadata', 'namespace')
    ) {
      return `can't access dependency '${label}', cross-namespace references have been blocked`;
    }
    const found = await client.get(
      { ...KUSTOMIZATION, namespace: dependency.namespace, name: dependency.name },
      signal,
    );
    if (!found)
      return `dependency '${label}' not found: kustomizations.${KUSTOMIZATION.group} "${dependency.name}" not found`;
    const { readyExpr } = dependency;
    // The expression stands for the built-in check, unless the gate says that it comes before it.
    const said = readyExpr === undefined ? undefined : notReadyBy(readyExpr, kustomization, found);
    const isAsked = readyExpr === undefined || (isAdditive && said === undefined);
    const problem = isAsked ? problemOf(found, source, revision) : said;
    if (typeof problem === 'object') return problem.message;
    if (problem !== undefined) return `dependency '${label}' ${problem}`;
  }
  return undefined;
}

/** What is said of a dependency whose `readyExpr` does not compile. */
export function dependencyFault(name: string, problem: string): string {
  return `terminal error: failed to evaluate dependency ${name}: ${problem}`;
}

/** Why the expression does not hold. Throws TerminalFault where it can never be evaluated. */
function notReadyBy(
  text: string,
  self: JsonObject,
  dep: JsonObject,
): string | { readonly message: string } | undefined {
  const program = compileCondition(text, ['self', 'dep']);
  if ('problem' in program) {
    throw new TerminalFault(dependencyFault(getString(dep, 'metadata', 'name') ?? '', program.problem));
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
 * Dependencies before dependents. What is not among `kustomizations` counts as done. Those in a circle are among them:
 * fluxcd/pkg/runtime/dependency refuses the whole list then, and every Kustomization of the source misses the revision.
 */
export function inDependencyOrder(kustomizations: readonly JsonObject[]): JsonObject[] {
  const byName = new Map(kustomizations.map((one) => [nameOf(one), one]));
  const entered = new Set<string>();
  const ordered: JsonObject[] = [];

  function visit(name: string): void {
    const kustomization = byName.get(name);
    if (!kustomization || entered.has(name)) return;
    entered.add(name);
    for (const dependency of dependenciesOf(kustomization)) visit(`${dependency.namespace}/${dependency.name}`);
    ordered.push(kustomization);
  }

  for (const name of byName.keys()) visit(name);
  return ordered;
}

/** The way on which a Kustomization waits for itself: `ns/a -> ns/b -> ns/a`; undefined where there is none. */
export function circleOf(kustomization: JsonObject, all: readonly JsonObject[]): string | undefined {
  const byName = new Map(all.map((one) => [nameOf(one), one]));
  const start = nameOf(kustomization);
  const seen = new Set<string>();

  function wayFrom(object: JsonObject): string[] | undefined {
    for (const { namespace, name } of dependenciesOf(object)) {
      const next = `${namespace}/${name}`;
      if (next === start) return [start];
      const dependency = byName.get(next);
      if (!dependency || seen.has(next)) continue;
      seen.add(next);
      const way = wayFrom(dependency);
      if (way) return [next, ...way];
    }
    return undefined;
  }

  const way = wayFrom(kustomization);
  return way && [start, ...way].join(' -> ');
}

function nameOf(kustomization: JsonObject): string {
  return `${getString(kustomization, 'metadata', 'namespace') ?? ''}/${getString(kustomization, 'metadata', 'name') ?? ''}`;
}
