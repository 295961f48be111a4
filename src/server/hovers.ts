// Hovers, in source files and in previews. Asks present; knows positions.
import type { CancellationToken, Connection, Hover, Position, Range } from 'vscode-languageserver/node';
import { MarkupContent, MarkupKind } from 'vscode-languageserver/node';
import { SourceText } from '../model/sourceText.ts';
import { sourceHover, valueHover } from '../present/sourceFile/hover.ts';
import { previewNodeAt } from '../present/preview/preview.ts';
import { inertMarkdown } from '../present/tree/treeNode.ts';
import { whyInFile } from '../present/why/inFile.ts';
import type { LanguageParts } from './languageParts.ts';
import { rangeOf } from './spots.ts';
import { markdownOf, toTheCommit } from './why.ts';

export function answerHovers(connection: Connection, parts: LanguageParts): void {
  const { settings, spots } = parts;
  connection.onHover(async ({ textDocument: { uri }, position }, token) => {
    if (!settings.enabled('hover')) return null;
    const root = spots.previewRoot(uri);
    if (root !== undefined) return inPreview(parts, root, position);
    return notReady(parts, inSource(parts, uri, position), uri, position, token);
  });
}

function inSource({ paths, spots, view }: LanguageParts, uri: string, position: Position): Hover | null {
  const cursor = spots.cursor(uri, position);
  const hover = cursor && sourceHover(view(), cursor, paths.linkOf);
  return hover ? markdown(hover.markdown, rangeOf(new SourceText(cursor.path, cursor.text), hover)) : null;
}

/** What is said of a Flux object where it is named, with why it is not ready above that. */
async function notReady(
  { paths, spots, view }: LanguageParts,
  hover: Hover | null,
  uri: string,
  position: Position,
  token: CancellationToken,
): Promise<Hover | null> {
  const cursor = spots.cursor(uri, position);
  const found = cursor && whyInFile(view().state, cursor);
  if (!found) return hover;
  const controller = new AbortController();
  const subscription = token.onCancellationRequested(() => controller.abort(new Error('cancelled')));
  try {
    const parts: string[] = [];
    for (const { cluster, why } of found.clusters) {
      const links = await toTheCommit(why.links, paths, controller.signal);
      parts.push(`**Not ready** in ${inertMarkdown(cluster)}\n\n${markdownOf(links, paths)}`);
    }
    const said = hover && MarkupContent.is(hover.contents) ? [hover.contents.value] : [];
    return markdown([...parts, ...said].join('\n\n---\n\n'), rangeOf(new SourceText(cursor.path, cursor.text), found));
  } catch (error) {
    if (controller.signal.aborted) return null;
    throw error;
  } finally {
    subscription.dispose();
  }
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
