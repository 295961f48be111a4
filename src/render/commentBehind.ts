// Whether a comment stands behind something on its line. Reads the text; knows nothing of nodes.
import type { Place } from '../model/sourceText.ts';

const blankAndComment = /[ \t]+#/y;

/** Whether one begins right behind the place, after blanks. */
export function isCommentBehind({ source, end }: Place): boolean {
  blankAndComment.lastIndex = end;
  return blankAndComment.test(source.text);
}
