// Go to definition, find references and links, in source files and in previews. Asks present; knows positions.
import type { Connection, DocumentLink, Location, LocationLink } from 'vscode-languageserver/node';
import type { Place } from '../model/sourceText.ts';
import { definitionAt } from '../present/sourceFile/definition.ts';
import { filesOfPath } from '../present/sourceFile/kustomizationFile.ts';
import { pathLinks } from '../present/sourceFile/pathLinks.ts';
import { sourcesOfPreview, stretchOfField } from '../present/preview/previewPlaces.ts';
import { reachedByLine } from '../present/sourceFile/reached.ts';
import { listingsOfFile, mentionsOfObjects } from '../present/sourceFile/references.ts';
import { underCursor } from '../present/sourceFile/sourceView.ts';
import type { Cursor } from '../present/sourceFile/sourceView.ts';
import { usesOfVariable } from '../present/sourceFile/variables.ts';
import { meantObjects } from '../present/sourceFile/writtenObjects.ts';
import type { LanguageParts } from './languageParts.ts';

export function answerNavigation(connection: Connection, parts: LanguageParts): void {
  const { paths, settings, spots, view } = parts;
  connection.onDefinition(({ textDocument: { uri }, position }): LocationLink[] | null => {
    if (!settings.enabled('definition')) return null;
    const places = inPreview(parts, uri, position);
    // The newest is where the value is set; the others are a hover away.
    if (places) return places.slice(0, 1).map((place) => spots.link(undefined, place));
    const cursor = spots.cursor(uri, position);
    const definition = cursor && definitionAt(view(), cursor);
    if (!definition) return null;
    const from = spots.range(definition.from);
    return definition.places.map((place) => spots.link(from, place));
  });
  connection.onReferences(({ textDocument: { uri }, position, context }): Location[] | null => {
    if (!settings.enabled('references')) return null;
    const places = inPreview(parts, uri, position);
    if (places) return places.map((place) => spots.location(place));
    const cursor = spots.cursor(uri, position);
    return cursor ? referencesAt(parts, cursor, context.includeDeclaration) : null;
  });
  connection.onDocumentLinks(({ textDocument: { uri } }): DocumentLink[] | null => {
    const path = paths.pathOf(uri);
    if (path === undefined || !settings.enabled('documentLinks')) return null;
    return pathLinks(view().facts, path).map(({ place, path: target }) => ({
      range: spots.range(place),
      target: paths.uriOf(target),
      tooltip: target,
    }));
  });
}

/** What a value of a preview was made from; undefined where the document is no preview. */
function inPreview(
  { previews, spots }: LanguageParts,
  uri: string,
  position: { readonly line: number; readonly character: number },
): Place[] | undefined {
  const root = spots.previewRoot(uri);
  const preview = root === undefined ? undefined : previews.of(root);
  if (!preview) return undefined;
  return sourcesOfPreview(preview, preview.source.offset({ line: position.line + 1, column: position.character + 1 }));
}

/** Of a name who mentions the object; of a path who lists the file; else the rendered fields that the line reaches. */
function referencesAt(parts: LanguageParts, cursor: Cursor, withDeclaration: boolean): Location[] {
  const { spots, view } = parts;
  const now = view();
  const found = underCursor(now, cursor);
  if (found?.kind === 'path') {
    const files = filesOfPath(now.facts.files, found.path.path);
    return files.flatMap((file) => listingsOfFile(now, file)).map((place) => spots.location(place));
  }
  if (found?.kind === 'mention') {
    const objects = meantObjects(now.state, now.objects.of(now.state), found.mention);
    const isDeclared = (place: Place): boolean =>
      objects.some((one) => one.place.source.path === place.source.path && one.place.start === place.start);
    const places = mentionsOfObjects(now, objects).filter((place) => withDeclaration || !isDeclared(place));
    if (places.length > 0) return places.map((place) => spots.location(place));
  }
  const uses = usesOfVariable(now, cursor).map((place) => spots.location(place));
  const fields = [...uses, ...renderedFields(parts, cursor)];
  return fields.length > 0 ? fields : listingsOfFile(now, cursor.path).map((place) => spots.location(place));
}

function renderedFields({ previews, spots, view }: LanguageParts, { path, text, offset }: Cursor): Location[] {
  const { state, reach } = view();
  const locations = reachedByLine(state, reach, path, text, offset).flatMap(({ rendering, fields }) => {
    const preview = previews.of(rendering.root.id);
    if (!preview) return [];
    return fields.flatMap((field) => {
      const stretch = stretchOfField(preview, field.manifest, field.path);
      return stretch ? [spots.inPreview(preview, stretch)] : [];
    });
  });
  return [...new Map(locations.map((one) => [JSON.stringify(one), one])).values()];
}
