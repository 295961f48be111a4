// Renders as a Flux Kustomization of a repository does: found by its name wherever it is written, with variables from the
// ConfigMaps and Secrets of the repository. Asks no cluster.
import { refOf } from '../model/objectRef.ts';
import { renderFlux } from '../render/flux/renderFlux.ts';
import type { BuildOptions, Rendering } from '../render/rendering.ts';
import { emptySchemas } from '../schema/schemaSetOf.ts';
import { indexFolder } from '../workspace/files/indexFolder.ts';
import { plainStages } from '../workspace/files/plainStages.ts';
import { asksForVariables, renderRoot, variablesOf } from '../workspace/files/renderer.ts';
import type { RenderStages } from '../workspace/files/renderer.ts';
import { rootViews } from '../workspace/files/rootView.ts';
import type { Root, RootRendering, WorkspaceIndex } from '../workspace/state.ts';
import { createVariablesOf } from '../workspace/files/variableLookup.ts';
import type { VariableLookup } from '../workspace/files/variableLookup.ts';
import type { Invocation } from './command.ts';
import { renderAllowed } from './fetching.ts';
import type { Folder } from './folder.ts';

type FluxRoot = Extract<Root, { kind: 'flux' }>;

/** Renders the Kustomization `[NAMESPACE/]NAME` of a repository. Throws Error with one sentence where it has none. */
export async function renderFluxRoot(
  call: Pick<Invocation, 'flags' | 'io' | 'signal'>,
  repository: Folder,
  name: string,
): Promise<Rendering> {
  const { snapshot, display } = repository;
  const options: BuildOptions = { schemas: emptySchemas, loadRestrictor: 'none', order: 'none', display };
  const index = indexFolder(snapshot);
  const root = rootCalled(index, name);
  const stages = plainStages(options, () => []);
  const views = rootViews(snapshot);
  const variables = asksForVariables(root.object)
    ? variablesOf(root, variablesBeside(repository, index, root, stages))
    : [];
  return renderAllowed(call, (fetched) =>
    renderFlux(views.of(root, index.sources), root.object, variables, { ...options, fetched, written: root.node }),
  );
}

function rootCalled({ roots }: WorkspaceIndex, name: string): FluxRoot {
  const flux = roots.filter((root): root is FluxRoot => root.kind === 'flux');
  const full = (root: FluxRoot): string => `${refOf(root.object).namespace}/${refOf(root.object).name}`;
  const found = flux.filter((root) => full(root) === name || refOf(root.object).name === name);
  const [first, second] = found;
  if (first && !second) return first;
  if (second) throw new Error(`${name} names several Kustomizations: ${found.map(full).join(', ')}`);
  throw new Error(
    `no file of the repository writes a Flux Kustomization "${name}"${flux.length > 0 ? `: it has ${flux.map(full).join(', ')}` : ''}`,
  );
}

/** What all other roots of the repository render holds the variables; those among them that ask for some have what came before. */
function variablesBeside(
  { snapshot }: Folder,
  index: WorkspaceIndex,
  root: FluxRoot,
  stages: RenderStages,
): VariableLookup {
  const views = rootViews(snapshot);
  const renderings = new Map<string, RootRendering>();
  const lookup = createVariablesOf()({ index, renderings });
  for (const other of index.roots)
    if (other !== root) renderings.set(other.id, renderRoot(stages, views.of(other, index.sources), other, 0, lookup));
  return lookup;
}
