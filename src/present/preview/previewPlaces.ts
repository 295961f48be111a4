// Where a rendered field stands in a preview, and which lines of a source and of a preview belong together. Pure.
import { nodeAt } from '../../model/node.ts';
import { chainOf } from '../../model/origin.ts';
import type { Manifest } from '../../model/manifest.ts';
import type { Place } from '../../model/sourceText.ts';
import type { WorkspaceState } from '../../workspace/state.ts';
import type { Preview } from './preview.ts';
import { uniquePlaces } from '../sourceFile/sourceView.ts';
import { textShift } from '../sourceFile/textShift.ts';
import type { ReachOf } from '../sourceFile/reached.ts';

/** A stretch of a preview's text. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Where a field of an object stands: its value, or its key where the value is a map or a list. */
export function stretchOfField(
  preview: Preview,
  manifest: Manifest,
  path: readonly (string | number)[],
): Stretch | undefined {
  const part = preview.parts.find((one) => one.manifest === manifest);
  if (!part) return undefined;
  const spans = part.spans().filter((span) => samePath(span.path, path));
  const key = spans.find((span) => span.part === 'key');
  const value = spans.find((span) => span.part === 'value' && span.node.kind === 'scalar');
  const best = value ?? key ?? spans[0];
  if (!best) return { start: part.start, end: part.start };
  const start = part.start + (key ?? best).start;
  // A map without a key of its own, such as the item of a list, stands for its first line: all of it would be everything.
  const firstLine = preview.text.indexOf('\n', start);
  return {
    start,
    end: best === value || best === key ? part.start + best.end : Math.min(firstLine, part.start + best.end),
  };
}

function samePath(a: readonly (string | number)[], b: readonly (string | number)[]): boolean {
  return a.length === b.length && a.every((step, at) => step === b[at]);
}

/** How far up a line without a field of its own looks for one that has. */
const LOOK_UP = 40;

/**
 * The stretch of a preview that a line of a source file has become; of the nearest line above it where it has become
 * nothing itself (a comment, a blank line). Undefined where the file is not in that preview at all.
 */
export function previewOfLine(
  reach: ReachOf,
  state: WorkspaceState,
  preview: Preview,
  root: string,
  cursor: { readonly path: string; readonly text: string; readonly offset: number },
): Stretch | undefined {
  const rendering = state.renderings.get(root);
  const index = rendering && reach(rendering);
  const source = index?.in(cursor.path)[0]?.place.source;
  const at = source && textShift(source.text, cursor.text).toOld(cursor.offset);
  if (!index || !source || at === undefined) return undefined;
  const { line } = source.position(at);
  for (let up = line; up > Math.max(line - LOOK_UP, 0); up--) {
    const fields = index.at(cursor.path, up);
    const found = fields.flatMap(({ manifest, path }) => stretchOfField(preview, manifest, path) ?? []);
    const first = found.toSorted((a, b) => a.start - b.start)[0];
    if (first) return first;
  }
  return undefined;
}

/** The places that a position of a preview was made from, the newest first. Empty on lines without a value. */
export function sourcesOfPreview(preview: Preview, offset: number): Place[] {
  const part = preview.parts.find((one) => offset >= one.start && offset < one.end);
  if (!part) return [];
  const at = offset - part.start;
  const lineStart = preview.text.lastIndexOf('\n', offset - 1) + 1 - part.start;
  const lineEnd = preview.text.indexOf('\n', offset) - part.start;
  const onLine = part
    .spans()
    .filter(
      (span) =>
        span.start >= lineStart && span.start <= lineEnd && (span.part === 'key' || span.node.kind === 'scalar'),
    );
  const under = onLine.filter((span) => at >= span.start && at <= span.end);
  // The key of a scalar stands for its value.
  const span = [...under, ...onLine].find((one) => one.node.kind === 'scalar') ?? under[0] ?? onLine[0];
  if (!span) return [];
  const keyPlace = keyPlaceOf(part.manifest, span.path);
  const chain = chainOf(span.node.origin).flatMap(({ place }) => place ?? []);
  return uniquePlaces(span.node.kind === 'scalar' ? chain : [...(keyPlace ? [keyPlace] : []), ...chain]);
}

function keyPlaceOf(manifest: Manifest, path: readonly (string | number)[]): Place | undefined {
  const parent = nodeAt(manifest.node, path.slice(0, -1));
  const key = path.at(-1);
  return parent?.kind === 'map' && typeof key === 'string' ? parent.entries.get(key)?.keyPlace : undefined;
}
