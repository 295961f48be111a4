// A source and its preview side by side: the line of the cursor is marked in the other, and they scroll together. What
// belongs together comes from the engine. An editor that was moved from here does not move the other one back.
import * as vscode from 'vscode';
import { PREVIEW_SCHEME } from '../server/protocol.ts';
import type { SettingId } from './contributions.ts';
import type { Engine } from './engine.ts';
import { rangeOf } from './peek.ts';

/** For this long after it was moved, or its text changed, what an editor shows is not the person's doing. */
const QUIET_MS = 400;

type Row = (editor: vscode.TextEditor, position: vscode.Position) => Promise<Target | undefined>;

/** What belongs to a line: an editor on the screen and a stretch of it. */
interface Target {
  readonly editor: vscode.TextEditor;
  readonly range: vscode.Range;
}

export function registerPreviewSync(engine: Engine): vscode.Disposable {
  const mark = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor('editor.rangeHighlightBackground'),
    // High contrast themes have a border in the place of a background.
    border: '1px solid',
    borderColor: new vscode.ThemeColor('editor.rangeHighlightBorder'),
    overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.rangeHighlightForeground'),
  });
  const quietUntil = new Map<string, number>();
  const quiet = ({ uri }: vscode.TextDocument): void => void quietUntil.set(uri.toString(), Date.now() + QUIET_MS);
  const isQuiet = ({ uri }: vscode.TextDocument): boolean => (quietUntil.get(uri.toString()) ?? 0) > Date.now();
  const counterpart: Row = (editor, position) =>
    isPreview(editor.document) ? sourceOf(engine, editor, position) : previewOf(engine, editor, position);

  const select = newest(async (editor: vscode.TextEditor, isNewest: () => boolean) => {
    const target = await counterpart(editor, editor.selection.active);
    if (!isNewest()) return;
    for (const other of vscode.window.visibleTextEditors) if (other !== target?.editor) other.setDecorations(mark, []);
    if (!target) return;
    target.editor.setDecorations(mark, [target.range]);
    quiet(target.editor.document);
    target.editor.revealRange(target.range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  });
  const scroll = newest(async (editor: vscode.TextEditor, isNewest: () => boolean) => {
    const top = editor.visibleRanges[0]?.start;
    const target = top && (await counterpart(editor, top));
    if (!target || !isNewest()) return;
    quiet(target.editor.document);
    target.editor.revealRange(target.range, vscode.TextEditorRevealType.AtTop);
  });

  const follow = (editor: vscode.TextEditor | undefined): void => {
    // The text of a preview that is pushed moves its cursor too: only where the person is counts.
    if (!editor || editor !== vscode.window.activeTextEditor) return;
    if (!isOn('plumbline.preview.selectionSync') || !mayTakePart(editor)) return;
    // The cursor that leaves the screen takes the text with it: that is no scrolling of its own.
    quiet(editor.document);
    select(editor);
  };

  return vscode.Disposable.from(
    mark,
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => follow(textEditor)),
    vscode.window.onDidChangeActiveTextEditor(follow),
    vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => {
      if (!isOn('plumbline.preview.scrollSync') || !mayTakePart(textEditor) || isQuiet(textEditor.document)) return;
      scroll(textEditor);
    }),
    vscode.workspace.onDidChangeTextDocument(({ document }) => quiet(document)),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => quietUntil.delete(uri.toString())),
    vscode.window.onDidChangeVisibleTextEditors((editors) => {
      for (const { document } of editors) quiet(document);
      if (editors.some(({ document }) => isPreview(document))) follow(vscode.window.activeTextEditor);
      else for (const editor of editors) editor.setDecorations(mark, []);
    }),
  );
}

/** Runs for the newest call only; one that is overtaken while it waits is told so. */
function newest(
  run: (editor: vscode.TextEditor, isNewest: () => boolean) => Promise<void>,
): (editor: vscode.TextEditor) => void {
  let calls = 0;
  return (editor) => {
    const call = ++calls;
    run(editor, () => call === calls).catch(() => undefined);
  };
}

async function previewOf(
  engine: Engine,
  { document }: vscode.TextEditor,
  position: vscode.Position,
): Promise<Target | undefined> {
  for (const editor of vscode.window.visibleTextEditors) {
    if (!isPreview(editor.document) || editor.viewColumn === undefined) continue;
    const params = { uri: document.uri.toString(), position: plain(position), root: editor.document.uri.query };
    const range = await engine.request('plumbline/toPreview', params);
    if (range) return { editor, range: rangeOf(range) };
  }
  return undefined;
}

async function sourceOf(
  engine: Engine,
  { document }: vscode.TextEditor,
  position: vscode.Position,
): Promise<Target | undefined> {
  const places = await engine.request('plumbline/toSource', { root: document.uri.query, position: plain(position) });
  for (const { uri, range } of places) {
    const address = vscode.Uri.parse(uri, true).toString();
    const editor = vscode.window.visibleTextEditors.find((one) => one.document.uri.toString() === address);
    if (editor) return { editor, range: rangeOf(range) };
  }
  return undefined;
}

/** Previews, and files while a preview is on the screen. */
function mayTakePart({ document, viewColumn }: vscode.TextEditor): boolean {
  // An editor within another one, such as a peek, stands in no column.
  if (viewColumn === undefined) return false;
  if (isPreview(document)) return true;
  return document.uri.scheme === 'file' && vscode.window.visibleTextEditors.some((one) => isPreview(one.document));
}

function isPreview({ uri }: vscode.TextDocument): boolean {
  return uri.scheme === PREVIEW_SCHEME;
}

function isOn(id: SettingId): boolean {
  return vscode.workspace.getConfiguration().get(id, true);
}

function plain({ line, character }: vscode.Position): { line: number; character: number } {
  return { line, character };
}
