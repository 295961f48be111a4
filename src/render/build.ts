// The door of the room: a snapshot and the path of a kustomization -> manifests with origins, and findings for all that is
// wrong. A pure function; it writes nothing, fetches nothing and runs no program.
import { child } from '../model/node.ts';
import type { SchemaSet } from '../schema/schemaSet.ts';
import type { Snapshot } from '../source/snapshot.ts';
import type { Fetched, Wanted } from '../source/wanted.ts';
import { accumulate } from './accumulate.ts';
import { collectFindings } from './collect.ts';
import { builtinScope } from './config/clusterScoped.ts';
import { finish, KUSTOMIZE_VERSION } from './finish.ts';
import { outsideSnapshot, resourceInvalid } from './findings.ts';
import { textItems } from './kustomization/kustomization.ts';
import type { Kustomization } from './kustomization/kustomization.ts';
import { readKustomization } from './kustomization/read.ts';
import { contextOf, gvkKey, newAccumulation } from './layer.ts';
import type { BuildState, Layer } from './layer.ts';
import { newLoader, resolvePath } from './loader.ts';
import type { LoaderBase } from './loader.ts';
import { setSchemas } from './openapi.ts';
import { isLocal, orderResources } from './order.ts';
import { mergeSchemas } from './patch/mergeSchemas.ts';
import { followNames, nameRules } from './reference/nameReference.ts';
import { resolveVariables } from './reference/variables.ts';
import { wantedKey } from './remote/wantedKey.ts';
import type { Release } from './release.ts';
import type { BuildOptions, Rendering } from './rendering.ts';
import { kindOf, nameOf } from './resource.ts';
import type { Resource } from './resource.ts';
import { hashTransformer } from './transform/hash.ts';

const NOTHING_FETCHED: Fetched = {
  kind: 'refused',
  reason: 'nothing is fetched here; copy it into the repository',
};

/** Builds the kustomization in a directory of the snapshot. */
export function build(snapshot: Snapshot, path: string, options: BuildOptions): Rendering {
  return buildRoot(snapshot, path, options, readKustomization);
}

/** Gives the kustomization to build for a directory; undefined, after a report, where there is none. */
export type ReadRoot = (base: LoaderBase, root: string) => Kustomization | undefined;

/** As `build`, with a kustomization that need not be the one in the directory: Flux edits it, or makes one. */
export function buildRoot(snapshot: Snapshot, path: string, options: BuildOptions, read: ReadRoot): Rendering {
  const collector = collectFindings();
  const display = options.display ?? ((one: string) => (one === '' ? '.' : one));
  const files = new Set<string>();
  const wanted = new Map<string, Wanted>();
  const base: LoaderBase = {
    snapshot,
    restrictor: options.loadRestrictor,
    aboveRoot: options.snapshotIs === 'filesystem' ? 'root' : 'nothing',
    files,
    sources: new Map(),
    ...collector,
    display,
    trace: options.trace,
    ask(one) {
      if (options.trace) options.trace.untraced = true;
      const answer: Fetched | undefined = options.fetched ? options.fetched.get(one) : NOTHING_FETCHED;
      if (!answer) wanted.set(wantedKey(one), one);
      return answer;
    },
  };
  const root = resolvePath('', path, base.aboveRoot);
  const kustomization = root === undefined ? undefined : read(base, root);
  if (root === undefined) collector.report(outsideSnapshot(path, undefined));
  const resources = root !== undefined && kustomization ? buildKustomization(base, root, kustomization, options) : [];
  const manifests = resources.map(({ node }) => ({ node }));
  return { manifests, findings: collector.finish(), files, wanted: [...wanted.values()] };
}

function buildKustomization(
  base: LoaderBase,
  root: string,
  kustomization: Kustomization,
  options: BuildOptions,
): readonly Resource[] {
  const metadata = new Set(textItems(child(kustomization.fields, 'buildMetadata')).map((item) => item.text));
  const state = newState(base, mergeSchemas(), metadata.size > 0, options.release ?? '5.8.3');
  const layer: Layer = {
    state,
    kustomization,
    loader: newLoader(base, root),
    roots: [root],
    repositories: [],
    origin: { path: '' },
  };
  setSchemas(layer);
  const accumulation = newAccumulation();
  accumulate(layer, accumulation);
  const context = contextOf(layer, accumulation);
  const { resources, config, variables } = accumulation;
  hashTransformer(context, { config: kustomization.fields, fieldSpecs: [], field: '', index: 0, place: undefined });
  resources.idsChanged();
  const names = nameRules(resources.items, config.nameReference);
  for (const resource of resources.items) followNames(context, resource, names);
  resolveVariables(context, variables, config.varReference);
  for (const resource of resources.items) reportNameless(resource, base.report);
  resources.remove(new Set(resources.items.filter(isLocal)));
  const ordered = orderResources(resources.items, kustomization, options.order, base.report);
  const managedBy = options.managedByLabel === true || metadata.has('managedByLabel');
  const finishing = {
    managedByLabel: managedBy ? (options.managedByVersion ?? KUSTOMIZE_VERSION) : undefined,
    originAnnotations: metadata.has('originAnnotations'),
    transformerAnnotations: metadata.has('transformerAnnotations'),
  };
  if (options.trace) {
    const hasVariables = variables.size > 0;
    options.trace.end = { accumulation, hasVariables, sources: base.sources, context, names, finishing, ordered };
  }
  for (const resource of ordered) finish(resource, finishing, base.report);
  return ordered;
}

/** What was read had a kind and a name; a patch or a replacement may have emptied them (kyaml's GetValidatedMetadata). */
function reportNameless(resource: Resource, report: LoaderBase['report']): void {
  const kind = kindOf(resource);
  if (kind !== '' && (nameOf(resource) !== '' || kind.endsWith('List'))) return;
  const lost = kind === '' ? 'kind' : `name of the ${kind}`;
  const place = (child(child(resource.node, 'metadata'), 'name') ?? resource.node).origin.place;
  report(resourceInvalid(`a patch or a replacement left the ${lost} empty: give it another value`, place));
}

function newState(base: LoaderBase, schemas: SchemaSet, annotates: boolean, release: Release): BuildState {
  const state: BuildState = {
    base,
    isClusterScoped: (gvk) => {
      const scope = builtinScope(gvk, release);
      if (scope !== undefined) return scope === 'cluster';
      state.sawOtherKinds = true;
      return state.clusterScoped.size > 0 && state.clusterScoped.has(gvkKey(gvk));
    },
    schemas,
    schemasAreSet: false,
    sawOtherKinds: false,
    clusterScoped: new Set(),
    annotates,
    release,
  };
  return state;
}
