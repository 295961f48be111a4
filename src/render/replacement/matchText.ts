// Finds, and on request makes, every node at a field path within a text (kyaml's PathMatcher): as match.ts does within objects,
// where there are no anchors, aliases or keys of other kinds. Knows nothing of what is put there.
import { goRegexp } from '../../model/goRegexp.ts';
import type { GoRegexp } from '../../model/goRegexp.ts';
import { readText } from '../../yaml/commented/readText.ts';
import { newTextNode } from '../../yaml/commented/textNode.ts';
import type { TextDocument, TextNode } from '../../yaml/commented/textNode.ts';
import { writeText } from '../../yaml/commented/writeText.ts';
import { isField, parseSegment } from './fieldPath.ts';
import { ReplacementFault } from './replacementFault.ts';

type Kind = 'map' | 'list' | 'scalar';

/** All nodes at the path; `create`: the kind of node to make where it ends early. @throws ReplacementFault where it does not fit. */
export function matchText(document: TextDocument, path: readonly string[], create: Kind | undefined): TextNode[] {
  if (!document.root) throw new ReplacementFault('the text of the field is empty');
  return matchFrom(document.root, path, create);
}

function matchFrom(node: TextNode, path: readonly string[], create: Kind | undefined): TextNode[] {
  const [text, ...rest] = path;
  if (text === undefined) return [node];
  const segment = isField(text) ? ({ kind: 'field', name: text } as const) : parseSegment(text);
  if (!segment) throw new ReplacementFault(`"${text}" is no segment of a field path`);
  if (segment.kind === 'field') return matchField(node, segment.name, rest, create);
  require(node, 'list', text);
  if (segment.kind === 'every') return node.content.flatMap((item) => matchFrom(item, rest, create));
  if (segment.kind === 'index') return matchIndex(node, segment.index, rest, create);
  if (segment.kind === 'last') return [];
  return matchWhere(node, segment, rest, create);
}

function isNull(node: TextNode): boolean {
  return node.tag === '!!null';
}

/** A null passes for anything. */
function require(node: TextNode, kind: Kind, text: string): void {
  if (!isNull(node) && node.kind !== kind)
    throw new ReplacementFault(`there is a ${node.kind} where "${text}" needs a ${kind}`);
}

function matchField(node: TextNode, name: string, rest: readonly string[], create: Kind | undefined): TextNode[] {
  require(node, name === '' ? 'scalar' : 'map', name);
  let found = isNull(node) ? undefined : name === '' ? emptyText(node) : valueOf(node, name);
  if (!found) {
    if (create === undefined) return [];
    found = newTextNode(kindFor(rest[0], create), name === '' ? { style: node.style } : {});
    if (name !== '') node.content.push(newTextNode('scalar', { value: name }), found);
    // An empty segment means the scalar itself. Upstream copies what it has made into that, and goes on with the original.
    else Object.assign(node, newTextNode(found.kind, { style: node.style }));
  }
  if (found.kind !== 'scalar' || rest.length === 0) return matchFrom(found, rest, create);
  // What is found in a text within the text is set and forgotten.
  const inner = readText(found.value);
  if (!inner) throw new ReplacementFault('the text of the field is no YAML');
  return matchText(inner, rest, create);
}

function emptyText(node: TextNode): TextNode | undefined {
  return node.value === '' ? node : undefined;
}

/** The value of the first key with that text. Upstream compares what a key holds as text, be it the name in an alias. */
function valueOf({ content }: TextNode, name: string): TextNode | undefined {
  for (let i = 0; i < content.length; i += 2) if (content[i]?.value === name) return content[i + 1];
  return undefined;
}

/** The kind that the next segment needs. */
function kindFor(next: string | undefined, create: Kind): Kind {
  if (next === undefined || next === '') return create;
  return /^\+?\d+$/.test(next) || (next.startsWith('[') && next.endsWith(']')) ? 'list' : 'map';
}

function matchIndex(list: TextNode, index: number, rest: readonly string[], create: Kind | undefined): TextNode[] {
  const { length } = list.content;
  if (index === length && create !== undefined) list.content.push(newTextNode(kindFor(rest[0], create)));
  const item = list.content[index];
  if (!item) throw new ReplacementFault(`there is no item ${index} in a list of ${length}`);
  return matchFrom(item, rest, create);
}

interface Where {
  readonly field: string;
  readonly value: string;
}

function matchWhere(list: TextNode, where: Where, rest: readonly string[], create: Kind | undefined): TextNode[] {
  const pattern = goRegexp(where.value, 'anywhere');
  if (!pattern) throw new ReplacementFault(`"${where.value}" is not a valid regular expression`);
  const found = itemsWhere(list, where, pattern, rest, create);
  if (found.length > 0 || create === undefined) return found;
  const value = newTextNode('scalar', { value: where.value });
  const key = newTextNode('scalar', { value: where.field });
  list.content.push(where.field === '' ? value : newTextNode('map', { content: [key, value] }));
  return itemsWhere(list, where, pattern, rest, create);
}

function itemsWhere(
  list: TextNode,
  { field }: Where,
  pattern: GoRegexp,
  rest: readonly string[],
  create: Kind | undefined,
): TextNode[] {
  const found: TextNode[] = [];
  for (const item of list.content) {
    const value = field === '' ? item : item.kind === 'map' ? valueOf(item, field) : undefined;
    if (!value || !pattern.test(writeText({ root: value, head: '', foot: '' }))) continue;
    if (field === '') found.push(item);
    else found.push(...matchFrom(item, rest, create));
  }
  return found;
}
