// Builds again after an edit. Where one object's own text changed and nothing else can depend on it, that object alone is
// built again, by the same steps; in every other case the whole. The result is that of a build from scratch.
//
// The short way is taken only where all of this holds, each decided by what was read, none guessed:
// - everything that the last build looked at is as it was, but for the text of one file, read once, as resources;
// - the edit lies within one document, which is one object before and after it;
// - every step that the object went through treats each object alone (transformers.ts), and no vars, hashes, validators
//   or things fetched from elsewhere are in play;
// - the old text, taken through the steps alone, gives exactly what the build gave: values, origins and all;
// - after every step old and new have the same identity, and both are told the same about: so that what all others saw
//   of the object is what they would see now.
import type { Finding } from '../model/finding.ts';
import { hasErrors } from '../model/finding.ts';
import { child, textOf } from '../model/node.ts';
import { DocumentPlace, SourceText } from '../model/sourceText.ts';
import type { DocumentText, Place } from '../model/sourceText.ts';
import type { Snapshot } from '../source/snapshot.ts';
import { isOneDocument } from '../yaml/read.ts';
import { replay } from './replay.ts';
import type { Replayed } from './replay.ts';
import type { Rendering } from './rendering.ts';
import type { Resource } from './resource.ts';
import { currentId, idKey } from './resource.ts';
import { samePlace, sameNode } from './sameNode.ts';
import type { Trace, TraceEnd, TraceStep } from './trace.ts';

/** A build, with what is needed to build again after an edit. */
export interface Recorded {
  rendering: Rendering;
  readonly trace: Trace;
  readonly end: TraceEnd;
  /** What stood at every path that was looked at. */
  readonly looked: ReadonlyMap<string, string>;
}

/** What a finished build leaves behind; undefined where only a whole build can follow it. */
export function recorded(rendering: Rendering, trace: Trace, snapshot: Snapshot): Recorded | undefined {
  const { end } = trace;
  if (!end || trace.untraced || hasErrors(rendering.findings) || end.hasVariables) return undefined;
  if (trace.steps.some((step) => step.kind === 'ran' && step.transformer.alone !== true)) return undefined;
  if (Object.values(end.finishing).some(Boolean) || namesMoved(end)) return undefined;
  const looked = new Map([...rendering.files].map((path) => [path, lookAt(snapshot, path)]));
  return { rendering, trace, end, looked };
}

/** Whether following names changed what is meant by names: then the order in which objects were visited matters. */
function namesMoved({ names }: TraceEnd): boolean {
  for (const candidates of names.index.byEarlierName.values())
    for (const { resource, current } of candidates) if (idKey(currentId(resource)) !== idKey(current)) return true;
  return false;
}

function lookAt(snapshot: Snapshot, path: string): string {
  const kind = snapshot.kind(path);
  const names = kind === 'directory' ? snapshot.list(path).join('\n') : '';
  return `${kind ?? ''} ${snapshot.real?.(path) ?? ''} ${names}`;
}

/** The rendering of the snapshot, made from the recorded one; undefined where it takes a whole build. */
export function rebuild(before: Recorded, snapshot: Snapshot): Rendering | undefined {
  for (const [path, was] of before.looked) if (lookAt(snapshot, path) !== was) return undefined;
  for (const [path, was] of before.trace.binaries) if (snapshot.bytes(path) !== was) return undefined;
  const edited = [...before.end.sources.values()].filter((source) => snapshot.text(source.path) !== source.text);
  const [source, another] = edited;
  if (!source) return before.rendering;
  const text = snapshot.text(source.path);
  return another || text === undefined ? undefined : rebuildFile(before, source, text);
}

