// What the files of a workspace say of other files and objects: paths and names, with their places. Remembers each file
// until its text changes; a file that cannot be read while it is typed keeps what it said before.
import { hasErrors } from '../../model/finding.ts';
import type { Node } from '../../model/node.ts';
import { SourceText } from '../../model/sourceText.ts';
import type { Place } from '../../model/sourceText.ts';
import { readYaml } from '../../yaml/read.ts';
import type { SourceFiles } from './kustomizationFile.ts';
import { mentionsOf } from './mentions.ts';
import type { Mention } from './mentions.ts';
import { pathReferencesOf } from './pathReferences.ts';
import type { PathReference } from './pathReferences.ts';

export interface FileFacts {
  /** The text that the places are of; older than the file's where that cannot be read at the moment. */
  readonly source: SourceText;
  /** Each document from its first to its last field. */
  readonly documents: readonly Place[];
  readonly mentions: readonly Mention[];
  readonly paths: readonly PathReference[];
}

export interface SourceFacts {
  readonly files: SourceFiles;
  /** What a file says; nothing for files that are no YAML. */
  of(path: string): FileFacts | undefined;
}

const YAML_FILE = /(\.ya?ml|(^|\/)Kustomization)$/;

/** Reads files when they are asked for. `files` is called each time: the workspace opens its folder anew. */
export function createSourceFacts(files: () => SourceFiles): SourceFacts {
  const known = new Map<string, { readonly text: string; readonly facts: FileFacts }>();
  return {
    get files() {
      return files();
    },
    of: (path) => {
      if (!YAML_FILE.test(path)) return undefined;
      const text = files().text(path);
      if (text === undefined) return undefined;
      const before = known.get(path);
      if (before?.text === text) return before.facts;
      const facts = read(new SourceText(path, text)) ?? before?.facts;
      if (facts) known.set(path, { text, facts });
      return facts;
    },
  };
}

function read(source: SourceText): FileFacts | undefined {
  const { documents, findings } = readYaml(source, 'resource');
  if (hasErrors(findings) && documents.length === 0) return undefined;
  const each = <T>(of: (document: Node, path: string) => readonly T[]): T[] =>
    documents.flatMap((document) => of(document, source.path));
  return {
    source,
    documents: documents.flatMap(({ origin }) => origin.place ?? []),
    mentions: each(mentionsOf),
    paths: each(pathReferencesOf),
  };
}
