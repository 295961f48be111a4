// The paths of a file as links: of every field that names a file or a folder which is there. Pure.
import type { Place } from '../../model/sourceText.ts';
import { filesOfPath } from './kustomizationFile.ts';
import type { SourceFacts } from './sourceFacts.ts';

export interface PathLink {
  readonly place: Place;
  /** The file that opens. */
  readonly path: string;
}

export function pathLinks(facts: SourceFacts, path: string): PathLink[] {
  return (facts.of(path)?.paths ?? []).flatMap((reference) => {
    const [file] = filesOfPath(facts.files, reference.path);
    return file === undefined ? [] : [{ place: reference.place, path: file }];
  });
}
