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
 * whoever builds again after an edit moves the document (render/rebuild/rebuild.ts); all others read.
 */
export class DocumentText {
  source: SourceText;
  start: number;
  end: number;
  /** Set where it ends in a comment that is about all of it: places of keys at its end that have one of their own. */
  foot: readonly Place[] | undefined;
  /** Where the text was changed since the places were counted, in order, each by how much it grew. */
  private changes: readonly { readonly from: number; readonly to: number; readonly by: number }[] = [];

  private searched: { readonly source: SourceText; readonly found: boolean } | undefined;

  constructor(source: SourceText, start: number, end: number) {
    this.source = source;
    this.start = start;
    this.end = end;
    this.foot = undefined;
  }

  /**
   * Takes a text in which what stood from `start` to `end` (offsets in the file) is longer by `by`. Places before and
   * behind that follow, and those that hold it grow; those within it mean nothing any more.
   */
  edit(source: SourceText, start: number, end: number, by: number): void {
    const [from, to] = [this.counted(start, 'start'), this.counted(end, 'end')];
    const met = this.changes.filter((change) => change.from <= to && change.to >= from);
    const merged = {
      from: Math.min(from, ...met.map((change) => change.from)),
      to: Math.max(to, ...met.map((change) => change.to)),
      by: met.reduce((sum, change) => sum + change.by, by),
    };
    const others = this.changes.filter((change) => !met.includes(change));
    this.changes = [...others, merged].sort((a, b) => a.from - b.from);
    this.source = source;
    this.end += by;
  }

  /** Whether its text was changed since its places were counted. Until then they are counted from its start alone. */
  get isEdited(): boolean {
    return this.changes.length > 0;
  }

  /** Whether comments can stand in it. Found out once for each text. */
  get mayHoldComments(): boolean {
    const { source, start, end } = this;
    if (this.searched?.source !== source)
      this.searched = { source, found: source.text.slice(start, end).includes('#') };
    return this.searched.found;
  }

  /** The offset in the file of a place's start or end, which was counted from the document's start. */
  offset(counted: number, side: 'start' | 'end'): number {
    let at = this.start + counted;
    if (this.changes.length === 0) return at;
    for (const { from, to, by } of this.changes) {
      const isBefore = counted <= from && (side === 'start' || counted < to);
      if (isBefore) return at;
      if (counted < to) return at + (side === 'start' ? from - counted : to - counted + by);
      at += by;
    }
    return at;
  }

  /** What a place counts for an offset in the file. Within what was changed: where that starts or ends. */
  counted(offset: number, side: 'start' | 'end'): number {
    let at = offset - this.start;
    // Asked twice for every node and key that is read.
    if (this.changes.length === 0) return at;
    for (const { from, to, by } of this.changes) {
      if (at <= from) return at;
      if (at < to + by) return side === 'start' ? from : to;
      at -= by;
    }
    return at;
  }
}

/** A place in a document of a file. */
export class DocumentPlace implements Place {
  readonly document: DocumentText;
  /** Where it starts and ends, as the document counts that. */
  readonly from: number;
  readonly to: number;

  constructor(document: DocumentText, from: number, to: number) {
    this.document = document;
    this.from = from;
    this.to = to;
  }

  /** The place between two offsets in the file. */
  static between<T extends DocumentPlace>(
    this: new (document: DocumentText, from: number, to: number) => T,
    document: DocumentText,
    start: number,
    end: number,
  ): T {
    return new this(document, document.counted(start, 'start'), document.counted(end, 'end'));
  }

  get source(): SourceText {
    return this.document.source;
  }

  get start(): number {
    return this.document.offset(this.from, 'start');
  }

  get end(): number {
    return this.document.offset(this.to, 'end');
  }
}

/** `file:line:column` of where a place starts. */
export function printPlace(place: Place): string {
  const { line, column } = place.source.position(place.start);
  return `${place.source.path}:${line}:${column}`;
}
