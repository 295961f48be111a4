// What the answers of the language server have in common. Types only.
import type { SourceView } from '../present/sourceFile/sourceView.ts';
import type { WorkspacePaths } from './paths.ts';
import type { PreviewTexts } from './previewTexts.ts';
import type { Settings } from './settings.ts';
import type { Spots } from './spots.ts';

export interface LanguageParts {
  readonly paths: WorkspacePaths;
  readonly previews: PreviewTexts;
  readonly settings: Settings;
  readonly spots: Spots;
  /** Whether the last commit has a file as it is now. */
  readonly isCommitted: (path: string, text: string) => Promise<boolean>;
  /** What there is to look at now. */
  readonly view: () => SourceView;
}
