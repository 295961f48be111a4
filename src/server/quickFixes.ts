// Quick fixes: the edit of each finding that says what was meant. Decides nothing: the words and the place come from present.
import { CodeActionKind } from 'vscode-languageserver/node';
import type { CodeAction, Connection, Diagnostic, Range } from 'vscode-languageserver/node';
import type { Position, SourceText } from '../model/sourceText.ts';
import { diagnosticsByFile } from '../present/diagnostics.ts';
import type { LanguageParts } from './languageParts.ts';

export function answerQuickFixes(connection: Connection, { paths, spots, view }: LanguageParts): void {
  connection.onCodeAction(({ textDocument: { uri }, context, range }): CodeAction[] | null => {
    const shown = context.diagnostics.filter(({ source }) => source === 'plumbline');
    const path = paths.pathOf(uri);
    const now = spots.source(uri);
    if (shown.length === 0 || path === undefined || !now) return null;
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
