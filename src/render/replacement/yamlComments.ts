// The comments of a YAML text that is written anew: where they stand, and which of them went with the values that they were
// written at. Writes nothing.
import type { Node } from '../../model/node.ts';
import { visitNodes } from '../../model/node.ts';
import type { Place } from '../../model/sourceText.ts';

export interface Comment {
  readonly start: number;
  readonly text: string;
  /** Nothing but it stands on its line. */
  readonly alone: boolean;
  /** A blank line follows: it belongs to what stands above it. */
  readonly closes: boolean;
  /** A blank line follows it and the comments that continue it. */
  readonly divided: boolean;
  /** A blank line stands above it and the comments it continues. */
  readonly apart: boolean;
  readonly column: number;
  /** It stands right below comments of another column. */
  readonly under: boolean;
  /** The indentation of what follows below the comments of its column; undefined at the end of the text. */
  readonly below: number | undefined;
}

type Places = ReadonlyMap<Node, Place | undefined>;

/** The comments in order. `places` has all nodes that were read, of which some are no part of the document any more. */
export function commentsOf(document: Node, source: string, places: Places): Comment[] {
  const covered = coveredIn(source, places);
  const comments: Comment[] = [];
  for (const { index } of source.matchAll(/(?<=^|[ \t\n])#/g)) {
    if (comments.length > 0 && index < source.indexOf('\n', comments.at(-1)?.start ?? 0)) continue;
    if (covered.some(([start, end]) => start <= index && index < end)) continue;
    const end = source.indexOf('\n', index);
    const line = source.slice(index, end < 0 ? source.length : end).trimEnd();
    const before = source.slice(source.lastIndexOf('\n', index) + 1, index);
    const closes = end >= 0 && /^\n[ \t]*\n/.test(source.slice(end));
    const alone = before.trim() === '';
    const column = before.length;
    const last = comments.at(-1);
    const isNext = last?.alone === true && isNextLine(source, last, index);
    const continues = isNext && last.column === column;
    const under = continues ? last.under : isNext;
    const apart = continues ? last.apart : /(?:^|\n)[ \t]*\n[ \t]*$/.test(source.slice(0, index));
    const rest = source.slice(end < 0 ? source.length : end + 1);
    const divided = isDivided(rest, column);
    comments.push({
      start: index,
      text: line,
      alone,
      closes,
      divided,
      apart,
      column,
      under,
      below: belowOf(rest, column),
    });
  }
  const leaves = leavesOf(document, places);
  return leaves.some(({ gone }) => gone) ? comments.filter((comment) => !isGone(comment, source, leaves)) : comments;
}

function isNextLine(source: string, { start, text }: Comment, index: number): boolean {
  return /^[ \t]*\n[ \t]*$/.test(source.slice(start + text.length, index));
}

function isDivided(rest: string, column: number): boolean {
  for (const line of rest.split('\n')) {
    if (line.trim() === '') return rest.trim() !== '';
    if (line.slice(0, column).trim() !== '' || line[column] !== '#') return false;
  }
  return false;
}

function belowOf(rest: string, column: number): number | undefined {
  for (const line of rest.split('\n')) {
    const indentation = line.length - line.trimStart().length;
    if (line.trim() === '' || (indentation >= column && line.trimStart().startsWith('#'))) continue;
    return indentation;
  }
  return undefined;
}

/** Where keys and scalars stand, in which a `#` begins no comment. */
function coveredIn(source: string, places: Places): [number, number][] {
  const covered: [number, number][] = [];
  for (const [node, place] of places) {
    if (node.kind === 'map')
      for (const { keyPlace } of node.entries.values()) if (keyPlace) covered.push([keyPlace.start, keyPlace.end]);
    if (node.kind !== 'scalar' || !place) continue;
    const isBlock = '|>'.includes(source[place.start] ?? ' ') && place.end > place.start;
    const header = source.indexOf('\n', place.start);
    covered.push([isBlock && header >= 0 ? header : place.start, place.end]);
  }
  return covered;
}

/** A key or a scalar of the text, and whether it is no part of the document any more. */
interface Leaf {
  readonly start: number;
  readonly end: number;
  readonly gone: boolean;
}

function leavesOf(document: Node, places: Places): Leaf[] {
  const kept = new Set<Node>();
  visitNodes(document, (node) => void kept.add(node));
  const leaves: Leaf[] = [];
  for (const [node, place] of places) {
    const gone = !kept.has(node);
    if (node.kind === 'map') {
      for (const { keyPlace } of node.entries.values())
        if (keyPlace) leaves.push({ start: keyPlace.start, end: keyPlace.end, gone });
    } else if (node.kind === 'scalar' && place) leaves.push({ start: place.start, end: place.end, gone });
  }
  return leaves.sort((a, b) => a.start - b.start);
}

/** A comment goes with what it stands behind, with what it stands above, and with what it stands below, right of its key. */
function isGone({ start, alone, apart, column }: Comment, source: string, leaves: readonly Leaf[]): boolean {
  const next = leaves.find((leaf) => leaf.start > start);
  const before = leaves.findLast((leaf) => leaf.start < start);
  if (alone && apart && !next) return false;
  if (alone && next?.gone === true) return true;
  if (before?.gone !== true) return false;
  const lineStart = start - columnOf(source, start);
  if (!alone) return !leaves.some((leaf) => !leaf.gone && leaf.start >= lineStart && leaf.start < start);
  const key = leaves.findLast((leaf) => !leaf.gone && leaf.start < start);
  return (!next || column > columnOf(source, next.start)) && (!key || column > columnOf(source, key.start));
}

/** Where the next key or value of the text begins. */
export function startAfter(places: Places, offset: number): number {
  let next = Infinity;
  const take = (start: number | undefined): void => {
    if (start !== undefined && start > offset && start < next) next = start;
  };
  for (const [node, place] of places) {
    take(place?.start);
    if (node.kind === 'map') for (const { keyPlace } of node.entries.values()) take(keyPlace?.start);
  }
  return next;
}

/** How far right of the beginning of its line something stands. */
export function columnOf(source: string, start: number): number {
  return start - (source.lastIndexOf('\n', start - 1) + 1);
}
