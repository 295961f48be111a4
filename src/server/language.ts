// What an editor asks about a text: hovers, definitions, references, links, lenses, hints, and the lines of a preview that
// belong to lines of a source. Puts the parts together; answers nothing itself.
import type { ClientCapabilities, Connection, TextDocuments } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Clock } from '../model/clock.ts';
import { DisposableStore } from '../model/disposable.ts';
import type { Disposable } from '../model/disposable.ts';
import { createSourceFacts } from '../present/sourceFile/sourceFacts.ts';
import type { SourceView } from '../present/sourceFile/sourceView.ts';
import { createWrittenObjects } from '../present/sourceFile/writtenObjects.ts';
import { createCommitted } from '../workspace/files/committed.ts';
import { createReaches } from '../workspace/files/reaches.ts';
import type { WorkspaceEvent } from '../workspace/event.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { answerAnnotations, createRefresh } from './annotations.ts';
import { answerDrift } from './drift.ts';
import { answerHovers } from './hovers.ts';
import { answerNavigation } from './navigation.ts';
import type { LanguageParts } from './languageParts.ts';
import type { WorkspacePaths } from './paths.ts';
import type { PreviewTexts } from './previewTexts.ts';
import { answerQuickFixes } from './quickFixes.ts';
import { followSettings } from './settings.ts';
import { createSpots } from './spots.ts';
import { answerSync } from './sync.ts';

export interface LanguageDeps {
  readonly capabilities: ClientCapabilities;
  readonly documents: TextDocuments<TextDocument>;
  readonly paths: WorkspacePaths;
  readonly workspace: Workspace;
  readonly previews: PreviewTexts;
  readonly clock: Clock;
}

/**
 * Answers from now on. Every answer is of the last good renderings, and made at once: nothing here waits. `start` resolves once
 * the settings are known.
 */
export function answerLanguage(connection: Connection, deps: LanguageDeps): Disposable & { start(): Promise<void> } {
  const { paths, previews, workspace } = deps;
  const store = new DisposableStore();
  const refresh = store.add(createRefresh(connection, deps.capabilities, deps.clock));
  const settings = followSettings(connection, deps.capabilities, refresh.soon, workspace);
  const facts = createSourceFacts(() => workspace.files.snapshot);
  const objects = createWrittenObjects();
  const reach = createReaches();
  const view = (): SourceView => ({ state: workspace.state, facts, objects, reach });
  const isCommitted = createCommitted(paths.root);
  const parts: LanguageParts = { paths, previews, settings, spots: createSpots(deps), isCommitted, view };
  answerHovers(connection, parts);
  answerNavigation(connection, parts);
  answerAnnotations(connection, parts);
  answerQuickFixes(connection, parts, deps.capabilities);
  answerDrift(connection, { ...parts, documents: deps.documents, workspace });
  answerSync(connection, parts);
  const changesLenses = plansWithWork();
  store.add(
    workspace.changes.on((event) => {
      if (changesHints(event)) refresh.soon();
      else if (changesLenses(event)) refresh.lensesSoon();
    }),
  );
  return { start: settings.start, dispose: () => store.dispose() };
}

function changesHints(event: WorkspaceEvent): boolean {
  return event.type === 'rendered' || (event.type === 'loop' && event.event.type === 'drift');
}

/** Says which events change what an edit would do: most plans have nothing to do, before and after. */
function plansWithWork(): (event: WorkspaceEvent) => boolean {
  const known = new Set<string>();
  return (event) => {
    if (event.type !== 'planned') return false;
    const key = `${event.cluster} ${event.owner}`;
    const had = known.delete(key);
    const has = event.plan.kind === 'made' && event.plan.plan.entries.some(({ action }) => action !== 'unchanged');
    if (has) known.add(key);
    return had || has;
  };
}
