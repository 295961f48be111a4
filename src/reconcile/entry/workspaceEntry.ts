// The entry of the open workspace, as a person chooses it: found, named, or made for one folder. Reads files and the
// repository's configuration; applies nothing.
import { diskSnapshot } from '../../source/disk.ts';
import { normalizePath } from '../../source/paths.ts';
import type { SchemaSet } from '../../schema/schemaSet.ts';
import { completeEntry, entryChoices, findFluxEntry } from './fluxEntry.ts';
import type { FluxEntry, ReadObjects } from './fluxEntry.ts';
import { folderEntry } from './folderEntry.ts';
import { readWorkspaceOrigin } from './workspaceOrigin.ts';

/** What the person asked for. Without either the entry is found. */
export interface EntryChoice {
  /** The folder of a cluster with Flux objects. */
  readonly entry?: string | undefined;
  /** A folder to reconcile by itself: its GitRepository and Kustomization are made in the cluster only. */
  readonly path?: string | undefined;
  /** With `path`: where its objects go. */
  readonly targetNamespace?: string | undefined;
}

/** Undefined where the repository holds no Flux Kustomization. Throws an Error with one sentence where the choice is none. */
export async function openEntry(
  root: string,
  choice: EntryChoice,
  read: ReadObjects,
  schemas: SchemaSet,
): Promise<FluxEntry | undefined> {
  const snapshot = diskSnapshot(root);
  const origin = await readWorkspaceOrigin(root);
  if (choice.path !== undefined)
    return folderEntry(snapshot, root, origin, { path: choice.path, targetNamespace: choice.targetNamespace, schemas });
  const folder = choice.entry === undefined ? undefined : normalizePath(choice.entry);
  const entry = findFluxEntry(snapshot, read, folder);
  if (entry) return completeEntry(entry, origin);
  if (choice.entry === undefined) return undefined;
  const choices = entryChoices(snapshot, read).map((one) => (one === '' ? '.' : one));
  const there = choices.length === 0 ? 'no folder of it does' : `these do: ${choices.join(', ')}`;
  throw new Error(`${choice.entry} holds no Flux Kustomization in ${root}: ${there}`);
}
