// What is planned: the files as they are on disk, or a revision of the repository; and the Flux objects that it begins with.
// Reads only.
import { completeEntry, entryChoices, findFluxEntry } from '../../reconcile/entry/fluxEntry.ts';
import type { FluxEntry } from '../../reconcile/entry/fluxEntry.ts';
import { folderEntry } from '../../reconcile/entry/folderEntry.ts';
import type { EntryChoice } from '../../reconcile/entry/workspaceEntry.ts';
import { readWorkspaceOrigin } from '../../reconcile/entry/workspaceOrigin.ts';
import type { SchemaSet } from '../../schema/schemaSet.ts';
import { diskSnapshot } from '../../source/disk.ts';
import { normalizePath } from '../../source/paths.ts';
import { openRepository } from '../../source/git/repository.ts';
import { refuseSparse } from '../../source/git/sparse.ts';
import { resolveRevision } from '../../source/git/revisionSyntax.ts';
import type { PlannedTree } from './plannedTree.ts';
import { readObjects } from '../cluster/startLoop.ts';

/** Opens a revision as a person names it; the files on disk without one. Throws GitError where there is no such revision, or the files are not all. */
export async function openTree(root: string, revision: string | undefined, signal: AbortSignal): Promise<PlannedTree> {
  if (revision === undefined) {
    await refuseSparse(root);
    const snapshot = diskSnapshot(root);
    return { root, snapshot, revision: snapshot.revision };
  }
  const repository = await openRepository(root);
  const found = await resolveRevision(repository, revision);
  const snapshot = await repository.snapshot(found.commit, found.revision, signal);
  return { root, snapshot, revision: found.revision };
}

/** The Flux objects of a tree. Undefined where it holds none; throws an Error with one sentence where the choice is none. */
export async function entryOf(
  { root, snapshot }: PlannedTree,
  choice: EntryChoice,
  schemas: SchemaSet,
): Promise<FluxEntry | undefined> {
  const origin = await readWorkspaceOrigin(root);
  if (choice.path !== undefined)
    return folderEntry(snapshot, root, origin, { path: choice.path, targetNamespace: choice.targetNamespace, schemas });
  const entry = findFluxEntry(
    snapshot,
    readObjects,
    choice.entry === undefined ? undefined : normalizePath(choice.entry),
  );
  if (entry) return completeEntry(entry, origin);
  if (choice.entry === undefined) return undefined;
  const choices = entryChoices(snapshot, readObjects).map((one) => (one === '' ? '.' : one));
  throw new Error(
    `${choice.entry} holds no Flux Kustomization in ${root}: ${choices.length === 0 ? 'no folder of it does' : `these do: ${choices.join(', ')}`}`,
  );
}
