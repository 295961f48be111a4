// Where what belongs to a file is opened.
import * as vscode from 'vscode';

/** Beside the file that is being read; where none is open, in its place: half a window of nothing helps nobody. */
export function columnBeside(): vscode.ViewColumn {
  return vscode.window.tabGroups.activeTabGroup.tabs.length === 0 ? vscode.ViewColumn.Active : vscode.ViewColumn.Beside;
}
