// The workspace's files as they are now: disk, with the unsaved buffers over it, and the renderings that follow them.
// Owns the render queue; talks to no cluster.
import type { Clock } from '../../model/clock.ts';
import type { Disposable } from '../../model/disposable.ts';
import type { Log } from '../../model/log.ts';
import { refOf } from '../../model/objectRef.ts';
import { SourceText } from '../../model/sourceText.ts';
import type { VariableSource } from '../../render/rendering.ts';
import { isNoAnswer } from '../../source/disk.ts';
import type { DiskSnapshot } from '../../source/disk.ts';
import type { Snapshot } from '../../source/snapshot.ts';
import type { TreeSnapshot } from '../../source/tree.ts';
import { readYaml } from '../../yaml/read.ts';
import type { WorkspaceEvent } from '../event.ts';
import type { Fetching } from './fetching.ts';
import { indexFolder, KUSTOMIZATION_NAMES } from './indexFolder.ts';
import type { Memory } from './memory.ts';
import { createRenderQueue } from './renderQueue.ts';
import { failedRendering, renderRoot, variablesOf, whyFailed } from './renderer.ts';
import type { RenderStages } from './renderer.ts';
import { rootViews, saysWhatIsIgnored } from './rootView.ts';
import type { Root, RootRendering, WorkspaceState } from '../state.ts';
import { newTrial } from './trial.ts';
import type { Trial } from './trial.ts';
import { namesVariables } from './writtenVariables.ts';
import { createTryAgain } from './tryAgain.ts';
import type { VariableLookup } from './variableLookup.ts';

export interface FilesDeps {
  readonly state: () => WorkspaceState;
  readonly emit: (event: WorkspaceEvent) => void;
  /** Opens the folder with these unsaved texts over it. Read again after every change. */
  readonly open: (overlay: ReadonlyMap<string, string>) => DiskSnapshot;
  readonly stages: RenderStages;
  readonly variables: VariableLookup;
  readonly fetching?: Fetching;
  /** Asked before each build. */
  readonly memory?: Memory;
  readonly clock: Clock;
  readonly log: Log;
  /** Told after each rendering, newest only. */
  readonly onRendered: (id: string) => void;
}

export interface Files extends Disposable {
  /** Reads the folder and renders every root. */
  start(): void;
  /** A buffer was opened or edited; `undefined` when it was closed or saved (the disk has it now). */
  setBuffer(path: string, text: string | undefined, dirty: boolean): void;
  /** Files changed on disk; all of them where none is named. */
  changed(paths?: readonly string[]): void;
  /** The roots that someone looks at: rendered first. */
  focus(ids: readonly string[]): void;
  /** Renders what reads a variable that has changed in the cluster. */
  checkVariables(): void;
  /** Renders everything again: how it is rendered has changed. */
  renderAll(): void;
  readonly snapshot: Snapshot;
  /** The files as they are at this moment, unsaved texts included: what is read from it stays as it was read first. */
  copy(): TreeSnapshot;
  /** The folder as if a file had another text. */
  trial(path: string, text: string): Trial;
  /** Counts changes; a rendering with a smaller version is older. */
  readonly version: number;
}

