// Builds again after an edit of what one step of the build was asked for, where that reaches few objects: an entry of a
// kustomization, or a file that one entry alone reads. Finds the step and what it is asked for now; the objects are built
// again in rebuildReached.ts and rebuildGenerated.ts.
import { equalJson } from '../../model/json.ts';
import { child, toJson } from '../../model/node.ts';
import { DocumentPlace, SourceText } from '../../model/sourceText.ts';
import type { Place } from '../../model/sourceText.ts';
import type { Snapshot } from '../../source/snapshot.ts';
import { isAhead } from './checkpoint.ts';
import type { Checkpoint } from './checkpoint.ts';
import { emptyConfig } from '../config/transformerConfig.ts';
import { entryEdit } from './entryEdit.ts';
import type { EntryEdit } from './entryEdit.ts';
import { generatorUses } from '../generators.ts';
import type { Kustomization } from '../kustomization/kustomization.ts';
import { follow, isCrowded } from './kustomizationEdit.ts';
import type { KustomizationEdit } from './kustomizationEdit.ts';
import { rebuildGenerated } from './rebuildGenerated.ts';
import { rebuildReached } from './rebuildReached.ts';
import type { Recorded } from './recorded.ts';
import type { Rendering } from '../rendering.ts';
import { placesOf } from './sameOutside.ts';
import type { AskedStep, StepEdit } from './replay.ts';
import type { EditedFiles, TracedKustomization } from './trace.ts';
import type { TransformerUse } from '../transform/transformer.ts';

/**
 * The rendering with the kustomization as it is now; undefined where more than few objects may be concerned. The checkpoint
 * `from`, where given, stands still.
 */
export function rebuildUse(
  before: Recorded,
  edit: KustomizationEdit,
  from: Checkpoint | undefined,
): Rendering | undefined {
  const { source, kustomization, position } = edit;
  const known = before.trace.kustomizations.get(source.path);
  const entry = known && entryEdit(known.now.fields, kustomization.fields, edit.text);
  if (!known || isCrowded(known) || !entry || speaksOf(before, entry, source.path)) return undefined;
  const step = stepOf(before, known, entry);
  const use = step && useNow(step, kustomization, entry);
  if (!step || !use) return undefined;
  const rendering = rebuildStep(
    before,
    { step, was: step, is: { ...step, use }, isInFile: isIn(source.path) },
    () => follow(known, edit),
    from,
  );
  if (!rendering) return undefined;
  if (before.checkpoint && !isAhead(before.checkpoint, source.path, position)) before.checkpoint = undefined;
  before.end.sources.set(source.path, source);
  return rendering;
}

/** The rendering with a file as it is now that one entry alone reads; undefined where more than few objects may be concerned. */
export function rebuildFile(
  before: Recorded,
  snapshot: Snapshot,
  path: string,
  from: Checkpoint | undefined,
): Rendering | undefined {
  const { reads, trace, end, rendering } = before;
  const [reader, another] = reads.get(path) ?? [];
  const [was, now] = [end.sources.get(path), snapshot.text(path)];
  if (!reader || another || !was || now === undefined) return undefined;
  if (rendering.findings.some((finding) => placesOf(finding).some(isIn(path)))) return undefined;
  const step = trace.steps.find(
    (one): one is AskedStep => one.kind !== 'read' && one.kind !== 'joined' && one.at === reader,
  );
  if (!step) return undefined;
  const source = new SourceText(path, now);
  const withFile = (text: SourceText, bytes: Uint8Array | undefined): AskedStep => {
    const files: EditedFiles = new Map([...(step.files ?? []), [path, { text, bytes }]]);
    return { ...step, files };
  };
  const bytes = trace.binaries.has(path) ? snapshot.bytes(path) : undefined;
  const edit = {
    step,
    was: withFile(was, trace.binaries.get(path)),
    is: withFile(source, bytes),
    isInFile: isIn(path),
  };
  const rebuilt = rebuildStep(before, edit, () => undefined, from);
  if (!rebuilt) return undefined;
  end.sources.set(path, source);
  if (trace.binaries.has(path)) trace.binaries.set(path, bytes);
  return rebuilt;
}

/** `accept` is called when the objects are built, before they take the places of the old ones. */
function rebuildStep(
  before: Recorded,
  { step, was, is, isInFile }: StepEdit,
  accept: () => void,
  from: Checkpoint | undefined,
): Rendering | undefined {
  if (step.kind === 'ran' && was.kind === 'ran' && is.kind === 'ran')
    return rebuildReached(before, { step, was, is, isInFile }, accept, from);
  if (step.kind === 'made' && was.kind === 'made' && is.kind === 'made')
    return rebuildGenerated(before, { step, was, is, isInFile }, accept);
  return undefined;
}

function isIn(path: string): (place: Place) => boolean {
  return (place) => place.source.path === path;
}

/** Whether a finding of the build would not follow the edit. */
function speaksOf({ rendering }: Recorded, { old: { origin } }: EntryEdit, path: string): boolean {
  const { start = 0, end = Infinity } = origin.place ?? {};
  const isOutside = (place: Place): boolean =>
    place.source.path !== path || (place instanceof DocumentPlace && (place.end <= start || place.start >= end));
  return rendering.findings.some((finding) => !placesOf(finding).every(isOutside));
}

function stepOf(
  { trace }: Recorded,
  { readings }: TracedKustomization,
  { field, index }: EntryEdit,
): AskedStep | undefined {
  const found = trace.steps.filter(
    (step): step is AskedStep =>
      (step.kind === 'ran' || step.kind === 'made') &&
      readings.includes(step.by) &&
      step.use.field === field &&
      step.use.index === index,
  );
  return found.length === 1 ? found[0] : undefined;
}

/** What names other files, of which the build has not looked at those that are named now. */
const PATHS = ['path', 'files', 'envs', 'env'];

/** The use as the new text has it. The fields that it writes are said by other fields of the kustomization. */
function useNow(
  step: AskedStep,
  kustomization: Kustomization,
  { old, field, index }: EntryEdit,
): TransformerUse | undefined {
  const uses =
    step.kind === 'made'
      ? generatorUses(kustomization).map(({ use }) => use)
      : (step.transformer.uses?.(kustomization, emptyConfig, () => undefined) ?? []);
  const use = uses.find((one) => one.field === field && one.index === index);
  const isSame = (name: string): boolean => {
    const [a, b] = [child(old, name), child(use?.config, name)];
    return a && b ? equalJson(toJson(a), toJson(b)) : a === b;
  };
  return use && PATHS.every(isSame) ? { ...use, fieldSpecs: step.use.fieldSpecs } : undefined;
}
