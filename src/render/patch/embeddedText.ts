// Text within text: a patch that stands inline in a kustomization is YAML of its own, but its places must be those of the
// kustomization's file. Reads only.
import type { ScalarNode } from '../../model/node.ts';
import { DocumentPlace, SourceText } from '../../model/sourceText.ts';
import type { Place } from '../../model/sourceText.ts';

export interface EmbeddedText {
  /** The text alone. Places in it must be translated by `locate`. */
  readonly source: SourceText;
  /** The place in the file for a place in the text alone. */
  locate(place: Place): Place | undefined;
}

/** The text of a file, which needs no translation. */
export function wholeText(source: SourceText): EmbeddedText {
  return { source, locate: (place) => place };
}

/** The text of a scalar, from `start` on. */
export function embeddedText(scalar: ScalarNode, start = 0, end = scalar.text.length): EmbeddedText {
  const outer = scalar.origin.place;
  const source = new SourceText(outer?.source.path ?? '', scalar.text.slice(start, end));
  if (!outer) return { source, locate: () => undefined };
  const offsets = scalar.style === 'literal' ? literalOffsets(outer, scalar.text) : verbatimOffset(outer, scalar.text);
  if (!offsets) return { source, locate: () => outer };
  return {
    source,
    locate: (place) => within(outer, offsets(place.start + start), offsets(place.end + start)),
  };
}

/** A stretch of the file that a place is in. It follows its document, as that place does. */
function within(outer: Place, start: number, end: number): Place {
  return outer instanceof DocumentPlace
    ? DocumentPlace.between(outer.document, start, end)
    : { source: outer.source, start, end };
}

type Offsets = (inner: number) => number;

/** Where the text stands in the file letter by letter: plain and quoted scalars on one line without escapes. */
function verbatimOffset(outer: Place, text: string): Offsets | undefined {
  const raw = outer.source.text.slice(outer.start, outer.end);
  const at = raw.indexOf(text);
  return at < 0 ? undefined : (inner) => outer.start + at + inner;
}

/** A block after `|`: each line stands in the file behind the block's indentation. */
function literalOffsets(outer: Place, text: string): Offsets | undefined {
  const raw = outer.source.text.slice(outer.start, outer.end);
  const header = raw.indexOf('\n');
  if (header < 0) return undefined;
  const lines = raw.slice(header + 1).split('\n');
  const filled = lines.find((line) => line.trim() !== '') ?? '';
  const written = text.split('\n').find((line) => line.trim() !== '') ?? '';
  const indent = Math.max(filled.length - filled.trimStart().length - (written.length - written.trimStart().length), 0);
  const starts: number[] = [];
  let at = outer.start + header + 1;
  for (const line of lines) {
    starts.push(at + Math.min(indent, line.length));
    at += line.length + 1;
  }
  const position = new SourceText('', text);
  return (inner) => {
    const { line, column } = position.position(inner);
    return Math.min((starts[line - 1] ?? outer.end) + column - 1, outer.end);
  };
}