export function createFiles(deps: FilesDeps): Files {
  const overlay = new Map<string, string>();
  const unsaved = new Set<string>();
  let snapshot = deps.open(overlay);
  let views = rootViews(snapshot);
  let version = 0;

  /** What each root's variables were when it was rendered. */
  const variables = new Map<string, string>();

  const renderSafely = (root: Root): RootRendering => {
    const before = deps.state().renderings.get(root.id);
    const refused = deps.memory?.refusal();
    if (refused !== undefined) {
      deps.log.warn('render', `${root.id}: ${refused}`);
      renderAgain.later([root.id]);
      return failedRendering(root, version, refused, before);
    }
    try {
      variables.set(root.id, variableText(root, deps.variables));
      const seen = views.of(root, deps.state().index.sources);
      const render = (): RootRendering => renderRoot(deps.stages, seen, root, version, deps.variables);
      return deps.fetching ? deps.fetching.gather(root.id, render) : render();
    } catch (error) {
      deps.log.error('render', `${root.id} could not be rendered`, {
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
      if (isNoAnswer(error)) renderAgain.later([root.id]);
      return failedRendering(root, version, whyFailed(error), before);
    }
  };
  const render = (id: string): void => {
    const root = deps.state().index.roots.find((one) => one.id === id);
    if (!root) return;
    deps.emit({ type: 'rendered', rendering: renderSafely(root) });
    deps.onRendered(id);
  };
  /** Variables come from other renderings and from the cluster: who reads them follows. */
  const checkVariables = (): void => {
    const roots = deps
      .state()
      .index.roots.filter(
        (root) => variables.has(root.id) && variables.get(root.id) !== variableText(root, deps.variables),
      );
    queue.add(roots.map((root) => root.id));
  };
  const queue = createRenderQueue(deps.clock, render, () => {
    checkVariables();
    if (queue.idle) checkLoose();
  });

  const renderAgain = createTryAgain(deps.clock, (ids) => queue.add(ids));

  const arrivals = deps.fetching?.came.on((roots) => queue.add(roots));

  const fluxRoots = (): string[] =>
    deps
      .state()
      .index.roots.filter(({ kind }) => kind === 'flux')
      .map(({ id }) => id);
  const readIndex = (): void => {
    const before = new Map(deps.state().index.roots.map((root) => [root.id, root]));
    const sourcesBefore = sourceText(deps.state().index);
    deps.emit({ type: 'indexed', index: indexFolder(snapshot) });
    queue.add(
      deps
        .state()
        .index.roots.filter((root) => !isSameRoot(before.get(root.id), root))
        .map((root) => root.id),
    );
    if (sourceText(deps.state().index) !== sourcesBefore) queue.add(fluxRoots());
  };
  const touch = (paths: readonly string[]): void => {
    if (paths.length === 0) return;
    version += 1;
    snapshot.invalidate(paths);
    views.touched(paths);
    if (paths.some(saysWhatIsIgnored)) queue.add(fluxRoots());
    try {
      if (paths.some((path) => shapesIndex(path, deps.state(), snapshot))) {
        readIndex();
        checkVariables();
      }
    } catch (error) {
      if (!isNoAnswer(error)) throw error;
      deps.log.warn('render', 'the folder could not be read, and is read again soon', { error: error.message });
      touchAgain.later(paths);
    }
    // A rendering that was refused or that a bug has ended does not know what it would have read: any edit tries it again.
    const hit = [...deps.state().renderings.values()].filter(
      (one) =>
        paths.some((path) => one.files.has(path)) || one.findings.some((finding) => finding.code === 'render-failed'),
    );
    queue.add(hit.map((one) => one.root.id));
    if (queue.idle) checkLoose();
  };
  const touchAgain = createTryAgain(deps.clock, touch);
  /** Open files that no rendering reads still get their syntax checked. */
  const checkLoose = (): void => {
    const state = deps.state();
    for (const path of new Set([...overlay.keys(), ...state.looseFindings.keys()])) {
      const read = [...state.renderings.values()].some((one) => one.files.has(path));
      const text = overlay.get(path);
      const wanted = !read && text !== undefined && /\.ya?ml$/.test(path) && !text.includes('{{');
      deps.emit({
        type: 'looseFindings',
        path,
        findings: wanted ? readYaml(new SourceText(path, text), 'resource').findings : [],
      });
    }
  };

  return {
    start: readIndex,
    setBuffer: (path, text, dirty) => {
      if (overlay.get(path) === text && unsaved.has(path) === dirty) return;
      const before = overlay.get(path) ?? snapshot.text(path);
      if (text === undefined) overlay.delete(path);
      else overlay.set(path, text);
      if (unsaved.has(path) !== dirty) {
        if (dirty) unsaved.add(path);
        else unsaved.delete(path);
        deps.emit({ type: 'unsaved', paths: new Set(unsaved) });
      }
      if (text !== before) touch([path]);
      else if (queue.idle) checkLoose();
    },
    changed: (paths) => {
      // The buffer of an open file is newer than what was written under it.
      if (paths) touch(paths.filter((path) => !overlay.has(path)));
      else {
        version += 1;
        snapshot = deps.open(overlay);
        views = rootViews(snapshot);
        readIndex();
        queue.add(deps.state().index.roots.map((root) => root.id));
      }
    },
    focus: (ids) => queue.focus(ids),
    checkVariables,
    renderAll: () => queue.add(deps.state().index.roots.map((root) => root.id)),
    get snapshot() {
      return snapshot;
    },
    copy: () => deps.open(new Map(overlay)),
    trial: (path, text) =>
      newTrial({ ...deps, snapshot: deps.open(new Map([...overlay, [path, text]])), version }, path),
    get version() {
      return version;
    },
    dispose: () => {
      arrivals?.dispose();
      renderAgain.dispose();
      touchAgain.dispose();
      queue.dispose();
    },
  };
}

/** One text for everything that a root's substituteFrom gives, and where that is written; empty for roots without any. */
function variableText(root: Root, lookup: VariableLookup): string {
  const sources = variablesOf(root, lookup);
  if (sources.length === 0) return '';
  const places = ({ origins }: VariableSource): readonly unknown[] =>
    [...(origins?.values() ?? [])].map(({ place }) => place && [place.source.path, place.start]);
  return JSON.stringify(
    sources.map((source) => [source.kind, source.name, source.data && [...source.data], places(source)]),
  );
}

const FLUX = /toolkit\.fluxcd\.io\//;

/** True where a change of the file may add, move or remove a root. */
function shapesIndex(path: string, state: WorkspaceState, snapshot: Snapshot): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (KUSTOMIZATION_NAMES.includes(name)) {
    const folder = path.slice(0, Math.max(path.length - name.length - 1, 0));
    const known = state.index.roots.some((root) => root.kind === 'kustomize' && root.path === folder);
    const text = snapshot.text(path);
    return known !== (text !== undefined && !/^kind:\s*Component\b/m.test(text));
  }
  const written =
    state.index.roots.some((root) => root.kind === 'flux' && root.place.source.path === path) ||
    state.index.sources.some((one) => one.place.source.path === path);
  const text = snapshot.text(path) ?? '';
  return written || FLUX.test(text) || namesVariables(state.index, path, text);
}

/** What decides which files a source holds, of all sources. */
function sourceText({ sources }: WorkspaceState['index']): string {
  return JSON.stringify(sources.map(({ object }) => [refOf(object), object['spec'] ?? null]));
}

/** Flux roots are made anew by each reading: what they say decides, not which object they are. */
function isSameRoot(
  before: WorkspaceState['index']['roots'][number] | undefined,
  after: WorkspaceState['index']['roots'][number],
): boolean {
  if (!before || before.kind !== after.kind || before.path !== after.path) return false;
  return (
    before.kind === 'kustomize' || after.kind === 'kustomize' || before.place.source.text === after.place.source.text
  );
}
