// The flags that say where the loop starts in a repository, and what was chosen in words.
import { getString } from '../model/json.ts';
import { refOf } from '../model/objectRef.ts';
import { readServingMode } from '../model/servingMode.ts';
import type { ServingMode } from '../model/servingMode.ts';
import type { FluxEntry } from '../reconcile/entry/fluxEntry.ts';
import type { EntryChoice } from '../reconcile/entry/workspaceEntry.ts';
import { diskSnapshot } from '../source/disk.ts';
import type { Flag, Flags } from './command.ts';
import { UsageError } from './command.ts';
import { findRoots } from './roots.ts';

export const entryFlags: readonly Flag[] = [
  {
    name: 'entry',
    type: 'string',
    value: 'DIR',
    description:
      'The folder with the Flux objects, inside the repository. Default clusters/dev, or the cluster that looks least like production.',
  },
  {
    name: 'path',
    type: 'string',
    value: 'DIR',
    description:
      'Reconcile this folder of the repository alone. Its GitRepository and Kustomization are made in the cluster only.',
  },
  {
    name: 'target-namespace',
    type: 'string',
    value: 'NAME',
    description: 'With --path: the namespace of its objects.',
  },
];

/** The flags of commands that serve a repository to the loop. */
export const workspaceFlags: readonly Flag[] = [
  { name: 'workspace', type: 'string', value: 'DIR', description: 'The repository that is served locally.' },
  {
    name: 'from',
    type: 'string',
    value: 'head|tree|REMOTE/BRANCH',
    description:
      'Reconcile commits (head, the default), the files as they are on disk (tree), or a branch of a remote as it was last fetched or pushed (origin/main).',
  },
  ...entryFlags,
];

/** What of the workspace is served. Throws UsageError where the word means nothing. */
export function servedFrom(flags: Flags): ServingMode {
  const word = flags.text('from') ?? 'head';
  const mode = readServingMode(word);
  if (mode) return mode;
  throw new UsageError(`invalid argument "${word}" for "--from" flag: must be head, tree or a branch like origin/main`);
}

/** Throws UsageError where the flags contradict each other. */
export function entryChoice(flags: Flags): EntryChoice {
  const [entry, path, targetNamespace] = ['entry', 'path', 'target-namespace'].map((name) => flags.text(name));
  if (entry !== undefined && path !== undefined)
    throw new UsageError('--entry and --path name two beginnings: give one of them');
  if (targetNamespace !== undefined && path === undefined) throw new UsageError('--target-namespace goes with --path');
  return { entry, path, targetNamespace };
}

/** What the loop starts from, and what is made in the cluster only; one line each. */
export function entryLines(entry: FluxEntry): string[] {
  const folder = entry.folder === '' ? '.' : entry.folder;
  const lines = [`starting from ${folder} (${entry.why})`];
  if (entry.made.length > 0)
    lines.push(`made in the cluster only, not in the folder: ${entry.made.map(madeText).join(', ')}`);
  return lines;
}

function madeText(object: FluxEntry['made'][number]): string {
  const { kind, namespace, name } = refOf(object);
  const what = getString(object, 'spec', 'url') ?? getString(object, 'spec', 'path');
  return `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}${what === undefined ? '' : ` (${what})`}`;
}

const SHOWN = 12;

/** The sentence for a repository without Flux objects, with the folders that could be given. */
export function noEntry(workspace: string): Error {
  const roots = findRoots(diskSnapshot(workspace), '').map((path) => (path === '' ? '.' : `./${path}`));
  const more = roots.length > SHOWN ? ` and ${roots.length - SHOWN} more` : '';
  const choose =
    roots.length === 0
      ? 'it has no kustomization.yaml either'
      : `reconcile one of its folders with --path: ${roots.slice(0, SHOWN).join(', ')}${more}`;
  return new Error(`${workspace} holds no Flux Kustomization: ${choose}`);
}
