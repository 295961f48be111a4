// Where a hint stands: behind what it is about, in the text as the editor has it. Pure.
import type { Place } from '../../model/sourceText.ts';
import type { TextShift } from './textShift.ts';

/**
 * The offset of a hint behind a place of an older text; undefined where an edit has removed that, or it is outside of the
 * stretch that the editor asks about.
 */
export function hintOffset(
  place: Place,
  shift: TextShift,
  text: string,
  { start, end }: Pick<Place, 'start' | 'end'>,
): number | undefined {
  const offset = shift.toNew(place.end);
  return offset === undefined || offset < start || offset > end ? undefined : behindValue(text, offset);
}

/** Behind a comma or a bracket of a flow list it would tear the text apart: at the end of the line, before a comment. */
function behindValue(text: string, offset: number): number {
  return text.charAt(offset - 1) === '\n' ? offset - 1 : offset;
}
