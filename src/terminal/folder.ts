// A folder of the command line as a snapshot. The build may look above the folder (bases do), so the snapshot is rooted
// at the volume; places are printed relative to where the person stands.
import { existsSync, statSync } from 'node:fs';
import { dirname, join, parse, relative, resolve, sep } from 'node:path';
import type { Finding } from '../model/finding.ts';
import type { Snapshot } from '../source/snapshot.ts';
import { diskSnapshot } from '../source/disk.ts';
import type { TreeSnapshot } from '../source/tree.ts';
import { refusingUnreadable } from '../source/unreadable.ts';
import type { Io } from './command.ts';
import { findingText } from './findingText.ts';

export interface Folder {
  readonly snapshot: Snapshot;
  /** The folder's path inside the snapshot. */
  readonly path: string;
  /** A path of the snapshot as the person would type it. */
  display(path: string): string;
  /** `file:line:column: severity: message`. */
  print(finding: Finding): string;
}

/** The repository that a folder is in, from its top: what paths of Flux objects are relative to. The folder itself where there is none. */
export function openRepositoryOf(operand: string, io: Io): Folder {
  const absolute = resolve(io.cwd, operand);
  return folderAt(repositoryOf(operand, io), absolute, io);
}

/** The absolute path of the repository that a folder is in; of the folder itself where there is none. */
export function repositoryOf(operand: string, io: Io): string {
  const absolute = resolve(io.cwd, operand);
  let top = absolute;
  while (!existsSync(join(top, '.git')) && dirname(top) !== top) top = dirname(top);
  return existsSync(join(top, '.git')) ? top : absolute;
}

/** A folder whose build is refused where it meets what may not be read; see {@link openFolder}. */
export function openFolderToBuild(operand: string, io: Io): Folder {
  const folder = openFolder(operand, io);
  return { ...folder, snapshot: refusingUnreadable(folder.snapshot) };
}

/** Opens the folder `operand`. Throws Error with one sentence where it is not a folder. */
export function openFolder(operand: string, io: Io): Folder & { readonly snapshot: TreeSnapshot } {
  const absolute = resolve(io.cwd, operand);
  const stats = statSync(absolute, { throwIfNoEntry: false });
  if (!stats) throw new Error(`${operand}: no such folder`);
  if (!stats.isDirectory()) throw new Error(`${operand} is a file: name the folder that holds the kustomization.yaml`);
  return folderAt(parse(absolute).root, absolute, io);
}

function folderAt(root: string, absolute: string, io: Io): Folder & { readonly snapshot: TreeSnapshot } {
  // What was fetched is named by its address.
  const display = (path: string): string =>
    path.includes('://') ? path : relative(io.cwd, resolve(root, path)) || '.';
  return {
    snapshot: diskSnapshot(root, undefined, io.reading),
    path: relative(root, absolute).split(sep).join('/'),
    display,
    print: (finding) => findingText(finding, display),
  };
}

/** A finding for programs: what `--output json` prints. */
export function findingJson(finding: Finding, display: (path: string) => string): Record<string, unknown> {
  const at = finding.at;
  const position = at?.source.position(at.start);
  return {
    code: finding.code,
    severity: finding.severity,
    message: finding.message,
    ...(at && position ? { file: display(at.source.path), line: position.line, column: position.column } : {}),
    ...(finding.object === undefined ? {} : { object: finding.object }),
    ...(finding.field === undefined ? {} : { field: finding.field }),
  };
}
