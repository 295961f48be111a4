// spec.include of a GitRepository: the artifacts of other GitRepositories of its namespace (source-controller,
// fetchIncludes). Reads objects and held artifacts; what cannot be had is said by IncludeUnavailable.
import { cloneJson, getList, getObject, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { keyOf, refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import type { Included } from '../../source/include.ts';
import type { LoopContext } from '../context.ts';
import { SourceError } from '../deps.ts';
import { GIT_REPOSITORY } from '../fluxKinds.ts';

export interface Includes {
  readonly included: readonly Included[];
  /** The artifacts of their status, in the order of spec.include. */
  readonly artifacts: readonly JsonObject[];
}

/** An entry of spec.include: whose artifact, and from where to where. */
export interface Include extends Omit<Included, 'snapshot'> {
  readonly ref: ObjectRef;
}

export function includesOf(repository: JsonObject): Include[] {
  const { namespace } = refOf(repository);
  return (getList(repository, 'spec', 'include') ?? []).map((include) => {
    const name = getString(include, 'repository', 'name') ?? '';
    const fromPath = getString(include, 'fromPath') ?? '';
    return {
      ref: { ...GIT_REPOSITORY, namespace, name },
      name,
      fromPath,
      toPath: getString(include, 'toPath') || name,
    };
  });
}

/** The GitRepositories that one includes. */
export function includedRefs(repository: JsonObject): ObjectRef[] {
  return includesOf(repository).map(({ ref }) => ref);
}

/** Those of the given GitRepositories that include one. */
export function including(repositories: readonly JsonObject[], source: ObjectRef): JsonObject[] {
  return repositories.filter((one) => includedRefs(one).some((ref) => keyOf(ref) === keyOf(source)));
}

/** The given GitRepositories by what they need: each group includes only what is in the groups before it. */
export function byIncludes(repositories: readonly JsonObject[]): JsonObject[][] {
  const groups: JsonObject[][] = [];
  let left = [...repositories];
  while (left.length > 0) {
    const open = new Set(left.map((one) => keyOf(refOf(one))));
    const ready = left.filter((one) => !includedRefs(one).some((ref) => open.has(keyOf(ref))));
    groups.push(ready.length > 0 ? ready : left); // Those that include each other have no order.
    left = ready.length > 0 ? left.filter((one) => !ready.includes(one)) : [];
  }
  return groups;
}

/** Reads what a GitRepository includes. Throws SourceError for IncludeUnavailable. */
export async function readIncludes(
  context: LoopContext,
  repository: JsonObject,
  signal: AbortSignal,
): Promise<Includes> {
  const included: Included[] = [];
  const artifacts: JsonObject[] = [];
  for (const { ref, ...include } of includesOf(repository)) {
    const { name } = ref;
    const found = context.cached(ref) ?? (await context.client.get(ref, signal));
    if (!found) {
      const reason = `${GIT_REPOSITORY.kind}.${GIT_REPOSITORY.group} "${name}" not found`;
      throw unavailable('NotFound', `could not get resource for include '${name}': ${reason}`);
    }
    const artifact = getObject(found, 'status', 'artifact');
    const snapshot = artifact && context.artifacts.get(ref, getString(artifact, 'revision') ?? '');
    if (!artifact || !snapshot) throw unavailable('NoArtifact', `no artifact available for include '${name}'`);
    artifacts.push(cloneJson(artifact));
    included.push({ ...include, snapshot });
  }
  return { included, artifacts };
}

/** Whether the artifacts are others than those that the artifact was made with. */
export function includesDiffer(repository: JsonObject, artifacts: readonly JsonObject[]): boolean {
  const observed = getList(repository, 'status', 'includedArtifacts') ?? [];
  return (
    observed.length !== artifacts.length ||
    artifacts.some((artifact, index) =>
      ['revision', 'digest'].some((field) => getString(artifact, field) !== getString(observed[index], field)),
    )
  );
}

function unavailable(reason: string, message: string): SourceError {
  return new SourceError(reason, message, false, 'IncludeUnavailable');
}
