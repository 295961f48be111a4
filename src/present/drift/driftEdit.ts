// The edit of a file that an action on a drifted field asks for, and what is wrong with it once the build was tried with it.
// Pure: the trial is handed in.
import type { JsonObject } from '../../model/json.ts';
import { manifestRef } from '../../model/manifest.ts';
import { toJson } from '../../model/node.ts';
import { keyOf, refOf } from '../../model/objectRef.ts';
import type { Root, RootRendering, WorkspaceState } from '../../workspace/state.ts';
import type { Trial } from '../../workspace/files/trial.ts';
import { applyEdit } from '../../yaml/edit.ts';
import { adoptEdit, adoptFault, adoptRefusal } from './adoptDrift.ts';
import type { DriftedField } from './driftedFields.ts';
import { ignoreEdit, ignoreFault, ignoreRefusal } from './ignoreDrift.ts';

export type DriftEditKind = 'adopt' | 'ignore';

/** A replacement in one file. */
export interface DriftEdit {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly newText: string;
  /** All of the file after it. */
  readonly text: string;
}

/** The edit, or the end of a sentence that says why there is none. `textOf`: a file of the folder as the editor has it. */
export function driftEdit(
  kind: DriftEditKind,
  field: DriftedField,
  textOf: (path: string) => string | undefined,
): DriftEdit | string {
  const refusal = kind === 'adopt' ? adoptRefusal(field) : ignoreRefusal(field);
  if (refusal !== undefined) return refusal;
  const { root } = field.rendering;
  const path = kind === 'adopt' ? field.place?.source.path : root.kind === 'flux' ? root.place.source.path : undefined;
  const text = path === undefined ? undefined : textOf(path);
  if (path === undefined || text === undefined) return `${path ?? 'it'} is no file of this folder`;
  const edit = kind === 'adopt' ? adoptEdit(field, text) : ignoreEdit(field, text);
  return typeof edit === 'string' ? edit : { path, ...edit, text: applyEdit(text, edit) };
}

/** What the edit would not do as it is meant, as the end of a sentence; undefined where it does. */
export function driftEditFault(
  kind: DriftEditKind,
  field: DriftedField,
  state: Pick<WorkspaceState, 'renderings'>,
  trial: Trial,
): string | undefined {
  const { root } = field.rendering;
  if (kind === 'adopt') {
    const after = trial.render(root);
    return after ? adoptFault(field, after) : 'the Kustomization is not there any more with it';
  }
  if (root.kind !== 'flux') return 'no Flux Kustomization applies it';
  const parent = parentOf(root, state);
  const before = parent ? objectIn(parent, root) : root.object;
  const after = parent ? trial.render(parent.root) : trial.root(root.id);
  const object = after && ('root' in after ? objectIn(after, root) : after.kind === 'flux' ? after.object : undefined);
  return ignoreFault(field, before ?? root.object, object);
}

/** The rendering that applies a Kustomization itself: what that makes of its file is what counts. */
function parentOf(
  root: Root & { readonly kind: 'flux' },
  { renderings }: Pick<WorkspaceState, 'renderings'>,
): RootRendering | undefined {
  return [...renderings.values()].find(
    (one) => one.root.kind === 'flux' && one.files.has(root.place.source.path) && objectIn(one, root) !== undefined,
  );
}

function objectIn({ manifests }: RootRendering, root: Root & { readonly kind: 'flux' }): JsonObject | undefined {
  const key = keyOf(refOf(root.object));
  const found = manifests.find((one) => keyOf(manifestRef(one)) === key);
  return found && (toJson(found.node) as JsonObject);
}
