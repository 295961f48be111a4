// Where a name, a path, a variable or a pointer of a source file leads: to the file, or to where the object or value was
// written. Pure.
import type { Place } from '../../model/sourceText.ts';
import { filesOfPath } from './kustomizationFile.ts';
import type { Cursor, SourceView } from './sourceView.ts';
import { startOfFile, underCursor, uniquePlaces } from './sourceView.ts';
import { pointedAt } from './operations.ts';
import { placesOfVariable, variableAt } from './variables.ts';
import { meantObjects } from './writtenObjects.ts';

export interface Definition {
  /** The text under the cursor that leads there. */
  readonly from: Place;
  readonly places: readonly Place[];
}

export function definitionAt(view: SourceView, cursor: Cursor): Definition | undefined {
  const variable = variableAt(cursor);
  const held = variable ? placesOfVariable(view, cursor, variable) : [];
  if (variable && held.length > 0) return { from: variable.place, places: held };
  const pointed = pointedAt(view, cursor);
  if (pointed && pointed.places.length > 0) return pointed;
  const found = underCursor(view, cursor);
  if (!found) return undefined;
  if (found.kind === 'path') {
    const files = filesOfPath(view.facts.files, found.path.path);
    return { from: found.path.place, places: files.map((file) => startOfFile(view, file)) };
  }
  const objects = meantObjects(view.state, view.objects.of(view.state), found.mention);
  const { place: from, by } = found.mention;
  const places = uniquePlaces(objects.map(({ place }) => place));
  const others = places.filter((place) => place.source.path !== from.source.path || place.start !== from.start);
  return { from, places: by !== 'object' && others.length > 0 ? others : places };
}
