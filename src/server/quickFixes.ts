// Quick fixes: the edit of each finding that says what was meant, and what can be done about drift. Decides nothing: the
// words and the place come from present.
import { CodeActionKind } from 'vscode-languageserver/node';
import type {
  ClientCapabilities,
  CodeAction,
  CodeActionParams,
  Connection,
  Diagnostic,
  Range,
} from 'vscode-languageserver/node';
import type { Position, SourceText } from '../model/sourceText.ts';
import { diagnosticsByFile } from '../present/sourceFile/diagnostics.ts';
import { driftFixes } from './drift.ts';
import type { LanguageParts } from './languageParts.ts';

export function answerQuickFixes(connection: Connection, parts: LanguageParts, client: ClientCapabilities): void {
  const showsDisabled = client.textDocument?.codeAction?.disabledSupport === true;
  connection.onCodeAction((params): CodeAction[] | null => {
    const { only } = params.context;
    // Asked for at every save too, by its kind.
    if (only && !only.some((kind) => kind === '' || kind === CodeActionKind.QuickFix)) return null;
    const found = [...findingFixes(parts, params), ...driftFixes(parts, params, showsDisabled)];
    return found.length === 0 ? null : found;
  });
}

function findingFixes({ paths, spots, view }: LanguageParts, params: CodeActionParams): CodeAction[] {
  const {
    textDocument: { uri },
    context,
    range,
  } = params;
  const shown = context.diagnostics.filter(({ source }) => source === 'plumbline');
  const path = paths.pathOf(uri);
  const now = spots.source(uri);
  if (shown.length === 0 || path === undefined || !now) return [];
  return (diagnosticsByFile(view().state).get(path) ?? []).flatMap(({ code, start, fix }) => {
    const diagnostics = shown.filter((one) => one.code === code && isAt(one, start) && touches(one, range));
    if (!fix || diagnostics.length === 0) return [];
    const { place, title, text } = fix;
    const where = spots.range(place);
    // Typed over since then.
    if (textAt(now, where) !== place.source.text.slice(place.start, place.end)) return [];
    const edit = { changes: { [uri]: [{ range: where, newText: text }] } };
    return [{ title, kind: CodeActionKind.QuickFix, isPreferred: true, diagnostics, edit }];
  });
}

/** What it is told of may be told since of more kustomizations: the place is the same. */
function isAt({ range }: Diagnostic, { line, column }: Position): boolean {
  return range.start.line === line - 1 && range.start.character === column - 1;
}

function touches({ range }: Diagnostic, { start, end }: Range): boolean {
  return range.start.line <= end.line && range.end.line >= start.line;
}

function textAt(source: SourceText, { start, end }: Range): string {
  const offset = ({ line, character }: Range['start']): number =>
    source.offset({ line: line + 1, column: character + 1 });
  return source.text.slice(offset(start), offset(end));
}
