// The previews of roots, each made when it is first asked for and again when its rendering changed. Sends nothing.
import { SourceText } from '../model/sourceText.ts';
import { previewWriter } from '../present/preview/preview.ts';
import type { Preview, PreviewWriter } from '../present/preview/preview.ts';
import type { RootRendering, WorkspaceState } from '../workspace/state.ts';

export interface PreviewText extends Preview {
  readonly rendering: RootRendering;
  /** The text with its lines. */
  readonly source: SourceText;
}

export interface PreviewTexts {
  /** The preview of a root as it is rendered now; undefined where there is no such root. */
  of(root: string): PreviewText | undefined;
  /** The one that was made last, without making it anew. */
  last(root: string): PreviewText | undefined;
  forget(root: string): void;
}

export function createPreviewTexts(state: () => WorkspaceState): PreviewTexts {
  const known = new Map<string, PreviewText>();
  const writers = new Map<string, PreviewWriter>();
  return {
    of: (root) => {
      const rendering = state().renderings.get(root);
      if (!rendering) return undefined;
      const before = known.get(root);
      if (before?.rendering === rendering) return before;
      const write = writers.get(root) ?? previewWriter();
      writers.set(root, write);
      const preview = write(rendering);
      const made = { ...preview, rendering, source: new SourceText(root, preview.text) };
      known.set(root, made);
      return made;
    },
    last: (root) => known.get(root),
    forget: (root) => {
      known.delete(root);
      writers.delete(root);
    },
  };
}
