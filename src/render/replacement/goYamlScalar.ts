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
  if (style === 'single' && (!shape.single || text.includes('\n'))) style = 'double';
  if ((style === 'literal' || style === 'folded') && (!shape.block || where !== 'block')) style = 'double';
  if (style === 'plain') return text;
  if (style === 'single') return `'${text.replaceAll("'", "''")}'`;
  if (style === 'double') return `"${escaped(text)}"`;
  return `${style === 'literal' ? '|' : '>'}${hints(text)}${style === 'literal' ? literal(text, indent) : folded(text, indent)}`;
}

function isFlowPlain(text: string): boolean {
  return !/[,?[\]{}:]/.test(text);
}

function escaped(text: string): string {
  let result = '';
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    const isOwn = (isPrintable(code) || code > 0xffff) && code !== 0x0a && char !== '"' && char !== '\\';
    result += isOwn ? char : escapeOf(code);
  }
  return result;
}

/** The indentation, where the text begins with a space or a break, and what becomes of the breaks at its end. */
function hints(text: string): string {
  const indentation = /^[ \n]/.test(text) ? '2' : '';
  if (!text.endsWith('\n')) return `${indentation}-`;
  return text === '\n' || text.endsWith('\n\n') ? `${indentation}+` : indentation;
}

function literal(text: string, indent: number): string {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => (line === '' ? '\n' : `\n${' '.repeat(indent)}${line}`)).join('');
}

/**
 * A break within the text takes a blank line, behind lines that begin with a space not. Whether it does hangs on how the whole
 * text begins: go-yaml looks there, where it means to look behind the break.
 */
function folded(text: string, indent: number): string {
  const doubles = !/^\n*(?:[ \t]|$)/.test(text);
  let result = '';
  let breaks = true;
  let leadingSpaces = true;
  for (const char of text) {
    if (char === '\n') {
      result += !breaks && !leadingSpaces && doubles ? '\n\n' : '\n';
      breaks = true;
      continue;
    }
    if (breaks) {
      result += `${result.endsWith('\n') ? '' : '\n'}${' '.repeat(indent)}`;
      leadingSpaces = char === ' ' || char === '\t';
    }
    result += char;
    breaks = false;
  }
  return result.endsWith('\n') ? result.slice(0, -1) : result;
}
