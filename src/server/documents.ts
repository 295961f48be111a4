// Open documents: their unsaved text goes over the files on disk. Decides nothing about them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from 'vscode-languageserver/node';
import { TextDocuments } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Workspace } from '../workspace/workspace.ts';
import type { WorkspacePaths } from './paths.ts';

/** Paths whose changes on disk mean nothing to a rendering. */
const IGNORED = /(^|\/)(\.git|node_modules)(\/|$)/;

/** Follows the client's documents and file events. The documents are read by hovers. */
export function followDocuments(
  connection: Connection,
  paths: WorkspacePaths,
  workspace: () => Workspace | undefined,
): TextDocuments<TextDocument> {
  const documents = new TextDocuments(TextDocument);
  const take = (document: TextDocument): void => {
    const path = paths.pathOf(document.uri);
    if (path === undefined || IGNORED.test(path)) return;
    const text = document.getText();
    workspace()?.files.setBuffer(path, text, text !== textOnDisk(join(paths.root, path)));
  };
  documents.onDidChangeContent(({ document }) => take(document));
  documents.onDidSave(({ document }) => take(document));
  documents.onDidClose(({ document }) => {
    const path = paths.pathOf(document.uri);
    if (path !== undefined) workspace()?.files.setBuffer(path, undefined, false);
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    const changed = changes
      .map(({ uri }) => paths.pathOf(uri))
      .filter((path): path is string => path !== undefined && !IGNORED.test(path));
    if (changed.length > 0) workspace()?.files.changed(changed);
    for (const path of changed) {
      const document = documents.get(paths.uriOf(path));
      if (document) take(document);
    }
  });
  documents.listen(connection);
  return documents;
}

function textOnDisk(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
