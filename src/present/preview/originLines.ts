// The text of a rendered object with, behind each line, the place that its value came from: what `build --origins` prints.
// It stays YAML that reads as the same values. Pure.
import type { Manifest } from '../../model/manifest.ts';
import type { Origin } from '../../model/origin.ts';
import { writeYamlWithSpans } from '../../yaml/write.ts';
import type { Span } from '../../yaml/write.ts';
import { causeText } from '../explanation.ts';
import { placeColumn } from '../names.ts';

/** Comments stand in one column where the lines before them are no longer than this. */
const WIDEST = 72;

/** One object with its origins as trailing comments, ending in a line break. `display` maps the paths of places. */
export function originLines(manifest: Manifest, display?: (path: string) => string): string {
  const { text, spans } = writeYamlWithSpans(manifest.node);
  const lines = text.split('\n');
  const comments = commentsOf(text, spans, display);
  const lengths = [...comments.keys()].map((line) => lines[line]?.length ?? 0).filter((length) => length <= WIDEST);
  const column = Math.max(0, ...lengths);
  return lines
    .map((line, i) => {
      const comment = comments.get(i);
      return comment === undefined ? line : `${line.padEnd(column)}  # ${comment}`;
    })
    .join('\n');
}

/** The comment of each line, from 0. A line with a key alone tells of the map or list below it. */
function commentsOf(
  text: string,
  spans: readonly Span[],
  display: ((path: string) => string) | undefined,
): ReadonlyMap<number, string> {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  const comments = new Map<number, string>();
  let line = 0;
  for (const { part, node, start, end } of spans) {
    const isLeaf = node.kind === 'scalar' || (node.kind === 'map' ? node.entries.size : node.items.length) === 0;
    if (isLeaf !== (part === 'value')) continue;
    while (line > 0 && (starts[line] as number) > start) line--;
    while ((starts[line + 1] ?? Infinity) <= start) line++;
    let at = line;
    // Within a block after `|` a comment would be text: it goes to the block's head. Other texts end before theirs.
    const isBlock = part === 'value' && node.kind === 'scalar' && text[start] === '|';
    if (!isBlock) while ((starts[at + 1] ?? Infinity) < end) at++;
    comments.set(at, commentOf(node.origin, display));
  }
  return comments;
}

function commentOf(origin: Origin, display: ((path: string) => string) | undefined): string {
  const cause = origin.cause.by === 'resource' ? '' : ` ${causeText(origin)}`;
  const comment = `${origin.place ? placeColumn(origin.place, display) : '(made by the build)'}${cause}`;
  // Names of files and keys may hold what would end a comment, or be no YAML at all.
  return comment.replaceAll(/[\p{Cc}\p{Cs}\u2028\u2029\ufeff\ufffe\uffff]+/gu, ' ');
}
