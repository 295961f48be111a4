// The lines above the objects of a file: how many rendered objects it reaches, in how many kustomizations. Pure.
import type { Place } from '../model/sourceText.ts';
import type { RootRendering, WorkspaceState } from '../workspace/state.ts';
import { isKustomizationFile } from './kustomizationFile.ts';
import { count } from './names.ts';
import { objectsOf, reachedByFile } from './reached.ts';
import type { ReachedField, ReachedRoot, ReachOf } from './reached.ts';
import { builtObjects } from './writtenObjects.ts';
import type { FileFacts } from './sourceFacts.ts';

export interface CodeLens {
  /** The document that it stands above. */
  readonly place: Place;
  readonly title: string;
  readonly objects: readonly LensObject[];
}

/** A rendered object of a lens: the first field in it that is reached. */
export interface LensObject {
  readonly rendering: RootRendering;
  readonly field: Pick<ReachedField, 'manifest' | 'path'>;
}

/**
 * One lens for each document: of a patch or a kustomization always, of an object where more than its one rendering comes
 * from it. `text` is the file as the editor has it.
 */
export function codeLenses(
  state: WorkspaceState,
  reach: ReachOf,
  facts: FileFacts | undefined,
  path: string,
  text: string,
): CodeLens[] {
  const reached = reachedByFile(state, reach, path, text);
  if (reached.every(({ fields }) => fields.length === 0) && !isKustomizationFile(path)) return [];
  if (isKustomizationFile(path)) return lensOf(wholeFile(facts, reached), ofKustomization(state, path, reached), true);
  if (!facts || facts.documents.length === 0)
    return lensOf(wholeFile(facts, reached), reached.flatMap(objectsOfRoot), false);
  return facts.documents.flatMap((document) => {
    const within = reached.map(({ rendering, fields }) => ({
      rendering,
      fields: fields.filter(({ place }) => place.start >= document.start && place.end <= document.end),
    }));
    const isPatch = !within.some(({ fields }) => fields.some(({ link }) => link.cause.by === 'resource'));
    return lensOf(document, within.flatMap(objectsOfRoot), isPatch);
  });
}

function lensOf(place: Place | undefined, objects: readonly LensObject[], always: boolean): CodeLens[] {
  const roots = new Set(objects.map(({ rendering }) => rendering.root.id)).size;
  if (!place || objects.length === 0 || (!always && objects.length === 1)) return [];
  const title = `reaches ${count(objects.length, 'object')} in ${count(roots, 'kustomization')}`;
  return [{ place, title, objects }];
}

function objectsOfRoot({ rendering, fields }: ReachedRoot): LensObject[] {
  return objectsOf(fields).map((manifest) => ({ rendering, field: { manifest, path: ['metadata', 'name'] } }));
}

/** What a kustomization builds itself, wherever it ends up, and what its own lines reach beyond that. */
function ofKustomization(state: WorkspaceState, path: string, reached: readonly ReachedRoot[]): LensObject[] {
  const folder = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
  const own = [...state.renderings.values()].find(({ root }) => root.kind === 'kustomize' && root.path === folder);
  const built = new Set(own ? [...builtObjects(own).keys()] : []);
  return reached.flatMap(({ rendering, fields }) => {
    const touched = new Set(objectsOf(fields));
    return [...builtObjects(rendering)]
      .flatMap(([key, manifests]) => manifests.filter((manifest) => built.has(key) || touched.has(manifest)))
      .map((manifest) => ({ rendering, field: { manifest, path: ['metadata', 'name'] } }));
  });
}

function wholeFile(facts: FileFacts | undefined, reached: readonly ReachedRoot[]): Place | undefined {
  const source = facts?.source ?? reached.flatMap(({ fields }) => fields)[0]?.place.source;
  return source && { source, start: 0, end: source.text.length };
}
