// Everything that can be wrong in the part of a repository below a directory: its Flux Kustomizations rendered as the
// controller would, and what they name. The editor's diagnostics come from the same functions, one root at a time.
import type { Finding } from '../../model/finding.ts';
import { hasErrors } from '../../model/finding.ts';
import { getObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { renderFlux } from '../../render/flux/renderFlux.ts';
import type { BuildOptions, Rendering } from '../../render/rendering.ts';
import type { Snapshot } from '../../source/snapshot.ts';
import type { FetchedThings } from '../../source/wanted.ts';
import { validate } from '../../validate/validate.ts';
import { indexFolder } from './indexFolder.ts';
import { variablesOf } from './renderer.ts';
import { rootViews } from './rootView.ts';
import type { Root } from '../state.ts';
import { variablesIn } from './variableLookup.ts';
import type { VariableLookup } from './variableLookup.ts';

type FluxRoot = Extract<Root, { kind: 'flux' }>;

export interface FluxCheckOptions {
  /** Only Kustomizations that are written in or below it. */
  readonly directory: string;
  readonly variables: VariableLookup;
  readonly build: BuildOptions;
  /** Renders with what may be fetched. */
  render(make: (fetched: FetchedThings) => Rendering): Promise<Rendering>;
}

export interface FluxCheck {
  /** How many Kustomizations were rendered. */
  readonly count: number;
  readonly findings: readonly Finding[];
}

/**
 * Renders every Flux Kustomization that is written below a directory of the repository's snapshot. Variables come from
 * `variables`, else from ConfigMaps and Secrets in files that nothing renders; those of an object that it does not know cannot be judged, and their text is left as it is.
 */
export async function checkFluxObjects(
  snapshot: Snapshot,
  options: FluxCheckOptions,
  signal: AbortSignal,
): Promise<FluxCheck> {
  const { directory } = options;
  const index = indexFolder(snapshot);
  const isBelow = (path: string): boolean => directory === '' || path.startsWith(`${directory}/`);
  const roots = index.roots.filter((root): root is FluxRoot => root.kind === 'flux' && isBelow(root.place.source.path));
  const findings = (index.findings ?? []).filter(({ at }) => at !== undefined && isBelow(at.source.path));
  const written = variablesIn(index.variables ?? []);
  const views = rootViews(snapshot);
  for (const root of roots) {
    signal.throwIfAborted();
    findings.push(...(await checkRoot(views.of(root, index.sources), root, written, options)));
  }
  return { count: roots.length, findings };
}

async function checkRoot(
  snapshot: Snapshot,
  root: FluxRoot,
  written: VariableLookup,
  options: FluxCheckOptions,
): Promise<Finding[]> {
  const variables = variablesOf(root, (name) => options.variables(name) ?? written(name));
  const isKnown = variables.every(({ data }) => data !== undefined);
  const object = isKnown ? root.object : withoutPostBuild(root.object);
  const rendering = await options.render((fetched) =>
    renderFlux(snapshot, object, isKnown ? variables : [], { ...options.build, fetched, written: root.node }),
  );
  // The controller decrypts what it was told to; nobody does so here.
  const decrypts = getObject(root.object, 'spec', 'decryption') !== undefined;
  const found = rendering.findings.filter(({ code }) => !(decrypts && code === 'secret-encrypted'));
  if (hasErrors(found)) return found;
  return [...found, ...validate(rendering.manifests, options.build.schemas, { substituted: isKnown })];
}

function withoutPostBuild(object: JsonObject): JsonObject {
  const { postBuild: _, ...spec } = getObject(object, 'spec') ?? {};
  return { ...object, spec };
}
