// A file's text with its name, and the places in it. Places are offsets; line and column are worked out late.

/** A file as it was read: its path (relative to the snapshot's root, with `/`) and its text. */
export class SourceText {
  readonly path: string;
  readonly text: string;
  private starts: number[] | undefined;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
  }

  /** The position of an offset: line and column counted from 1, columns in UTF-16 units as editors count them. */
  position(offset: number): Position {
    const starts = this.lineStarts();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] as number) + 1 };
  }

  /** The offset of a position (both from 1), held to the text's bounds. */
  offset(position: Position): number {
    const starts = this.lineStarts();
    const start = starts[Math.min(Math.max(position.line, 1), starts.length) - 1] as number;
    return Math.min(start + Math.max(position.column - 1, 0), this.text.length);
  }

  private lineStarts(): number[] {
    if (!this.starts) {
      this.starts = [0];
      for (let at = this.text.indexOf('\n'); at >= 0; at = this.text.indexOf('\n', at + 1)) this.starts.push(at + 1);
    }
    return this.starts;
  }
}

/** Line and column, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A half-open range of a file's text, in UTF-16 offsets. */
export interface Place {
  readonly source: SourceText;
  readonly start: number;
  readonly end: number;
}

/**
 * One document of a file. Places in it are counted from its start, so that they follow when the text before it is edited:
 * whoever builds again after an edit moves the document (render/rebuild.ts); all others read.
 */
export class DocumentText {
  source: SourceText;
  start: number;
  end: number;
  /** Whether it ends in a comment that is about all of it. */
  hasFoot: boolean;

  constructor(source: SourceText, start: number, end: number) {
    this.source = source;
    this.start = start;
    this.end = end;
    this.hasFoot = false;
  }
}

/** A place in a document of a file. Made from offsets in the file. */
export class DocumentPlace implements Place {
  readonly document: DocumentText;
  private readonly from: number;
  private readonly to: number;

  constructor(document: DocumentText, start: number, end: number) {
    this.document = document;
    this.from = start - document.start;
    this.to = end - document.start;
  }

  get source(): SourceText {
    return this.document.source;
  }

  get start(): number {
    return this.document.start + this.from;
  }

  get end(): number {
    return this.document.start + this.to;
  }
}

/** `file:line:column` of where a place starts. */
export function printPlace(place: Place): string {
  const { line, column } = place.source.position(place.start);
  return `${place.source.path}:${line}:${column}`;
}
