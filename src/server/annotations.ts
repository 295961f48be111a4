// Code lenses and inlay hints: what a file reaches and what became of its values. Asks present; knows positions.
import { CodeLensRefreshRequest, InlayHintRefreshRequest, MarkupKind } from 'vscode-languageserver/node';
import type {
  ClientCapabilities,
  CodeLens,
  Command,
  Connection,
  InlayHint,
  Location,
  Position,
} from 'vscode-languageserver/node';
import type { Clock } from '../model/clock.ts';
import type { Disposable } from '../model/disposable.ts';
import type { SourceText } from '../model/sourceText.ts';
import { codeLenses, editLenses, reachingDocuments } from '../present/sourceFile/codeLenses.ts';
import type { CodeLens as LensModel, Reaching } from '../present/sourceFile/codeLenses.ts';
import { driftHints } from '../present/drift/driftHints.ts';
import { inlayHints } from '../present/sourceFile/inlayHints.ts';
import { stretchOfField } from '../present/preview/previewPlaces.ts';
import { answer } from './connection.ts';
import { commandOf } from './drift.ts';
import type { LanguageParts } from './languageParts.ts';
import { PEEK_COMMAND, PLAN_COMMAND } from './protocol.ts';
import { rangeOf } from './spots.ts';

/** Bursts of renderings ask for the annotations once. */
const GATHER_MS = 150;

export function answerAnnotations(connection: Connection, parts: LanguageParts): void {
  const { settings, spots, view } = parts;
  connection.onCodeLens(async ({ textDocument: { uri } }): Promise<CodeLens[] | null> => {
    const source = spots.source(uri);
    if (!source) return null;
    const documents = documentsOf(parts, source);
    const reached = settings.enabled('codeLens') ? codeLenses(documents) : [];
    const edits = settings.enabled('editLens') ? await editLensesOf(parts, source, documents) : [];
    const startOf = ({ place }: LensModel): Position => spots.range(place).start;
    const lensAt = (start: Position, command: Command): CodeLens => ({ range: { start, end: start }, command });
    // A narrow window cuts the end: what is being done stands before what has always been so.
    return [
      ...edits.map((lens) => lensAt(startOf(lens), { title: lens.title, command: PLAN_COMMAND })),
      ...reached.map((lens) => {
        const start = startOf(lens);
        return lensAt(start, { title: lens.title, command: PEEK_COMMAND, arguments: [uri, start] });
      }),
    ];
  });
  answer(connection, 'plumbline/reached', ({ uri, position }) => {
    const source = spots.source(uri);
    const lens =
      source &&
      codeLenses(documentsOf(parts, source)).find(({ place }) => spots.range(place).start.line === position.line);
    return lens ? locationsOf(parts, lens) : [];
  });
  connection.languages.inlayHint.on(({ textDocument: { uri }, range }): InlayHint[] | null => {
    const source = spots.source(uri);
    if (!source || !settings.enabled('inlayHints')) return null;
    const offset = (position: { readonly line: number; readonly character: number }): number =>
      source.offset({ line: position.line + 1, column: position.character + 1 });
    const { state, reach } = view();
    // A part with a place shows the hover of that place, which says all that its own words would say again.
    const hovers = settings.enabled('hover');
    const stretch = { start: offset(range.start), end: offset(range.end) };
    const hints = [inlayHints, driftHints].flatMap((of) => of(state, reach, source.path, source.text, stretch));
    return hints.map((hint) => ({
      position: rangeOf(source, { start: hint.offset, end: hint.offset }).start,
      label: hint.parts.map((part) => ({
        value: part.text,
        ...((hovers && part.place) || part.tooltip === ''
          ? {}
          : { tooltip: { kind: MarkupKind.Markdown, value: part.tooltip } }),
        ...(part.place ? { location: spots.location(part.place) } : {}),
        ...(part.action ? { command: commandOf(part.action) } : {}),
      })),
      paddingLeft: true,
    }));
  });
}

function documentsOf({ view }: LanguageParts, { path, text }: SourceText): Reaching[] {
  const { state, reach, facts } = view();
  return reachingDocuments(state, reach, facts.of(path), path, text);
}

/** Only of a file that says something else than the last commit: the plan may be about other files. */
async function editLensesOf(
  { view, isCommitted }: LanguageParts,
  { path, text }: SourceText,
  documents: readonly Reaching[],
): Promise<LensModel[]> {
  const { state } = view();
  const lenses = editLenses(state, path, documents);
  if (lenses.length === 0 || state.unsaved.has(path)) return lenses;
  return (await isCommitted(path, text)) ? [] : lenses;
}

function locationsOf({ previews, spots }: LanguageParts, lens: LensModel): Location[] {
  return lens.objects.flatMap(({ rendering, field }) => {
    const preview = previews.of(rendering.root.id);
    const stretch = preview && stretchOfField(preview, field.manifest, field.path);
    return preview && stretch ? [spots.inPreview(preview, stretch)] : [];
  });
}

export interface Refresh extends Disposable {
  soon(): void;
  /** Of the lenses alone. */
  lensesSoon(): void;
}

/** Has the client ask again when a rendering or a setting changed: an edit of one file changes the hints of others. */
export function createRefresh(connection: Connection, { workspace }: ClientCapabilities, clock: Clock): Refresh {
  let cancel: (() => void) | undefined;
  let hints = false;
  const refresh = (): void => {
    cancel = undefined;
    const send = (sent: Promise<unknown>): void => void sent.catch(() => undefined);
    if (workspace?.codeLens?.refreshSupport === true) send(connection.sendRequest(CodeLensRefreshRequest.type));
    if (hints && workspace?.inlayHint?.refreshSupport === true)
      send(connection.sendRequest(InlayHintRefreshRequest.type));
    hints = false;
  };
  const soon = (): void => void (cancel ??= clock.after(GATHER_MS, refresh));
  return {
    soon: () => {
      hints = true;
      soon();
    },
    lensesSoon: soon,
    dispose: () => cancel?.(),
  };
}
