// The door of the room: a snapshot and the path of a kustomization -> manifests with origins, and findings for all that is
// wrong. A pure function; it writes nothing, fetches nothing and runs no program.
import { child } from '../model/node.ts';
import type { SchemaSet } from '../schema/schemaSet.ts';
import type { Snapshot } from '../source/snapshot.ts';
import type { Fetched, Wanted } from '../source/wanted.ts';
import { accumulate } from './accumulate.ts';
import { collectFindings } from './collect.ts';
import { builtinScope } from './config/clusterScoped.ts';
import { complete } from './output/complete.ts';
import { KUSTOMIZE_VERSION } from './output/finish.ts';
import { outsideSnapshot } from './findings.ts';
import { textItems } from './kustomization/kustomization.ts';
import type { Kustomization } from './kustomization/kustomization.ts';
import { readKustomization } from './kustomization/read.ts';
import { gvkKey, newAccumulation } from './layer.ts';
import type { BuildState, Layer } from './layer.ts';
import { newLoader, resolvePath } from './load/loader.ts';
import type { LoaderBase } from './load/loader.ts';
import { setSchemas } from './openapi/openapi.ts';
import { mergeSchemas } from './patch/mergeSchemas.ts';
import { wantedKey } from './remote/wantedKey.ts';
import type { BuildOptions, Rendering } from './rendering.ts';
import type { Resource } from './resource.ts';

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
  const state = newState(base, mergeSchemas(), metadata.size > 0, options);
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
  const managedBy = options.managedByLabel === true || metadata.has('managedByLabel');
  return complete(layer, accumulation, {
    order: options.order,
    managedByLabel: managedBy ? (options.managedByVersion ?? KUSTOMIZE_VERSION) : undefined,
    originAnnotations: metadata.has('originAnnotations'),
    transformerAnnotations: metadata.has('transformerAnnotations'),
  });
}

function newState(
  base: LoaderBase,
  schemas: SchemaSet,
  annotates: boolean,
  { release = '5.8.3', typesAreKnown = false, arrived = () => undefined }: BuildOptions,
): BuildState {
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
    sawOtherKinds: typesAreKnown,
    clusterScoped: new Set(),
    annotates,
    release,
    frames: [],
    arrived,
  };
  return state;
}
