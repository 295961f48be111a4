// Which lines of a source and of a preview belong together, for selection and scrolling. Asks present; knows positions.
import type { Connection } from 'vscode-languageserver/node';
import { previewOfLine, sourcesOfPreview } from '../present/preview/previewPlaces.ts';
import { answer } from './connection.ts';
import type { LanguageParts } from './languageParts.ts';

export function answerSync(connection: Connection, { previews, spots, view }: LanguageParts): void {
  answer(connection, 'plumbline/toPreview', ({ uri, position, root }) => {
    const cursor = spots.cursor(uri, position);
    const preview = cursor && previews.of(root);
    if (!preview) return null;
    const { reach, state } = view();
    const stretch = previewOfLine(reach, state, preview, root, cursor);
    return stretch ? spots.inPreview(preview, stretch).range : null;
  });
  answer(connection, 'plumbline/toSource', ({ root, position }) => {
    const preview = previews.of(root);
    if (!preview) return [];
    const offset = preview.source.offset({ line: position.line + 1, column: position.character + 1 });
    return sourcesOfPreview(preview, offset).map((place) => spots.location(place));
  });
}
