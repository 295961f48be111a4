// The layout that kustomize gives a YAML text when it writes it anew: two spaces for each level, lists not indented under
// their key, no blank lines. Comments, quotes and block scalars stay as they are.
import type { Node } from '../../model/node.ts';
import { SourceText } from '../../model/sourceText.ts';
import { readYaml } from '../../yaml/read.ts';
import { normalFlow } from './flowLayout.ts';

/** The text in normal layout. What cannot be read, or is more than one document, stays as it is. */
export function normalLayout(written: string): string {
  const before = readOne(written);
  if (!before) return written;
  const text = normalFlow(before.source, before.document);
  const { source, document } = (text === written ? undefined : readOne(text)) ?? before;
  const indents = new Map<number, number>();
  const verbatim = new Set<number>();
  layOut(document, 0, { source, indents, verbatim });
  return rewrite(source.text.split('\n'), indents, verbatim);
}

function readOne(text: string): { source: SourceText; document: Node } | undefined {
  const source = new SourceText('', text);
  const { documents, findings } = readYaml(source, 'resource');
  const [document] = documents;
  const isOne = document && documents.length === 1 && findings.every(({ severity }) => severity !== 'error');
  return isOne ? { source, document } : undefined;
}

interface Layout {
  readonly source: SourceText;
  /** The new indentation of lines, counted from 0, that begin with a key or an item. */
  readonly indents: Map<number, number>;
  /** Lines within a block or quoted scalar, where blank ones count. */
  readonly verbatim: Set<number>;
}

function layOut(node: Node, indent: number, layout: Layout): void {
  const { place } = node.origin;
  if (!place) return;
  if (node.kind === 'scalar') {
    for (
      let line = lineOf(place.start, layout) + 1;
      line <= lineOf(Math.max(place.end - 1, place.start), layout);
      line++
    )
      layout.verbatim.add(line);
    return;
  }
  if ('{['.includes(layout.source.text[place.start] ?? '')) return;
  if (node.kind === 'list') {
    for (const item of node.items) {
      beginLine(item.origin.place?.start, '-', indent, layout);
      layOut(item, indent + 2, layout);
    }
    return;
  }
  for (const { keyPlace, value } of node.entries.values()) {
    beginLine(keyPlace?.start, '', indent, layout);
    layOut(value, value.kind === 'list' ? indent : indent + 2, layout);
  }
}

function lineOf(offset: number, { source }: Layout): number {
  return source.position(offset).line - 1;
}

/** Notes the indentation of the line of an offset, if the line begins there: with the key, or with the dash before the item. */
function beginLine(offset: number | undefined, dash: '-' | '', indent: number, layout: Layout): void {
  if (offset === undefined) return;
  const { line, column } = layout.source.position(offset);
  const before = layout.source.text.slice(offset - column + 1, offset).trim();
  if (before === dash && !layout.indents.has(line - 1)) layout.indents.set(line - 1, indent);
}

function rewrite(
  lines: readonly string[],
  indents: ReadonlyMap<number, number>,
  verbatim: ReadonlySet<number>,
): string {
  const result: string[] = [];
  let shift = 0;
  for (const [i, line] of lines.entries()) {
    const old = line.length - line.trimStart().length;
    const indent = indents.get(i);
    if (line.trim() === '') {
      if (verbatim.has(i)) result.push('');
      continue;
    }
    if (indent !== undefined) shift = indent - old;
    const own = line.trimStart().startsWith('#') && !verbatim.has(i) ? shiftOfNext(lines, i, indents, shift) : shift;
    const content = indent === undefined ? line.trimStart() : line.trimStart().replace(/^-\s+(?=\S)/, '- ');
    result.push(' '.repeat(Math.max(old + own, 0)) + content);
  }
  return result.join('\n');
}

/** A comment belongs to the line below it. */
function shiftOfNext(
  lines: readonly string[],
  from: number,
  indents: ReadonlyMap<number, number>,
  otherwise: number,
): number {
  for (let i = from + 1; i < lines.length; i++) {
    const indent = indents.get(i);
    const line = lines[i] ?? '';
    if (indent !== undefined) return indent - (line.length - line.trimStart().length);
  }
  return otherwise;
}
