// Builds again after an edit, in the shortest way that gives what a build from scratch gives:
// - one object's own text was edited: that object alone (rebuildObject.ts);
// - one entry of a kustomization, or a file that it reads, which reaches few objects: those alone (rebuildUse.ts);
// - nothing was edited that the build had read before its checkpoint: from there on (resume.ts).
// In every other case the whole is built, with a checkpoint where the edit began to matter: who types there types on.
// Every condition is decided by what the last build read, none guessed.
import type { Manifest } from '../../model/manifest.ts';
import { SourceText } from '../../model/sourceText.ts';
import type { Snapshot } from '../../source/snapshot.ts';
import { fileOf, isAhead } from './checkpoint.ts';
import type { Checkpoint } from './checkpoint.ts';
import { fileText } from '../load/fileText.ts';
import { editOf, follow, forget, isCrowded } from './kustomizationEdit.ts';
import type { KustomizationEdit } from './kustomizationEdit.ts';
import { lookAt, treatsEachAlone } from './recorded.ts';
import type { Recorded } from './recorded.ts';
import { rebuildObject } from './rebuildObject.ts';
import { rebuildFile, rebuildUse } from './rebuildUse.ts';
import type { Rendering } from '../rendering.ts';
import { currentKey } from '../resource.ts';
import type { Resource } from '../resource.ts';
import { resume } from './resume.ts';
import { sameNode, samePlaceInText } from './sameNode.ts';
import type { Spot } from './trace.ts';

/** The rendering of the snapshot, or where a whole build may lay a checkpoint that serves the next such edit. */
export type Rebuilt = { readonly rendering: Rendering; readonly way: Way } | { readonly spot: Spot | undefined };

/** How a rendering was made from the one before. */
export type Way = 'unchanged' | 'object' | 'use' | 'resumed';

/** The rendering of the snapshot, made from the recorded one where that can be done. */
export function rebuild(before: Recorded, snapshot: Snapshot): Rebuilt {
  if (before.isSpoiled) return { spot: undefined };
  const { trace, end, looked } = before;
  const moved = [...looked].filter(([path, was]) => lookAt(snapshot, path) !== was).map(([path]) => path);
  const sources = [...end.sources.values()].filter((source) => snapshot.text(source.path) !== source.text);
  const binaries = [...trace.binaries].filter(([path, was]) => !sameBytes(snapshot.bytes(path), was));
  const changed = new Set([...sources.map(({ path }) => path), ...binaries.map(([path]) => path), ...moved]);
  const [source] = sources;
  if (changed.size === 0) return { rendering: before.rendering, way: 'unchanged' };
  if (!sources.every(({ path }) => isPlain(snapshot, path))) return { spot: undefined };
  const text = source && snapshot.text(source.path);
  if (before.treatsEachAlone && changed.size === 1 && text !== undefined) {
    const step = trace.steps.find((one) => one.kind === 'read' && one.source === source);
    const rendering = step?.kind === 'read' ? rebuildObject(before, step, text) : undefined;
    if (rendering) return { rendering, way: 'object' };
  }
  const edits = [...changed].map((path) => kustomizationEdit(before, snapshot, path));
  const [edit, another] = edits.filter((one) => one !== undefined);
  if (another || edit === 'whole') return { spot: undefined };
  const [path = ''] = changed;
  const from = checkpointBefore(before, snapshot, edit);
  if (before.treatsEachAlone && changed.size === 1) {
    const rendering = edit ? rebuildUse(before, edit, from) : rebuildFile(before, snapshot, path, from);
    if (rendering) return { rendering, way: 'use' };
  }
  const rendering = from && goOn(before, from, snapshot, edit);
  if (rendering) return { rendering, way: 'resumed' };
  return { spot: edit ? { file: edit.source.path, ...edit.position } : before.reads.get(path)?.[0] };
}

/** Whether the text of a file is what its bytes say. */
function isPlain(snapshot: Snapshot, path: string): boolean {
  const text = snapshot.text(path);
  if (text === undefined) return true;
  const read = fileText(text, () => snapshot.bytes(path));
  return read.text === text && read.fault === undefined;
}

/** The edit of a kustomization's file; undefined where the file is none, `whole` where the edit has no position. */
function kustomizationEdit(
  before: Recorded,
  snapshot: Snapshot,
  path: string,
): KustomizationEdit | 'whole' | undefined {
  const known = before.trace.kustomizations.get(path);
  if (!known) return undefined;
  const [old, text] = [before.end.sources.get(path), snapshot.text(path)];
  if (!old || text === undefined || before.reads.get(path)?.length !== 1) return 'whole';
  return editOf(known, old, new SourceText(path, text)) ?? 'whole';
}

