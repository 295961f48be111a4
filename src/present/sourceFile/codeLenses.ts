// The lines above the objects of a file: how many rendered objects it reaches, in how many kustomizations, and what an edit
// of it would do to the clusters. Pure.
import type { Manifest } from '../../model/manifest.ts';
import { visitNodes } from '../../model/node.ts';
import { chainOf } from '../../model/origin.ts';
import type { Place } from '../../model/sourceText.ts';
import type { RootRendering, WorkspaceState } from '../../workspace/state.ts';
import { editText, effectsOf } from '../drift/editText.ts';
import { isKustomizationFile } from './kustomizationFile.ts';
import { count } from '../names.ts';
import { objectsOf, reachedByFile } from './reached.ts';
import type { ReachedField, ReachedRoot, ReachOf } from './reached.ts';
import { finalRenderings } from '../rootNames.ts';
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

/** A document of a file, or all of a kustomization, with what it reaches. */
export interface Reaching {
  readonly place: Place;
  readonly objects: readonly LensObject[];
  /** Patches and kustomizations say what they reach however little it is. */
  readonly always: boolean;
}

/** One lens for each document: of a patch or a kustomization always, of an object where more than its one rendering comes from it. */
export function codeLenses(documents: readonly Reaching[]): CodeLens[] {
  return documents.flatMap(({ place, objects, always }) => {
    if (!always && objects.length === 1) return [];
    const roots = new Set(objects.map(({ rendering }) => rendering.root.id)).size;
    const title = `reaches ${count(objects.length, 'object')} in ${count(roots, 'kustomization')}`;
    return [{ place, title, objects }];
  });
}

/**
 * What a file that was edited would do, above each of its documents: `this edit: 1 replace, 2 configure`. Nothing where it
 * would do nothing, or no plan of the present text is known.
 */
export function editLenses(state: WorkspaceState, path: string, documents: readonly Reaching[]): CodeLens[] {
  const effects = effectsOf(state);
  if (effects.every(({ actions }) => actions.size === 0)) return [];
  // What the edit took away stands nowhere any more: the first document says it.
  return documents.flatMap(({ place, objects }, at) => {
    const all = at === 0 ? [...objects, ...goneBy(state, path)] : objects;
    const title = editText(effects, all);
    return title === undefined ? [] : [{ place, title, objects: all }];
  });
}

/** What a file has lost, and with a kustomization what anything that it builds has lost. */
function goneBy(state: WorkspaceState, path: string): LensObject[] {
  return finalRenderings(state, path).flatMap((rendering) =>
    (rendering.gone ?? [])
      .filter((manifest) => isKustomizationFile(path) || isFrom(manifest, path))
      .map((manifest) => ({ rendering, field: { manifest, path: [] } })),
  );
}

function isFrom({ node }: Manifest, path: string): boolean {
  let found = false;
  visitNodes(node, ({ origin }) => (found ||= chainOf(origin).some(({ place }) => place?.source.path === path)));
  return found;
}

/** The documents of a file that reach anything. `text` is the file as the editor has it. */
export function reachingDocuments(
  state: WorkspaceState,
  reach: ReachOf,
  facts: FileFacts | undefined,
  path: string,
  text: string,
): Reaching[] {
  const reached = reachedByFile(state, reach, path, text);
  if (reached.every(({ fields }) => fields.length === 0) && !isKustomizationFile(path)) return [];
  if (isKustomizationFile(path))
    return reaching(wholeFile(facts, reached), ofKustomization(state, path, reached), true);
  if (!facts || facts.documents.length === 0)
    return reaching(wholeFile(facts, reached), reached.flatMap(objectsOfRoot), false);
  const byDocument = reached.map((one) => ({ ...one, fields: fieldsByDocument(facts.documents, one.fields) }));
  return facts.documents.flatMap((document) => {
    const within = byDocument.map(({ rendering, fields }) => ({ rendering, fields: fields.get(document) ?? [] }));
    const isPatch = !within.some(({ fields }) => fields.some(({ link }) => link.cause.by === 'resource'));
    return reaching(document, within.flatMap(objectsOfRoot), isPatch);
  });
}

/** A file may have thousands of documents, and each of them many fields: each field is looked up once. */
function fieldsByDocument(
  documents: readonly Place[],
  fields: readonly ReachedField[],
): ReadonlyMap<Place, readonly ReachedField[]> {
  const starts = documents.map(({ start }) => start);
  const found = new Map<Place, ReachedField[]>();
  for (const field of fields) {
    const { start, end } = field.place;
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] as number) <= start) low = middle + 1;
      else high = middle;
    }
    const document = documents[low - 1];
    if (!document || end > document.end) continue;
    const list = found.get(document);
    if (list) list.push(field);
    else found.set(document, [field]);
  }
  return found;
}

function reaching(place: Place | undefined, objects: readonly LensObject[], always: boolean): Reaching[] {
  return place && objects.length > 0 ? [{ place, objects, always }] : [];
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
