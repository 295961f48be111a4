// Scalars as go-yaml v3 writes them without a width: in their own style where the text allows it, never folded anew.
// Knows one scalar at a time; layout is that of yamlText.ts.
import type { ScalarNode } from '../../model/node.ts';
import { resolvePlain } from '../../yaml/resolve.ts';
import { escapeOf, isPrintable, shapeOf } from '../../yaml/scalarStyle.ts';

/** The scalar on the rest of a line and the lines below it, those indented by `indent`. */
export function scalarText(node: ScalarNode, indent: number, where: 'block' | 'flow' | 'key'): string {
  const { text, style } = node;
  const tag = writtenTag(node);
  const isString = node.tag === '!!str' && node.untagged !== true;
  const multiline = style === 'plain' && text.includes('\n');
  // A plain text that reads as something else gets quotes, unless its tag is written.
  const forced = style === 'plain' && isString && tag === '' && resolvePlain(text, 'resource').tag !== '!!str';
  const content = inStyle(text, multiline ? 'literal' : forced ? 'double' : style, indent, where);
  return [tag, content].filter((part) => part !== '').join(' ');
}

/** The tag that go-yaml writes: one that was written, and one that the text does not tell by itself. */
function writtenTag({ tag, tagged, untagged, text }: ScalarNode): string {
  if (tagged === true) return tag;
  return untagged === true || tag === '!!str' || resolvePlain(text, 'resource').tag === tag ? '' : tag;
}

function inStyle(text: string, wanted: ScalarNode['style'], indent: number, where: 'block' | 'flow' | 'key'): string {
  const shape = shapeOf(text);
  const inFlow = where === 'flow';
  let style = where === 'key' && shape.multiline ? 'double' : wanted;
  if (style === 'plain' && (!shape.plain || (inFlow && !isFlowPlain(text)) || (text === '' && where !== 'block')))
    style = 'single';
  if (style === 'single' && !shape.single) style = 'double';
  if ((style === 'literal' || style === 'folded') && (!isBlock(text) || where !== 'block')) style = 'double';
  if (style === 'plain') return text;
  if (style === 'single') return `'${brokenLines(text.replaceAll("'", "''"), indent)}'`;
  if (style === 'double') return `"${escaped(text)}"`;
  return `${style === 'literal' ? '|' : '>'}${hints(text)}${style === 'literal' ? literal(text, indent) : folded(text, indent)}`;
}

/** A tab may stand in a block of v3, though not in one of v2. */
function isBlock(text: string): boolean {
  return text !== '' && shapeOf(text.replaceAll('\t', '.')).block;
}

function isFlowPlain(text: string): boolean {
  return !/[,?[\]{}:]/.test(text);
}

/** Characters beyond the basic plane are escaped; all are where the text, not the character, begins as a byte order mark. */
function escaped(text: string): string {
  const all = text.startsWith('\ufeff');
  let result = '';
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    const isOwn = !all && isPrintable(code) && code <= 0xffff && !isBreak(char) && char !== '"' && char !== '\\';
    result += isOwn ? char : escapeOf(code);
  }
  return result;
}

function isBreak(char: string): boolean {
  return BREAKS.includes(char);
}

const BREAKS = '\n\r\x85\u2028\u2029';

/** Text in single quotes: the first of some line feeds takes a blank line, and what follows breaks is indented. */
function brokenLines(text: string, indent: number): string {
  let result = '';
  let breaks = false;
  for (const char of text) {
    if (isBreak(char)) result += !breaks && char === '\n' ? '\n\n' : char;
    else result += breaks ? ' '.repeat(indent) + char : char;
    breaks = isBreak(char);
  }
  return result;
}

/** The indentation, where the text begins with a space or a break, and what becomes of the breaks at its end. */
function hints(text: string): string {
  const indentation = text.startsWith(' ') || isBreak(text.charAt(0)) ? '2' : '';
  if (!isBreak(text.slice(-1))) return `${indentation}-`;
  return text.length === 1 || isBreak(text.slice(-2, -1)) ? `${indentation}+` : indentation;
}

function literal(text: string, indent: number): string {
  let result = '\n';
  let breaks = true;
  for (const char of text) {
    result += breaks && !isBreak(char) ? ' '.repeat(indent) + char : char;
    breaks = isBreak(char);
  }
  return result.endsWith('\n') ? result.slice(0, -1) : result;
}

/**
 * A break within the text takes a blank line, behind lines that begin with a space not. Whether it does hangs on how the whole
 * text begins: go-yaml looks there, where it means to look behind the break.
 */
function folded(text: string, indent: number): string {
  const doubles = !/^[\n\r\x85\u2028\u2029]*(?:[ \t]|$)/.test(text);
  let result = '\n';
  let breaks = true;
  let leadingSpaces = true;
  for (const char of text) {
    if (isBreak(char)) {
      result += char === '\n' && !breaks && !leadingSpaces && doubles ? '\n\n' : char;
      breaks = true;
      continue;
    }
    if (breaks) {
      result += ' '.repeat(indent);
      leadingSpaces = char === ' ' || char === '\t';
    }
    result += char;
    breaks = false;
  }
  return result.endsWith('\n') ? result.slice(0, -1) : result;
}
