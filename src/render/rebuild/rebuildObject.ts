// Builds again after an edit of one object's own text: that object alone, by the same steps (replay.ts). Possible only where
// nothing else can depend on the edit:
// - the file is read once, as resources, and the edit lies within one document, which is one object before and after it;
// - every step that the object went through treats each object alone (transformers.ts), and no vars, hashes, validators
//   or things fetched from elsewhere are in play;
// - the old text, taken through the steps alone, gives exactly what the build gave: values, origins and all;
// - after every step old and new have the same identity, and both are told the same about: so that what all others saw
//   of the object is what they would see now. Where it has another identity, takeIdentity.ts says what must hold;
// - each step that is for it no more, or is now, is for another object too (stillSaid.ts).
import { DocumentPlace, SourceText } from '../../model/sourceText.ts';
import type { DocumentText, Place } from '../../model/sourceText.ts';
import { isOneDocument } from '../../yaml/read.ts';
import type { Recorded } from './recorded.ts';
import { replay } from './replay.ts';
import type { Rendering } from '../rendering.ts';
import { areAsBuilt, placesOf, sameOutside } from './sameOutside.ts';
import { documentsOf } from './subjects.ts';
import { isStillSaid } from './stillSaid.ts';
import { takeIdentity } from './takeIdentity.ts';
import type { Becoming } from './takeIdentity.ts';
import { textEdit } from './textEdit.ts';
import type { ReadStep } from './trace.ts';

/** The rendering with the object as `text` has it; undefined where others may be concerned. */
export function rebuildObject(before: Recorded, step: ReadStep, text: string): Rendering | undefined {
  const { trace, end } = before;
  const old = step.source;
  if (before.reads.get(old.path)?.length !== 1) return undefined;
  const documents = documentsOf(step);
  const document = documents && editedDocument(documents, old.text, text);
  const resource = document && step.resources[documents.indexOf(document)];
  if (!document || !resource || !end.ordered.includes(resource)) return undefined;
  const isInFile = (place: Place): boolean => place.source.path === old.path;
  if (
    before.rendering.findings.some((finding) =>
      placesOf(finding).some((one) => isInFile(one) && !follows(one, document)),
    )
  )
    return undefined;

  const subject = { object: resource, step, document };
  const was = replay(trace, end, [subject]);
  if (!areAsBuilt(was, [subject])) return undefined;
  const source = new SourceText(old.path, text);
  const length = document.end;
  document.source = source;
  document.end += text.length - old.text.length;
  const is = replay(trace, end, [subject]);
  const rendering = is && put(before, { subject, was, is, isInFile });
  if (!rendering) {
    document.source = old;
    document.end = length;
    return undefined;
  }
  move(documents, document, source, text.length - old.text.length);
  trace.steps[trace.steps.indexOf(step)] = { ...step, source };
  end.sources.set(old.path, source);
  return rendering;
}

/** The rendering with what the object has become in its place; undefined where that concerns others. */
function put(before: Recorded, becoming: Becoming): Rendering | undefined {
  const { subject, was, is, isInFile } = becoming;
  const { object } = subject;
  const [made] = is.resources;
  if (!made || !sameOutside(was, is, [object], isInFile)) return takeIdentity(before, becoming);
  if (!isStillSaid(before, { subjects: [subject], was, is })) return undefined;
  object.node = made.node;
  const manifests = before.rendering.manifests.with(before.end.ordered.indexOf(object), { node: object.node });
  before.rendering = { ...before.rendering, manifests };
  return before.rendering;
}

/** The one document that the two texts differ in; undefined where there is none, or the edit may move its bounds. */
function editedDocument(documents: readonly DocumentText[], old: string, text: string): DocumentText | undefined {
  const { start, end, by } = textEdit(old, text);
  const document = documents.find((one) => one.start <= start && end <= one.end);
  if (!document) return undefined;
  // The last line break of a document belongs to the separator behind it.
  const isLast = document.end === old.length;
  if (!isLast && end > document.end - 1) return undefined;
  return isOneDocument(text.slice(document.start, document.end + by)) ? document : undefined;
}

/** Whether a place moves with its document, and does not lie in the edited one. */
function follows(place: Place, edited: DocumentText): boolean {
  return place instanceof DocumentPlace && place.document !== edited;
}

/** All documents of the file are of the new text; those behind the edited one moved. */
function move(documents: readonly DocumentText[], edited: DocumentText, source: SourceText, by: number): void {
  for (const document of documents) {
    if (document === edited) continue;
    document.source = source;
    if (document.start <= edited.start) continue;
    document.start += by;
    document.end += by;
  }
}
