// Builds again after an edit of one entry of a kustomization that is one use of a transformer: the objects that the use
// could reach, or can reach now, are taken through the steps once as they were and once with the use as it is now. What
// holds for an edited object (rebuild.ts) must hold for each of them; all others are never looked at.
import { textOf, child } from '../model/node.ts';
import { DocumentPlace, SourceText } from '../model/sourceText.ts';
import type { Place } from '../model/sourceText.ts';
import { emptyConfig } from './config/transformerConfig.ts';
import { entryEdit } from './entryEdit.ts';
import type { EntryEdit } from './entryEdit.ts';
import { documentsIn, parseKustomization } from './kustomization/read.ts';
import type { Kustomization } from './kustomization/kustomization.ts';
import type { Recorded } from './recorded.ts';
import type { Rendering } from './rendering.ts';
import { replay } from './replay.ts';
import type { Replayed } from './replay.ts';
import type { Resource } from './resource.ts';
import { sameNode } from './sameNode.ts';
import { placesOf, sameOutside } from './sameOutside.ts';
import { subjectsOf } from './subjects.ts';
import { textEdit } from './textEdit.ts';
import type { TextEdit } from './textEdit.ts';
import type { RanStep, TracedKustomization } from './trace.ts';
import type { TransformerUse } from './transformer.ts';

/** A share of the objects beyond which the whole is as quickly built. */
const FEW = 1 / 2;
/** Each edit leaves a reading of the file behind, which every later one moves: after so many the whole is built. */
const MANY = 200;

export function rebuildUse(before: Recorded, old: SourceText, text: string): Rendering | undefined {
  const known = before.trace.kustomizations.get(old.path);
  if (!known || before.reads.get(old.path) !== 1 || known.documents.length > MANY) return undefined;
  const source = new SourceText(old.path, text);
  const kustomization = readAgain(known, source);
  const edit = textEdit(old.text, text);
  const entry = kustomization && entryEdit(known.now.fields, kustomization.fields, edit);
  if (!kustomization || !entry || speaksOf(before, entry, old.path)) return undefined;
  const step = stepOf(before, known, entry);
  const use = step && useNow(step, kustomization, entry);
  if (!step || !use) return undefined;
  const objects = reached(before, step, use);
  const subjects = objects && subjectsOf(before.trace, objects);
  if (!subjects) return undefined;

  const built = [...subjects.keys()];
  const run = (...instead: [] | [{ step: RanStep; use: TransformerUse }]): Replayed | undefined =>
    replay(before.trace, before.end, [...subjects.values()], ...instead);
  const then = run();
  if (!then?.resources.every(({ node }, i) => sameNode(node, (built[i] as Resource).node))) return undefined;
  const now = run({ step, use });
  if (!now || !sameOutside(then, now, built, ({ source: { path } }) => path === old.path)) return undefined;

  follow(known, kustomization, source, edit);
  before.trace.steps[before.trace.steps.indexOf(step)] = { ...step, use };
  before.end.sources.set(old.path, source);
  return replaced(before, built, now);
}

/** The kustomization in the new text, where nothing is to be said about it that was not said before. */
function readAgain({ built }: TracedKustomization, source: SourceText): Kustomization | undefined {
  let isFine = true;
  const read = parseKustomization(source, built.root, built.fileName, () => (isFine = false));
  return isFine && read?.kind === built.kind ? read : undefined;
}

/** Whether a finding of the build would not follow the edit. */
function speaksOf({ rendering }: Recorded, { old: { origin } }: EntryEdit, path: string): boolean {
  const { start = 0, end = Infinity } = origin.place ?? {};
  const isOutside = (place: Place): boolean =>
    place.source.path !== path || (place instanceof DocumentPlace && (place.end <= start || place.start >= end));
  return rendering.findings.some((finding) => !placesOf(finding).every(isOutside));
}

function stepOf({ trace }: Recorded, { built }: TracedKustomization, { field, index }: EntryEdit): RanStep | undefined {
  const found = trace.steps.filter(
    (step) => step.kind === 'ran' && step.by === built && step.use.field === field && step.use.index === index,
  );
  const [step] = found;
  return found.length === 1 && step?.kind === 'ran' ? step : undefined;
}

/** The use as the new text has it. The fields that it writes are said by other fields of the kustomization. */
function useNow(step: RanStep, kustomization: Kustomization, { old, index }: EntryEdit): TransformerUse | undefined {
  const uses = step.transformer.uses?.(kustomization, emptyConfig, () => undefined) ?? [];
  const use = uses.find((one) => one.index === index);
  // Another file would have to be read, which the build did not look at.
  if (!use || textOf(child(old, 'path')) !== textOf(child(use.config, 'path'))) return undefined;
  return { ...use, fieldSpecs: step.use.fieldSpecs };
}

/** The objects that a use can change as it was or as it is; undefined where there are many, or where that is not known. */
function reached({ trace, end }: Recorded, step: RanStep, use: TransformerUse): Set<Resource> | undefined {
  // Of what is not among the output it cannot be told whether it would be.
  const ordered = new Set(end.ordered);
  if (trace.steps.some((one) => one.kind === 'read' && one.resources.some((resource) => !ordered.has(resource))))
    return undefined;
  const later = trace.steps.slice(trace.steps.indexOf(step) + 1).filter((one) => one.kind === 'ran');
  const [old, now] = [step.use, use].map((one) => step.transformer.reach?.(step.context, one, later));
  if (!old || !now) return undefined;
  const objects = new Set(end.ordered.filter((resource) => old(resource) || now(resource)));
  return objects.size > 0 && objects.size <= end.ordered.length * FEW ? objects : undefined;
}

/** Places in the earlier readings of the file follow the edit, as the text is the new one now. */
function follow(
  known: TracedKustomization,
  kustomization: Kustomization,
  source: SourceText,
  { start, end, by }: TextEdit,
): void {
  for (const document of known.documents) document.edit(source, start, end, by);
  known.now = kustomization;
  known.documents.push(...documentsIn(kustomization));
}

function replaced(before: Recorded, built: readonly Resource[], now: Replayed): Rendering {
  const manifests = [...before.rendering.manifests];
  for (const [i, resource] of built.entries()) {
    const { node } = now.resources[i] as Resource;
    if (sameNode(resource.node, node)) continue;
    resource.node = node;
    manifests[before.end.ordered.indexOf(resource)] = { node };
  }
  before.rendering = { ...before.rendering, manifests };
  return before.rendering;
}
