// The layout that kustomize gives to `{...}` and `[...]` when it writes a YAML text anew: one line, a space behind each
// comma and colon, no trailing comma. Scalars keep their quotes. Changes text only; the values stay what they are.
import type { Node } from '../../model/node.ts';
import { visitNodes } from '../../model/node.ts';
import type { Place, SourceText } from '../../model/sourceText.ts';

interface Edit {
  readonly place: Place;
  readonly text: string;
}

/** The text with its outermost flow collections in normal layout. Ones with comments, anchors or tags stay as they are. */
export function normalFlow(source: SourceText, document: Node): string {
  const edits: Edit[] = [];
  let end = -1;
  visitNodes(document, (node) => {
    const { place } = node.origin;
    if (node.kind === 'scalar' || !place || place.start < end || !isFlow(source.text, place)) return;
    end = place.end;
    const text = /[#&*!]/.test(source.text.slice(place.start, place.end)) ? undefined : flowOf(node, source.text);
    if (text !== undefined) edits.push({ place, text });
  });
  let result = source.text;
  for (const { place, text } of edits.toSorted((a, b) => b.place.start - a.place.start))
    result = result.slice(0, place.start) + text + result.slice(place.end);
  return result;
}

function isFlow(text: string, place: Place): boolean {
  return '{['.includes(text[place.start] ?? ' ');
}

/** Undefined for what a line cannot hold as it stands. */
function flowOf(node: Node, source: string): string | undefined {
  if (node.kind === 'scalar') return written(node.origin.place, source);
  const parts =
    node.kind === 'list'
      ? node.items.map((item) => flowOf(item, source))
      : [...node.entries.values()].map(({ keyPlace, value }) => {
          const [key, text] = [written(keyPlace, source), flowOf(value, source)];
          return key === undefined || text === undefined ? undefined : `${key}: ${text}`;
        });
  if (parts.includes(undefined)) return undefined;
  return node.kind === 'list' ? `[${parts.join(', ')}]` : `{${parts.join(', ')}}`;
}

function written(place: Place | undefined, source: string): string | undefined {
  const text = place && source.slice(place.start, place.end);
  return text === undefined || text === '' || text.includes('\n') ? undefined : text;
}
