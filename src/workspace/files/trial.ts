// What the roots of the folder would be if one file said something else: rendered from memory, before anybody is asked to
// edit the file. Changes nothing, and nothing else sees it.
import type { Snapshot } from '../../source/snapshot.ts';
import { indexFolder } from './indexFolder.ts';
import { renderRoot } from './renderer.ts';
import type { RenderStages } from './renderer.ts';
import { rootViews } from './rootView.ts';
import type { Root, RootRendering, WorkspaceIndex } from '../state.ts';
import type { VariableLookup } from './variableLookup.ts';

export interface Trial {
  /** A root as it would be rendered; undefined where the folder would not have it any more. */
  render(root: Root): RootRendering | undefined;
  /** A root as it would be written. */
  root(id: string): Root | undefined;
}

export interface TrialParts {
  readonly snapshot: Snapshot;
  readonly stages: RenderStages;
  readonly variables: VariableLookup;
  readonly version: number;
}

/** `path`: the file that says something else in the snapshot. */
export function newTrial({ snapshot, stages, variables, version }: TrialParts, path: string): Trial {
  let index: WorkspaceIndex | undefined;
  const views = rootViews(snapshot);
  const indexed = (): WorkspaceIndex => (index ??= indexFolder(snapshot));
  const find = (id: string): Root | undefined => indexed().roots.find((one) => one.id === id);
  return {
    root: find,
    render: (root) => {
      const now = root.kind === 'flux' && root.place.source.path === path ? find(root.id) : root;
      // An object of its own: what is kept for the next rendering of the root is of the files as they are.
      const alone = now?.kind === 'flux' ? { ...now, object: { ...now.object } } : now;
      return alone && renderRoot(stages, views.of(alone, indexed().sources), alone, version, variables);
    },
  };
}
