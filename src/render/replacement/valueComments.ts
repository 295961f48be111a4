// The comments that a value of an object has in its file: upstream's nodes carry them into a text. Those of what was changed since
// are gone. Reads only.
import type { MapEntry, Node } from '../../model/node.ts';
import { ReadOrigin } from '../../model/origin.ts';
import { DocumentPlace } from '../../model/sourceText.ts';
import type { DocumentText } from '../../model/sourceText.ts';
import { readText } from '../../yaml/commented/readText.ts';
import type { TextNode } from '../../yaml/commented/textNode.ts';

interface Comments {
  readonly head: string;
  readonly line: string;
  readonly foot: string;
}

export interface ValueComments {
  of(node: Node): Comments;
  ofKey(entry: MapEntry): Comments;
}

const none: Comments = { head: '', line: '', foot: '' };

interface Written {
  readonly values: Map<number, TextNode>;
  readonly keys: Map<number, TextNode>;
}

/** Reads each document once, when it is first asked for. */
export function commentsOnce(): ValueComments {
  const known = new Map<DocumentText, Written>();
  const find = (document: DocumentText, start: number, part: keyof Written): Comments => {
    const written = known.get(document) ?? writtenIn(document);
    known.set(document, written);
    const { head, line, foot } = written[part].get(start - document.start) ?? none;
    return { head, line, foot };
  };
  return {
    of: ({ origin }) => (origin instanceof ReadOrigin ? find(origin.document, origin.start, 'values') : none),
    ofKey: ({ keyPlace }) =>
      keyPlace instanceof DocumentPlace ? find(keyPlace.document, keyPlace.start, 'keys') : none,
  };
}

function writtenIn({ source, start, end }: DocumentText): Written {
  const written: Written = { values: new Map(), keys: new Map() };
  const root = readText(source.text.slice(start, end))?.root;
  const left = root ? [root] : [];
  for (let node = left.pop(); node; node = left.pop()) {
    written.values.set(node.at, node);
    for (const [i, each] of node.content.entries()) {
      if (node.kind === 'map' && i % 2 === 0) written.keys.set(each.at, each);
      else left.push(each);
    }
  }
  return written;
}
