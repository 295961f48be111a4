// The smallest change of a text that gives a scalar another value. Quotes, comments and everything around stay.
// Must not reformat: what is not the value is not touched.
import type { Scalar, ScalarNode, ScalarStyle } from '../model/node.ts';
import { printNumber } from './goNumber.ts';
import { needsQuotes } from './resolve.ts';
import { escapeOf, isPrintable, shapeOf } from './scalarStyle.ts';

/** A replacement of the text from `start` up to `end`. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

/** The edit that sets a scalar, or undefined for one that was not read from a text. */
export function setScalar(node: ScalarNode, value: Scalar): TextEdit | undefined {
  const place = firstPlace(node);
  if (!place) return undefined;
  const { start, end } = place;
  const old = place.source.text.slice(start, end);
  const style = styleOf(old, node.style);
  const body =
    typeof value === 'string' ? printString(value, style, indentAt(place.source.text, start)) : printOther(value);
  // `key:` without a value ends at the colon: the new value needs its space.
  const joined = start === end && start > 0 && !/\s/.test(place.source.text.charAt(start - 1));
  return { start, end, newText: joined ? ` ${body}` : body };
}

/** Where the scalar's own text stands. A value that was changed since has another place: that is not edited here. */
function firstPlace(node: ScalarNode): ScalarNode['origin']['place'] {
  return node.origin.cause.by === 'resource' ? node.origin.place : undefined;
}

function styleOf(old: string, style: ScalarStyle): ScalarStyle {
  if (old.startsWith('"')) return 'double';
  if (old.startsWith("'")) return 'single';
  if (old.startsWith('|') || old.startsWith('>')) return style === 'folded' ? 'folded' : 'literal';
  return 'plain';
}

function indentAt(text: string, offset: number): number {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  return /^[ -]*/.exec(line)?.[0].length ?? 0;
}

function printOther(value: Exclude<Scalar, string>): string {
  return typeof value === 'number' || typeof value === 'bigint' ? printNumber(value) : String(value);
}

function printString(text: string, style: ScalarStyle, indent: number): string {
  const shape = shapeOf(text);
  if (style === 'double') return doubleQuoted(text);
  if (style === 'literal' || style === 'folded') {
    if (text.includes('\n') && shape.block && !/^[ \n]/.test(text)) return literal(text, indent);
  }
  if (style === 'single' && shape.single && !shape.multiline) return singleQuoted(text);
  // A plain value may stand within brackets, where more characters end it.
  if (style !== 'single' && shape.plain && text !== '' && !needsQuotes(text) && !/[,[\]{}?]/.test(text)) return text;
  return style === 'plain' && shape.single && !shape.multiline && !needsQuotes(text)
    ? singleQuoted(text)
    : doubleQuoted(text);
}

function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function doubleQuoted(text: string): string {
  let body = '';
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    const asIs = (isPrintable(code) || code > 0xffff) && code !== 0x22 && code !== 0x5c && code !== 0x0a;
    body += asIs ? char : escapeOf(code);
  }
  return `"${body}"`;
}

/** A literal block without the line break at its end, which stays where it was. */
function literal(text: string, indent: number): string {
  const kept = /\n*$/.exec(text)?.[0].length ?? 0;
  const chomp = kept === 0 ? '-' : kept === 1 ? '' : '+';
  const lines = text.replace(/\n$/, '').split('\n');
  const pad = ' '.repeat(indent + 2);
  return `|${chomp}\n${lines.map((line) => (line === '' ? '' : pad + line)).join('\n')}`;
}