/** Goes on from a checkpoint, where nothing was edited that stands before it. */
function goOn(
  before: Recorded,
  checkpoint: Checkpoint,
  snapshot: Snapshot,
  edit: KustomizationEdit | undefined,
): Rendering | undefined {
  const { end, trace } = before;
  const known = edit && trace.kustomizations.get(edit.source.path);
  const manifestOf = manifestsOf(before, checkpoint);
  before.isSpoiled = true;
  const isFollowed = ![...trace.kustomizations.values()].some(isCrowded);
  if (known) follow(known, edit);
  if (known && !isFollowed) forget(known, edit.source.path, checkpoint);
  const texts = new Map(end.sources);
  if (edit) texts.set(edit.source.path, edit.source);
  // Places in resources follow with the object alone that is read from there.
  for (const step of trace.steps) if (step.kind === 'read') texts.delete(step.source.path);
  const resumed = resume(checkpoint, end.ending, snapshot, texts);
  const next = resumed?.trace.end;
  if (!resumed || !next || next.hasVariables) return undefined;
  const { rendering, ordered } = resumed;
  for (const [path, again] of resumed.trace.kustomizations) {
    const old = trace.kustomizations.get(path);
    if (isFollowed && old && old !== again) again.documents.push(...old.documents);
  }
  const kept = ordered.map((resource, i): Manifest => {
    const old = isFollowed ? manifestOf(resource) : undefined;
    if (!old || !sameNode(old.node, resource.node, samePlaceInText))
      return rendering.manifests[i] ?? { node: resource.node };
    // The same value as before, by which what follows knows it again.
    resource.node = old.node;
    return old;
  });
  before.rendering = { ...rendering, manifests: kept };
  before.trace = resumed.trace;
  before.end = next;
  before.everyone = undefined;
  before.reads = new Map(resumed.trace.reads);
  before.looked = new Map([...rendering.files].map((path) => [path, lookAt(snapshot, path)]));
  before.treatsEachAlone = treatsEachAlone(before.rendering, resumed.trace, next);
  before.isSpoiled = false;
  return before.rendering;
}

/** What objects were in the last build: those that the checkpoint has, and by their identity those that are made anew. */
function manifestsOf(
  { end, rendering }: Recorded,
  { gathered }: Checkpoint,
): (resource: Resource) => Manifest | undefined {
  const laid = new Set([...gathered.values()].flatMap(({ resources }) => resources.map(({ resource }) => resource)));
  const keyOf = (resource: Resource): Resource | string => (laid.has(resource) ? resource : currentKey(resource));
  const known = new Map(end.ordered.map((resource, i) => [keyOf(resource), rendering.manifests[i]]));
  return (resource) => known.get(keyOf(resource));
}

/** The checkpoint, where all that had been read and looked at by then is as it was, but for what is ahead of it. */
function checkpointBefore(
  { looked, trace, end, checkpoint }: Recorded,
  snapshot: Snapshot,
  edit: KustomizationEdit | undefined,
): Checkpoint | undefined {
  if (!checkpoint) return undefined;
  const { files, sources, frames } = checkpoint;
  if (edit && !isAhead(checkpoint, edit.source.path, edit.position)) return undefined;
  const readings = frames.map(({ layer: { kustomization } }) => kustomization);
  // Edits of these were ahead of the checkpoint, as long as there is one.
  const begun = new Set(readings.map(fileOf));
  const isBuiltAsRead = (one: (typeof readings)[number]): boolean =>
    trace.kustomizations.get(fileOf(one))?.readings.includes(one) === true ||
    (fileOf(one) !== edit?.source.path && snapshot.text(fileOf(one)) === sources.get(fileOf(one))?.text);
  const stands =
    readings.every(isBuiltAsRead) &&
    [...files].every((path) => lookAt(snapshot, path) === looked.get(path)) &&
    [...sources].every(
      ([path, { text }]) =>
        snapshot.text(path) === (begun.has(path) ? end.sources.get(path)?.text : text) || path === edit?.source.path,
    ) &&
    [...checkpoint.trace.binaries].every(([path, was]) => sameBytes(snapshot.bytes(path), was));
  return stands ? checkpoint : undefined;
}

function sameBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === b || (a?.length === b?.length && a?.every((byte, i) => byte === b?.[i]) === true);
}
