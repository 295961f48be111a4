// Scalars as go-yaml v3 writes them without a width: in their own style where the text allows it, never folded anew.
import type { ScalarStyle } from '../../model/node.ts';
import { escapeOf, fitsBlock, isPrintable, shapeOf } from '../scalarStyle.ts';
import { isBreakChar, put, putBreak, writeIndent, writeLine, writeMark } from './output.ts';
import type { Output } from './output.ts';

export type ScalarPlace = 'block' | 'flow' | 'key' | 'flowKey';

/** The style in which a text can stand at a place. */
export function fittingStyle(text: string, wanted: ScalarStyle, place: ScalarPlace): ScalarStyle {
  const shape = shapeOf(text);
  let style = place.endsWith('ey') && shape.multiline ? 'double' : wanted;
  const inFlow = place.startsWith('flow');
  if (style === 'plain' && (!shape.plain || (inFlow && /[,?[\]{}:]/.test(text)) || (text === '' && place !== 'block')))
    style = 'single';
  if (style === 'single' && !shape.single) style = 'double';
  if ((style === 'literal' || style === 'folded') && (!fitsBlock(text) || place !== 'block')) style = 'double';
  return style;
}

export function writeScalar(out: Output, text: string, style: ScalarStyle): void {
  if (style === 'plain') writePlain(out, text);
  else if (style === 'single') writeSingle(out, text);
  else if (style === 'double') writeMark(out, `"${escaped(text)}"`, { spaced: true });
  else writeBlock(out, text, style);
}

function writePlain(out: Output, text: string): void {
  if (text !== '') {
    if (!out.whitespace) put(out, ' ');
    put(out, text);
    out.whitespace = false;
  }
  out.indention = false;
}

/** The first of some line feeds takes a blank line, and what follows breaks is indented. */
function writeSingle(out: Output, text: string): void {
  writeMark(out, "'", { spaced: true });
  let breaks = false;
  for (const char of text) {
    if (char === ' ') put(out, char);
    else if (isBreakChar(char)) {
      if (!breaks && char === '\n') putBreak(out);
      putBreak(out, char);
      breaks = true;
    } else {
      if (breaks) writeIndent(out);
      put(out, char === "'" ? "''" : char);
      out.indention = false;
      breaks = false;
    }
  }
  writeMark(out, "'");
  out.indention = false;
}

/** Characters beyond the basic plane are escaped; all are where the text, not the character, begins as a byte order mark. */
function escaped(text: string): string {
  const all = text.startsWith('\ufeff');
  let result = '';
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    const isOwn = !all && isPrintable(code) && code <= 0xffff && !isBreakChar(char) && char !== '"' && char !== '\\';
    result += isOwn ? char : escapeOf(code);
  }
  return result;
}

function writeBlock(out: Output, text: string, style: 'literal' | 'folded'): void {
  writeMark(out, style === 'literal' ? '|' : '>', { spaced: true });
  const hint = hints(text);
  if (hint !== '') writeMark(out, hint);
  if (!writeLine(out)) putBreak(out);
  out.whitespace = true;
  const doubles = style === 'folded' && !/^[\n\r\x85\u2028\u2029]*(?:[ \t]|$)/.test(text);
  let breaks = true;
  let leadingSpaces = true;
  for (const char of text) {
    if (isBreakChar(char)) {
      // Whether a break takes a blank line hangs on how the whole text begins: go-yaml looks there, where it means to look
      // behind the break.
      if (char === '\n' && !breaks && !leadingSpaces && doubles) putBreak(out);
      putBreak(out, char);
      breaks = true;
      continue;
    }
    if (breaks) {
      writeIndent(out);
      leadingSpaces = char === ' ' || char === '\t';
    }
    put(out, char);
    out.indention = false;
    breaks = false;
  }
}

/** The indentation, where the text begins with a space or a break, and what becomes of the breaks at its end. */
function hints(text: string): string {
  const indentation = text.startsWith(' ') || isBreakChar(text.charAt(0)) ? '2' : '';
  if (!isBreakChar(text.slice(-1))) return `${indentation}-`;
  return text.length === 1 || isBreakChar(text.slice(-2, -1)) ? `${indentation}+` : indentation;
}
