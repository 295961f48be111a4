// Builds every Kustomization that a tree would bring about, from the ones that are applied first down to those that they
// make: as the controllers would find them, each from its own artifact. Asks the cluster for variables only.
import { hasErrors } from '../../model/finding.ts';
import type { Finding } from '../../model/finding.ts';
import { getPath, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Manifest } from '../../model/manifest.ts';
import { toJson } from '../../model/node.ts';
import { keyOf, printRef, refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import { desiredObject } from '../../diff/desired/desired.ts';
import type { KubeReader } from '../../kube/client.ts';
import { inDependencyOrder } from '../../reconcile/kustomization/dependencies.ts';
import { startObjects } from '../../reconcile/entry/fluxEntry.ts';
import type { FluxEntry } from '../../reconcile/entry/fluxEntry.ts';
import { isFluxController } from '../../reconcile/entry/fluxControllers.ts';
import { GIT_REPOSITORY, isSuspended, KUSTOMIZATION, sourceRefOf } from '../../reconcile/fluxKinds.ts';
import { SourceError } from '../../reconcile/deps.ts';
import { treeOf } from '../../reconcile/entry/generatedTree.ts';
import { includedRefs, includesOf } from '../../reconcile/gitRepository/includes.ts';
import { archiveOf } from '../../reconcile/gitRepository/sources.ts';
import { readVariables } from '../../reconcile/kustomization/variables.ts';
import type { Rendering, VariableSource } from '../../render/rendering.ts';
import { typesOfCrd } from '../../schema/crd.ts';
import type { SchemaSet } from '../../schema/schemaSet.ts';
import type { Included } from '../../source/include.ts';
import type { Snapshot } from '../../source/snapshot.ts';
import { Unreadable } from '../../source/unreadable.ts';
import { validate } from '../../validate/validate.ts';
import type { PlannedTree } from './plannedTree.ts';

/** One Kustomization as it would be, and what it would apply. */
export interface Built {
  /** `namespace/name`. */
  readonly key: string;
  readonly kustomization: JsonObject;
  readonly manifests: readonly Manifest[];
  /** With an error among them nothing is applied. */
  readonly findings: readonly Finding[];
  /** Nothing of it is applied for a reason that is no mistake: it is suspended, or its source is elsewhere. */
  readonly idle: boolean;
}

export interface BuildDeps {
  readonly tree: PlannedTree;
  readonly entry: FluxEntry;
  readonly schemas: SchemaSet;
  /** The cluster, for variables and for what was suspended there. */
  readonly reader: KubeReader;
  /** Whether a GitRepository is served from the repository that is planned. */
  readonly isLocal: (repository: JsonObject) => Promise<boolean>;
  readonly render: (
    snapshot: Snapshot,
    kustomization: JsonObject,
    variables: readonly VariableSource[],
  ) => Promise<Rendering>;
}

/** Every Kustomization in the order in which they can be applied: parents first, dependencies first. */
export async function buildAll(deps: BuildDeps, signal: AbortSignal): Promise<Built[]> {
  const builder = new Builder(deps);
  let level = startObjects(deps.entry).filter(isKustomization);
  let all = false;
  while (level.length > 0) {
    await builder.build(level, signal);
    level = builder.made();
    // What a build that failed would have made is taken from its files.
    if (level.length === 0 && !all && builder.failed()) {
      all = true;
      level = deps.entry.objects.filter((object) => isKustomization(object) && !builder.has(object));
    }
  }
  return builder.checked();
}

export function isKustomization(object: JsonObject): boolean {
  const { group, kind } = refOf(object);
  return group === KUSTOMIZATION.group && kind === KUSTOMIZATION.kind;
}

export function keyOfKustomization(object: JsonObject): string {
  const { namespace, name } = refOf(object);
  return `${namespace}/${name}`;
}

class Builder {
  private readonly deps: BuildDeps;
  private readonly done = new Map<string, Built>();
  /** Everything that was built, by its key: variables and sources of what comes after. */
  private readonly objects = new Map<string, JsonObject>();
  private readonly artifacts = new Map<string, Snapshot>();
  private children: JsonObject[] = [];

  constructor(deps: BuildDeps) {
    this.deps = deps;
    for (const object of deps.entry.objects) this.objects.set(keyOf(refOf(object)), object);
  }

  has(object: JsonObject): boolean {
    return this.done.has(keyOfKustomization(object));
  }

  failed(): boolean {
    return [...this.done.values()].some(({ findings }) => hasErrors(findings));
  }

  /** The Kustomizations that the last builds made and that are not built yet; of one name the last. */
  made(): JsonObject[] {
    const made = new Map(this.children.map((object) => [keyOfKustomization(object), object]));
    this.children = [];
    return [...made.values()].filter((object) => !this.has(object));
  }

  async build(level: readonly JsonObject[], signal: AbortSignal): Promise<void> {
    for (const kustomization of inDependencyOrder(level) ?? level) {
      const one = await this.buildOne(kustomization, signal);
      this.done.set(one.key, one);
      const remote = getPath(kustomization, 'spec', 'kubeConfig') !== undefined;
      if (remote || hasErrors(one.findings)) continue;
      const owner = refOf(kustomization);
      for (const manifest of one.manifests) {
        const object = toJson(manifest.node) as JsonObject;
        this.objects.set(keyOf(refOf(object)), desiredObject(object, { owner }));
        if (isKustomization(object)) this.children.push(object);
      }
    }
  }

  private async buildOne(kustomization: JsonObject, signal: AbortSignal): Promise<Built> {
    const { reader } = this.deps;
    const built = (findings: Finding[], manifests: readonly Manifest[] = [], idle = false): Built => ({
      key: keyOfKustomization(kustomization),
      kustomization,
      manifests: manifests.filter((manifest) => !isFluxController(toJson(manifest.node))),
      findings,
      idle,
    });
    if (await this.suspended(kustomization, signal))
      return built([note('it is suspended: nothing of it is applied until it is resumed')], [], true);
    const elsewhere = await this.elsewhere(kustomization, signal);
    if (elsewhere !== undefined) return built([note(elsewhere)], [], true);
    const fail = (message: string): Built => built([{ code: 'file-missing', severity: 'error', message }]);
    try {
      const artifact = await this.artifact(sourceRefOf(kustomization), [], signal);
      const snapshot = treeOf(kustomization, [...this.objects.values()], artifact);
      if (typeof snapshot === 'string') return fail(snapshot);
      const variables = await readVariables(this.ahead(reader), kustomization, signal);
      const { manifests, findings } = await this.deps.render(snapshot, kustomization, variables);
      return built([...findings], manifests);
    } catch (error) {
      if (!(error instanceof Unreadable || error instanceof SourceError)) throw error;
      return fail(error.message);
    }
  }

  /** `flux suspend` writes into the cluster; a file that says nothing of it leaves that as it is. */
  private async suspended(kustomization: JsonObject, signal: AbortSignal): Promise<boolean> {
    if (getPath(kustomization, 'spec', 'suspend') !== undefined) return isSuspended(kustomization);
    const live = await read(this.deps.reader, refOf(kustomization), signal);
    return live !== undefined && isSuspended(live);
  }

  private async elsewhere(kustomization: JsonObject, signal: AbortSignal): Promise<string | undefined> {
    const source = sourceRefOf(kustomization);
    if (source.kind !== GIT_REPOSITORY.kind) return undefined;
    const all = [source];
    for (const ref of all) {
      const repository = await this.source(ref, signal);
      if (!repository) continue;
      if (!(await this.deps.isLocal(repository))) {
        const what = ref === source ? 'its source' : 'what its source includes,';
        return `${what} ${printRef(ref)} is another repository (${getString(repository, 'spec', 'url') ?? ''}): it is not planned from here`;
      }
      all.push(...includedRefs(repository).filter((one) => !all.some((known) => keyOf(known) === keyOf(one))));
    }
    return undefined;
  }

  private async source(source: ObjectRef, signal: AbortSignal): Promise<JsonObject | undefined> {
    return this.objects.get(keyOf(source)) ?? (await read(this.deps.reader, source, signal));
  }

  /** What source-controller would make of the tree for a source. Throws SourceError in its words. */
  private async artifact(source: ObjectRef, above: readonly string[], signal: AbortSignal): Promise<Snapshot> {
    const { snapshot, revision } = this.deps.tree;
    const key = keyOf(source);
    const known = this.artifacts.get(key);
    if (known) return known;
    const repository = source.kind === GIT_REPOSITORY.kind ? await this.source(source, signal) : undefined;
    const includes: Included[] = [];
    for (const { ref, ...include } of repository ? includesOf(repository) : []) {
      if ([...above, key].includes(keyOf(ref)))
        throw new SourceError('NoArtifact', `${printRef(source)} includes what includes it: ${printRef(ref)}`);
      if (!(await this.source(ref, signal)))
        throw new SourceError(
          'NotFound',
          `could not get resource for include '${include.name}': there is no ${printRef(ref)}`,
        );
      includes.push({ ...include, snapshot: await this.artifact(ref, [...above, key], signal) });
    }
    const made = archiveOf(snapshot, revision, repository ?? {}, includes).snapshot;
    this.artifacts.set(key, made);
    return made;
  }

  /** The cluster as it will be when the turn comes: what was built before is there. */
  private ahead(reader: KubeReader): KubeReader {
    return { ...readerOf(reader), get: async (ref, signal) => this.objects.get(keyOf(ref)) ?? reader.get(ref, signal) };
  }

  /** With the findings of the checks, which know every definition of the plan. */
  checked(): Built[] {
    const definitions = [...this.objects.values()].filter(({ kind }) => kind === 'CustomResourceDefinition');
    const schemas = this.deps.schemas.with(definitions.flatMap((definition) => typesOfCrd(definition)));
    const all = [...this.done.values()];
    const byKey = new Map(all.map((one) => [one.key, one]));
    const ordered = inDependencyOrder(all.map(({ kustomization }) => kustomization));
    const order = ordered?.map((one) => byKey.get(keyOfKustomization(one))).filter((one) => one !== undefined) ?? all;
    return order.map((one) => {
      const found = hasErrors(one.findings) ? [] : validate(one.manifests, schemas);
      return { ...one, findings: [...one.findings, ...found] };
    });
  }
}

/** The verbs of a reader, for one that stands in front of it. */
export function readerOf(reader: KubeReader): KubeReader {
  return {
    resourceType: (gvk, signal) => reader.resourceType(gvk, signal),
    resourceTypes: (signal) => reader.resourceTypes(signal),
    get: (ref, signal) => reader.get(ref, signal),
    list: (type, options, signal) => reader.list(type, options, signal),
  };
}

/** An object of a kind that the cluster need not serve. */
export async function read(reader: KubeReader, ref: ObjectRef, signal: AbortSignal): Promise<JsonObject | undefined> {
  return (await reader.resourceType(ref, signal)) && reader.get(ref, signal);
}

/** Something that a plan has to say that is no mistake. */
export function note(message: string): Finding {
  return { code: 'plan-note', severity: 'warning', message };
}
