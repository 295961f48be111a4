// An edit of a kustomization's file: the reading that it leads to, where in the build it begins to matter, and how the
// places of earlier readings follow it. Builds nothing.
import type { Finding } from '../../model/finding.ts';
import type { SourceText } from '../../model/sourceText.ts';
import type { Checkpoint } from './checkpoint.ts';
import { follows } from './entryEdit.ts';
import { firstChange } from './firstChange.ts';
import type { Kustomization } from '../kustomization/kustomization.ts';
import { documentsIn, parseKustomization } from '../kustomization/read.ts';
import { placesOf } from './sameOutside.ts';
import { textEdit } from './textEdit.ts';
import type { TextEdit } from './textEdit.ts';
import type { Position, TracedKustomization } from './trace.ts';

export interface KustomizationEdit {
  readonly source: SourceText;
  readonly kustomization: Kustomization;
  readonly text: TextEdit;
  /** The first thing asked for that is another than it was. */
  readonly position: Position;
}

/** The edit between two texts; undefined where its beginning is not known, or another thing is said of the file itself. */
export function editOf(
  { now }: TracedKustomization,
  old: SourceText,
  source: SourceText,
): KustomizationEdit | undefined {
  const said: Finding[] = [];
  const kustomization = parseKustomization(source, now.root, now.fileName, (finding) => said.push(finding));
  const text = textEdit(old.text, source.text);
  if (!kustomization || !saysAsBefore(now, old, said, text)) return undefined;
  const position = firstChange(now, kustomization, text);
  return position && { source, kustomization, text, position };
}

/** Whether what is said of the file itself stands where the edit leaves it. */
function saysAsBefore(now: Kustomization, old: SourceText, said: readonly Finding[], text: TextEdit): boolean {
  const before: Finding[] = [];
  parseKustomization(old, now.root, now.fileName, (finding) => before.push(finding));
  return (
    said.length === before.length &&
    said.every((finding, i) => {
      const other = before[i] as Finding;
      const [places, others] = [placesOf(finding), placesOf(other)];
      return (
        finding.code === other.code &&
        finding.message === other.message &&
        finding.severity === 'warning' &&
        places.length === others.length &&
        places.every((place, at) => follows(others[at], place, text))
      );
    })
  );
}

/** Each edit leaves a reading of the file behind, which every later one moves. */
const MANY = 200;

/** Whether so many readings of a file are kept along that some should go. */
export function isCrowded({ documents }: TracedKustomization): boolean {
  return documents.length > MANY;
}

/** Takes the places of all readings along the edit, and the new one among them. */
export function follow(known: TracedKustomization, { source, kustomization, text }: KustomizationEdit): void {
  for (const document of known.documents) document.edit(source, text.start, text.end, text.by);
  known.now = kustomization;
  known.readings.push(kustomization);
  known.documents.push(...documentsIn(kustomization));
}

/** Follows no longer what only a checkpoint and the newest reading do not need. */
export function forget(known: TracedKustomization, path: string, { documents, frames }: Checkpoint): void {
  const kept = new Set([...(documents.get(path) ?? []), ...documentsIn(known.now)]);
  known.documents.splice(0, known.documents.length, ...kept);
  const built = new Set(frames.map(({ layer }) => layer.kustomization));
  const readings = known.readings.filter((one) => one === known.now || built.has(one));
  known.readings.splice(0, known.readings.length, ...readings);
}
