// Who refers to an object or lists a file: every mention in every file of the workspace's kustomizations. Pure.
import type { Place } from '../../model/sourceText.ts';
import type { WorkspaceState } from '../../workspace/state.ts';
import { filesOfPath } from './kustomizationFile.ts';
import type { Mention } from './mentions.ts';
import type { SourceView } from './sourceView.ts';
import { uniquePlaces } from './sourceView.ts';
import type { WrittenObject } from './writtenObjects.ts';
import { fits, meantObjects } from './writtenObjects.ts';

/** The places that name these objects, their own included, in the order of the files. */
export function mentionsOfObjects(view: SourceView, objects: readonly WrittenObject[]): Place[] {
  const all = view.objects.of(view.state);
  const wanted = new Set(objects);
  // A name is compared with the objects of that name alone: there may be thousands of both.
  const named = new Map<string, WrittenObject[]>();
  for (const object of all) for (const name of object.names) named.set(name, [...(named.get(name) ?? []), object]);
  const candidates = ({ match, name }: Mention): readonly WrittenObject[] =>
    match === 'text' ? (named.get(name) ?? []) : all;
  const places = filesOfWorkspace(view.state).flatMap((path) =>
    (view.facts.of(path)?.mentions ?? [])
      .filter((mention) => objects.some((object) => fits(mention, object)))
      .filter((mention) => meantObjects(view.state, candidates(mention), mention).some((object) => wanted.has(object)))
      .map(({ place }) => place),
  );
  return uniquePlaces([...objects.map(({ place }) => place), ...places]);
}

/** The places that list a file, or the folder that it is the kustomization of. */
export function listingsOfFile(view: SourceView, path: string): Place[] {
  const places = filesOfWorkspace(view.state).flatMap((file) =>
    (view.facts.of(file)?.paths ?? [])
      .filter((reference) => filesOfPath(view.facts.files, reference.path).includes(path))
      .map(({ place }) => place),
  );
  return uniquePlaces(places);
}

/** Every file that a rendering reads or looks for, and those that Flux objects are written in. */
function filesOfWorkspace(state: WorkspaceState): string[] {
  const files = new Set<string>();
  for (const rendering of state.renderings.values()) for (const file of rendering.files) files.add(file);
  for (const root of state.index.roots) if (root.kind === 'flux') files.add(root.place.source.path);
  for (const { place } of state.index.variables ?? []) files.add(place.source.path);
  for (const { place } of state.index.sources) files.add(place.source.path);
  return [...files].sort();
}
