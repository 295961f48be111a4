// Positions of the protocol and places of ours, in the texts as they are now: buffers, files and previews.
import type { Location, LocationLink, Position, Range, TextDocuments } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { SourceText } from '../model/sourceText.ts';
import type { Place } from '../model/sourceText.ts';
import type { Stretch } from '../present/preview/previewPlaces.ts';
import type { Cursor } from '../present/sourceFile/sourceView.ts';
import { textShift } from '../present/sourceFile/textShift.ts';
import { rootLabel } from '../present/rootNames.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { WorkspacePaths } from './paths.ts';
import { PREVIEW_SCHEME, previewUri } from './protocol.ts';
import type { PreviewText } from './previewTexts.ts';

export interface Spots {
  /** Where a position of a source file is; undefined for documents that are none of the workspace's files. */
  cursor(uri: string, position: Position): Cursor | undefined;
  /** A file of the workspace with its text as it is now. */
  source(uri: string): SourceText | undefined;
  /** The root of a preview's address. */
  previewRoot(uri: string): string | undefined;
  range(place: Place): Range;
  location(place: Place): Location;
  link(from: Range | undefined, place: Place): LocationLink;
  inPreview(preview: PreviewText, stretch: Stretch): Location;
}

export interface SpotsParts {
  readonly documents: TextDocuments<TextDocument>;
  readonly paths: WorkspacePaths;
  readonly workspace: Workspace;
}

export function createSpots({ documents, paths, workspace }: SpotsParts): Spots {
  const textOf = (path: string): string | undefined =>
    documents.get(paths.uriOf(path))?.getText() ?? workspace.files.snapshot.text(path);
  const source = (uri: string): SourceText | undefined => {
    const path = paths.pathOf(uri);
    const text =
      path === undefined ? undefined : (documents.get(uri)?.getText() ?? workspace.files.snapshot.text(path));
    return path === undefined || text === undefined ? undefined : new SourceText(path, text);
  };
  const range = (place: Place): Range => {
    const now = textOf(place.source.path);
    if (now === undefined || now === place.source.text) return rangeOf(place.source, place);
    const shift = textShift(place.source.text, now);
    const start = shift.toNew(place.start);
    // Of what is being edited the beginning of its line is as good as any place.
    const at = start ?? Math.min(place.start, now.length);
    return rangeOf(new SourceText(place.source.path, now), { start: at, end: shift.toNew(place.end) ?? at });
  };
  return {
    source,
    cursor: (uri, position) => {
      const file = source(uri);
      const offset = file?.offset({ line: position.line + 1, column: position.character + 1 });
      return file && offset !== undefined ? { path: file.path, text: file.text, offset } : undefined;
    },
    previewRoot: rootOfPreview,
    range,
    location: (place) => ({ uri: paths.uriOf(place.source.path), range: range(place) }),
    link: (from, place) => ({
      ...(from ? { originSelectionRange: from } : {}),
      targetUri: paths.uriOf(place.source.path),
      targetRange: range(place),
      targetSelectionRange: range(place),
    }),
    inPreview: (preview, stretch) => ({
      uri: previewUri({ id: preview.rendering.root.id, label: rootLabel(preview.rendering.root) }),
      range: rangeOf(preview.source, stretch),
    }),
  };
}

/** Ours count from 1, the protocol's from 0. */
export function rangeOf(source: SourceText, { start, end }: Stretch): Range {
  const position = (offset: number): Position => {
    const { line, column } = source.position(offset);
    return { line: line - 1, character: column - 1 };
  };
  return { start: position(start), end: position(end) };
}

/** The root is the query of a preview's address. */
function rootOfPreview(uri: string): string | undefined {
  const query = uri.startsWith(`${PREVIEW_SCHEME}:`) ? uri.indexOf('?') : -1;
  return query < 0 ? undefined : decodeURIComponent(uri.slice(query + 1));
}
