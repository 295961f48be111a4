// What the features of a source file look at: the state, what the files say, who is meant by a name, what a line reaches.
import { SourceText } from '../../model/sourceText.ts';
import type { Place } from '../../model/sourceText.ts';
import type { WorkspaceState } from '../../workspace/state.ts';
import type { Mention } from './mentions.ts';
import type { PathReference } from './pathReferences.ts';
import type { ReachOf } from './reached.ts';
import type { FileFacts, SourceFacts } from './sourceFacts.ts';
import { textShift } from './textShift.ts';
import type { WrittenObjects } from './writtenObjects.ts';

export interface SourceView {
  readonly state: WorkspaceState;
  readonly facts: SourceFacts;
  readonly objects: WrittenObjects;
  readonly reach: ReachOf;
}

/** A place that a cursor may stand at, in the text as the editor has it. */
export interface Cursor {
  readonly path: string;
  readonly text: string;
  readonly offset: number;
}

/** What stands under a cursor: a path, a name, or nothing that leads anywhere. */
export type UnderCursor =
  | { readonly kind: 'path'; readonly path: PathReference }
  | { readonly kind: 'mention'; readonly mention: Mention };

export function underCursor(view: SourceView, cursor: Cursor): UnderCursor | undefined {
  const facts = view.facts.of(cursor.path);
  const offset = facts && textShift(facts.source.text, cursor.text).toOld(cursor.offset);
  if (!facts || offset === undefined) return undefined;
  const path = facts.paths.find(({ place }) => isWithin(place, offset));
  if (path) return { kind: 'path', path };
  const mention = mentionAt(facts, offset);
  return mention && { kind: 'mention', mention };
}

/** The mention whose name or whose narrowest area holds the offset. */
function mentionAt({ mentions }: FileFacts, offset: number): Mention | undefined {
  let best: { mention: Mention; size: number } | undefined;
  for (const mention of mentions)
    for (const area of [mention.place, ...mention.areas]) {
      if (!isWithin(area, offset)) continue;
      const size = area.end - area.start;
      if (!best || size < best.size) best = { mention, size };
    }
  return best?.mention;
}

export function isWithin(place: Place, offset: number): boolean {
  return offset >= place.start && offset <= place.end;
}

/** The beginning of a file. */
export function startOfFile(view: SourceView, path: string): Place {
  const source = view.facts.of(path)?.source ?? new SourceText(path, view.facts.files.text(path) ?? '');
  return { source, start: 0, end: 0 };
}

/** The places without repetitions, in their order. */
export function uniquePlaces(places: readonly Place[]): Place[] {
  return [...new Map(places.map((place) => [`${place.source.path} ${place.start} ${place.end}`, place])).values()];
}
