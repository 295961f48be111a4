// What `build` and `explain` render: the kustomization in a folder, or what a Flux Kustomization of its repository makes.
import { build } from '../render/build.ts';
import type { BuildOptions, Rendering } from '../render/rendering.ts';
import { emptySchemas } from '../schema/schemaSetOf.ts';
import { Unreadable } from '../source/unreadable.ts';
import type { Invocation } from './command.ts';
import { renderAllowed } from './fetching.ts';
import { renderFluxRoot } from './fluxRoot.ts';
import { openFolderToBuild, openRepositoryOf } from './folder.ts';
import type { Folder } from './folder.ts';

/** The folder that the first operand names; with `--flux` the repository that it is in. */
export function openOperand({ args, flags, io }: Invocation): Folder {
  const operand = args[0] ?? '.';
  return flags.text('flux') === undefined ? openFolderToBuild(operand, io) : openRepositoryOf(operand, io);
}

/** Renders what was opened. `options` hold for a kustomization; Flux has its own. */
export async function renderOperand(
  call: Invocation,
  folder: Folder,
  options: Pick<BuildOptions, 'loadRestrictor' | 'managedByLabel'>,
): Promise<Rendering> {
  const flux = call.flags.text('flux');
  if (flux !== undefined) return renderFluxRoot(call, folder, flux);
  const { snapshot, path, display } = folder;
  const how: BuildOptions = { ...options, schemas: emptySchemas, order: 'legacy', snapshotIs: 'filesystem', display };
  try {
    return await renderAllowed(call, (fetched) => build(snapshot, path, { ...how, fetched }));
  } catch (error) {
    throw error instanceof Unreadable ? new Unreadable(display(error.path)) : error;
  }
}
