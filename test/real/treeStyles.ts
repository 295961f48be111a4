// Writes generated YAML (trees.ts) in other styles: brackets, quotes, comments, anchors and aliases. Values stay as they are.
import { isMap, isScalar, isSeq, parseAllDocuments, visit } from 'yaml';
import type { Document, Node as YamlNode } from 'yaml';
import { chance, pick } from './treeDraw.ts';
import type { Draw } from './treeDraw.ts';

const COMMENTS = [' note', ' a: b', ' ends with: ', '#', ' - x', ' é'] as const;

/** The documents of a text in another style; the same text where it holds none. */
export function restyled(draw: Draw, text: string): string {
  const documents = parseAllDocuments(text, { schema: 'failsafe', keepSourceTokens: false });
  if (!Array.isArray(documents) || documents.some(({ errors }) => errors.length > 0)) return text;
  for (const document of documents) restyle(draw, document);
  return documents
    .map((document, i) => {
      const one = document.toString({
        lineWidth: pick(draw, [0, 80]),
        indentSeq: chance(draw, 50),
        flowCollectionPadding: chance(draw, 50),
      });
      return i > 0 && !one.startsWith('---') ? `---\n${one}` : one;
    })
    .join('');
}

function restyle(draw: Draw, document: Document): void {
  const repeated = new Map<string, string>();
  visit(document, {
    Pair(_, { key }) {
      if (isScalar(key) && chance(draw, 8)) key.type = pick(draw, ['QUOTE_DOUBLE', 'QUOTE_SINGLE']);
    },
    Node(key, node) {
      const one: YamlNode = node;
      if (chance(draw, 4)) one.comment = pick(draw, COMMENTS);
      if (chance(draw, 4)) one.commentBefore = pick(draw, COMMENTS);
      if ((isMap(one) || isSeq(one)) && key !== null && chance(draw, 12)) one.flow = true;
      if ((isMap(one) || isSeq(one)) && key !== 'key' && one.anchor === undefined && chance(draw, 6)) {
        const text = JSON.stringify(one);
        const known = repeated.get(text);
        if (known === undefined) {
          one.anchor = `a${repeated.size}`;
          repeated.set(text, one.anchor);
        }
      }
    },
  });
  if (repeated.size > 0) alias(draw, document, repeated);
}

/** Lists and maps that are equal to an anchored one before them become aliases of it. */
function alias(draw: Draw, document: Document, repeated: ReadonlyMap<string, string>): void {
  const open = new Set<string>();
  visit(document, {
    Node(key, node) {
      if (!isMap(node) && !isSeq(node)) return undefined;
      const name = repeated.get(JSON.stringify(node));
      if (name === undefined || key === 'key') return undefined;
      if (node.anchor === name) {
        open.add(name);
        return undefined;
      }
      if (!open.has(name) || !chance(draw, 80)) return undefined;
      const found = document.createAlias(node);
      found.source = name;
      delete node.anchor;
      return found;
    },
  });
}