function rebuildFile(before: Recorded, old: SourceText, text: string): Rendering | undefined {
  const { trace, end } = before;
  const step = trace.steps.find((one) => one.kind === 'read' && one.source === old);
  if (step?.kind !== 'read' || trace.reads.get(old.path) !== 1) return undefined;
  const documents = documentsOf(step);
  const document = documents && editedDocument(documents, old.text, text);
  const resource = document && step.resources[documents.indexOf(document)];
  const at = resource ? end.ordered.indexOf(resource) : -1;
  if (!document || !resource || at < 0) return undefined;
  const isInFile = (place: Place): boolean => place.source.path === old.path;
  if (
    before.rendering.findings.some((finding) =>
      placesOf(finding).some((one) => isInFile(one) && !follows(one, document)),
    )
  )
    return undefined;

  const then = replay(before.trace, end, step, document);
  if (!then || !sameNode(then.resource.node, resource.node)) return undefined;
  const source = new SourceText(old.path, text);
  const length = document.end;
  document.source = source;
  document.end += text.length - old.text.length;
  const now = replay(before.trace, end, step, document);
  if (!now || !sameToOthers(then, now, resource, isInFile)) {
    document.source = old;
    document.end = length;
    return undefined;
  }
  move(documents, document, source, text.length - old.text.length);
  trace.steps[trace.steps.indexOf(step)] = { ...step, source };
  end.sources.set(old.path, source);
  resource.node = now.resource.node;
  const manifests = before.rendering.manifests.with(at, { node: resource.node });
  before.rendering = { ...before.rendering, manifests };
  return before.rendering;
}

/** The document of each resource of a file; undefined where some document holds several. */
function documentsOf(
  { resources }: TraceStep & { kind: 'read' },
  seen = new Set<DocumentText>(),
): DocumentText[] | undefined {
  const documents: DocumentText[] = [];
  for (const { read } of resources) {
    if (!read || seen.has(read)) return undefined;
    seen.add(read);
    documents.push(read);
  }
  return documents;
}

/** The one document that the two texts differ in; undefined where there is none, or the edit may move its bounds. */
function editedDocument(documents: readonly DocumentText[], old: string, text: string): DocumentText | undefined {
  const start = commonStart(old, text);
  const end = old.length - commonEnd(old, text, Math.min(old.length, text.length) - start);
  const document = documents.find((one) => one.start <= start && end <= one.end);
  if (!document) return undefined;
  // The last line break of a document belongs to the separator behind it.
  const isLast = document.end === old.length;
  if (!isLast && end > document.end - 1) return undefined;
  return isOneDocument(text.slice(document.start, document.end + text.length - old.length)) ? document : undefined;
}

const CHUNK = 4096;

function commonStart(a: string, b: string): number {
  const limit = Math.min(a.length, b.length);
  let at = 0;
  while (at + CHUNK <= limit && a.slice(at, at + CHUNK) === b.slice(at, at + CHUNK)) at += CHUNK;
  while (at < limit && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  return at;
}

function commonEnd(a: string, b: string, limit: number): number {
  let count = 0;
  const chunkAt = (text: string): string => text.slice(text.length - count - CHUNK, text.length - count);
  while (count + CHUNK <= limit && chunkAt(a) === chunkAt(b)) count += CHUNK;
  while (count < limit && a.charCodeAt(a.length - count - 1) === b.charCodeAt(b.length - count - 1)) count++;
  return count;
}

function placesOf({ at, related }: Finding): Place[] {
  return [...(at ? [at] : []), ...(related ?? []).map((one) => one.at)];
}

/** Whether a place moves with its document, and does not lie in the edited one. */
function follows(place: Place, edited: DocumentText): boolean {
  return place instanceof DocumentPlace && place.document !== edited;
}

/** Whether nothing that others could see of the object has changed. */
function sameToOthers(then: Replayed, now: Replayed, resource: Resource, isInFile: (place: Place) => boolean): boolean {
  if (then.identities.length !== now.identities.length) return false;
  if (then.identities.some((identity, i) => identity !== now.identities[i])) return false;
  if (then.findings.length !== now.findings.length) return false;
  if (!then.findings.every((finding, i) => sameFinding(finding, now.findings[i] as Finding, isInFile))) return false;
  // Names that others follow are told by the place where this object got its own.
  return (
    resource.referredBy.length === 0 ||
    ['name', 'namespace'].every((field) => {
      const [a, b] = [then, now].map(({ resource: { node } }) => child(child(node, 'metadata'), field)?.origin.place);
      return textOf(child(child(then.resource.node, 'metadata'), field)) === undefined || samePlace(a, b);
    })
  );
}

function sameFinding(a: Finding, b: Finding, isInFile: (place: Place) => boolean): boolean {
  const [places, others] = [placesOf(a), placesOf(b)];
  return (
    a.code === b.code &&
    a.severity === b.severity &&
    a.message === b.message &&
    a.object === b.object &&
    a.field === b.field &&
    places.length === others.length &&
    places.every((place, i) => !isInFile(place) && samePlace(place, others[i]))
  );
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
