// Setting a scalar, or a key of a map, at a place that a field spec led to, with the styles and types that kyaml's
// FieldSetter leaves behind: an existing style is kept, and untagged plain text means what YAML says it means.
import { hasErrors } from '../../model/finding.ts';
import type { Node, ScalarNode } from '../../model/node.ts';
import { SourceText } from '../../model/sourceText.ts';
import { readYaml } from '../../yaml/read.ts';
import { resolvePlain } from '../../yaml/resolve.ts';
import type { Problem } from './fieldSpec.ts';
import { belowNull, newScalar, setField, setScalar } from '../write.ts';
import type { Change, ScalarContent } from '../write.ts';

/** Text without a tag: in plain style it means what YAML says (`12` is a number), in any other it is a string. */
export function untagged(text: string, style: ScalarContent['style'] = 'plain'): ScalarContent {
  if (style !== 'plain') return { value: text, text, style, tag: '!!str', untagged: true };
  return { ...resolvePlain(text, 'resource'), text, style, untagged: true };
}

/** Untagged text for a field of a map, as upstream's FieldSetter: in the old one's style, else with quotes where it is odd. */
export function untaggedField(text: string, old: Node | undefined): ScalarContent {
  if (old?.kind === 'scalar') return untagged(text, old.style);
  return untagged(text, isOddText(text) ? 'double' : 'plain');
}

/** Sets a scalar to text that takes its type from its style, as upstream's SetScalar. */
export function setUntagged(node: Node, text: string, change: Change): Problem {
  if (node.kind !== 'scalar') return wrongKind(node);
  setScalar(node, untagged(text, node.style), change);
  return undefined;
}

/** Sets a scalar to a string, as upstream's SetEntry without a key. */
export function setString(node: Node, text: string, change: Change): Problem {
  if (node.kind !== 'scalar') return wrongKind(node);
  setScalar(node, { value: text, text, style: node.style, tag: '!!str' }, change);
  return undefined;
}

/**
 * Text that is no string to YAML 1.1 when it is all that a document holds: a number, but also a list (`- x`) or nothing
 * (`# x`). Times are strings to the reader that upstream asks (kyaml's IsValueNonString).
 */
export function isOddText(text: string): boolean {
  if (text === '' || text.includes('\n')) return false;
  return mayHoldMore.test(text) ? isOddDocument(text) : isOddTag(resolvePlain(text, 'kubernetes').tag);
}

/** What begins or ends otherwise, and holds no such thing, is one plain scalar. */
const mayHoldMore = /^(?:[\s[\]{}#&*!|>'"%@`,]|[-?:](?:\s|$)|---|\.\.\.)|:(?:\s|$)|\s#|\s$/;

function isOddDocument(text: string): boolean {
  const { documents, findings } = readYaml(new SourceText('', text), 'kubernetes');
  if (hasErrors(findings)) return false;
  const [node] = documents;
  return node?.kind !== 'scalar' || isOddTag(node.tag);
}

function isOddTag(tag: string): boolean {
  return !['!!str', '!!timestamp', '!!binary'].includes(tag);
}

/** A node for a string that a transformer puts into maps, with quotes where YAML 1.1 would take it for something else. */
export function newString(text: string, change: Change): ScalarNode {
  return newScalar(stringContent(text), change);
}

/** What such a node holds. */
export function stringContent(text: string): ScalarContent {
  return { value: text, text, style: isOddText(text) ? 'double' : 'plain', tag: '!!str' };
}

/**
 * Sets a key of a map to a string, as upstream's SetEntry with a key. Null looks as it did. Where the key is new, the
 * given node becomes part of the tree; an old value keeps its node and its style.
 */
export function setStringEntry(node: Node, key: string, made: ScalarNode, change: Change): Problem {
  if (node.kind === 'scalar' && node.tag === '!!null')
    return setStringEntry(belowNull(node, change), key, made, change);
  if (node.kind !== 'map') return `there is ${nodeInWords(node)} where a map is needed`;
  const old = node.entries.get(key)?.value;
  if (old?.kind === 'scalar')
    setScalar(old, { value: made.text, text: made.text, style: old.style, tag: '!!str' }, change);
  // What stands in the place of a list or a map is a node of its own, not the one that all new keys get.
  else setField(node, key, old ? { ...made } : made, change);
  return undefined;
}

function wrongKind(node: Node): Problem {
  return `there is ${nodeInWords(node)} where a single value is needed`;
}

function nodeInWords(node: Node): string {
  return node.kind === 'map' ? 'a map' : node.kind === 'list' ? 'a list' : 'a single value';
}
