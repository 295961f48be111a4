// Hovers, in source files and in previews. Asks present; knows positions.
import type { Connection, Hover, Position, TextDocuments } from 'vscode-languageserver/node';
import { MarkupKind } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { sourceHover, valueHover } from '../present/hover.ts';
import { previewNodeAt } from '../present/preview.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { WorkspacePaths } from './paths.ts';
import { PREVIEW_SCHEME } from './protocol.ts';
import type { Surfaces } from './surfaces.ts';

export interface HoverParts {
  readonly documents: TextDocuments<TextDocument>;
  readonly paths: WorkspacePaths;
  readonly workspace: () => Workspace | undefined;
  readonly surfaces: () => Surfaces | undefined;
}

export function answerHovers(connection: Connection, parts: HoverParts): void {
  connection.onHover(({ textDocument, position }) => {
    const workspace = parts.workspace();
    if (!workspace) return null;
    return textDocument.uri.startsWith(`${PREVIEW_SCHEME}:`)
      ? inPreview(parts, workspace, textDocument.uri, position)
      : inSource(parts, workspace, textDocument.uri, position);
  });
}

function inSource(
  { documents, paths }: HoverParts,
  workspace: Workspace,
  uri: string,
  position: Position,
): Hover | null {
  const document = documents.get(uri);
  const path = paths.pathOf(uri);
  if (!document || path === undefined) return null;
  const hover = sourceHover(workspace.state, path, document.offsetAt(position), paths.linkOf);
  return hover ? markdown(hover.markdown, document, hover.start, hover.end) : null;
}

function inPreview(
  { paths, surfaces }: HoverParts,
  workspace: Workspace,
  uri: string,
  position: Position,
): Hover | null {
  const preview = surfaces()?.openPreview(rootOfUri(uri));
  if (!preview) return null;
  const document = TextDocument.create(uri, 'yaml', 0, preview.text);
  const found = previewNodeAt(preview, document.offsetAt(position));
  if (!found) return null;
  const { part, span } = found;
  return markdown(
    valueHover(workspace.state, part.manifest, span, paths.linkOf),
    document,
    part.start + span.start,
    part.start + span.end,
  );
}

/** The root is the query of a preview's address. */
function rootOfUri(uri: string): string {
  const query = uri.indexOf('?');
  return query < 0 ? '' : decodeURIComponent(uri.slice(query + 1));
}

function markdown(value: string, document: TextDocument, start: number, end: number): Hover {
  return {
    contents: { kind: MarkupKind.Markdown, value },
    range: { start: document.positionAt(start), end: document.positionAt(end) },
  };
}
