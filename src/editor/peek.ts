// The peek of a lens: the rendered objects that it counts, in their previews.
import * as vscode from 'vscode';
import type { SpotRange } from '../server/protocol.ts';
import type { Engine } from './engine.ts';

/** Shows the objects of the lens at a position. Other extensions may call the command with anything: that does nothing. */
export async function peekReached(engine: Engine, uri: unknown, position: unknown): Promise<void> {
  if (typeof uri !== 'string' || !isPosition(position)) return;
  const locations = await engine.request('plumbline/reached', { uri, position });
  await vscode.commands.executeCommand(
    'editor.action.showReferences',
    vscode.Uri.parse(uri, true),
    new vscode.Position(position.line, position.character),
    locations.map((one) => new vscode.Location(vscode.Uri.parse(one.uri, true), rangeOf(one.range))),
  );
}

export function rangeOf({ start, end }: SpotRange): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

function isPosition(value: unknown): value is { readonly line: number; readonly character: number } {
  if (typeof value !== 'object' || value === null) return false;
  const { line, character } = value as Record<string, unknown>;
  return typeof line === 'number' && typeof character === 'number';
}
