// Hovers, in source files and in previews. Asks present; knows positions.
import type { Connection, Hover, Position, Range } from 'vscode-languageserver/node';
import { MarkupKind } from 'vscode-languageserver/node';
import { SourceText } from '../model/sourceText.ts';
import { sourceHover, valueHover } from '../present/hover.ts';
import { previewNodeAt } from '../present/preview.ts';
import type { LanguageParts } from './languageParts.ts';
import { rangeOf } from './spots.ts';

export function answerHovers(connection: Connection, parts: LanguageParts): void {
  const { settings, spots } = parts;
  connection.onHover(({ textDocument: { uri }, position }) => {
    if (!settings.enabled('hover')) return null;
    const root = spots.previewRoot(uri);
    return root === undefined ? inSource(parts, uri, position) : inPreview(parts, root, position);
  });
}

function inSource({ paths, spots, view }: LanguageParts, uri: string, position: Position): Hover | null {
  const cursor = spots.cursor(uri, position);
  const hover = cursor && sourceHover(view(), cursor, paths.linkOf);
  return hover ? markdown(hover.markdown, rangeOf(new SourceText(cursor.path, cursor.text), hover)) : null;
}

function inPreview({ paths, previews, view }: LanguageParts, root: string, position: Position): Hover | null {
  const preview = previews.of(root);
  if (!preview) return null;
  const found = previewNodeAt(
    preview,
    preview.source.offset({ line: position.line + 1, column: position.character + 1 }),
  );
  if (!found) return null;
  const { part, span } = found;
  return markdown(
    valueHover(view().state, part.manifest, span, paths.linkOf),
    rangeOf(preview.source, { start: part.start + span.start, end: part.start + span.end }),
  );
}

function markdown(value: string, range: Range): Hover {
  return { contents: { kind: MarkupKind.Markdown, value }, range };
}
