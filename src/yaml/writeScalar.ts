// Scalars and keys -> text, in the style that go-yaml v2's emitter chooses. Must not walk maps or lists.
import type { Node } from '../model/node.ts';
import { writeDoubleQuoted, writeEasy, writeLiteral, writePlain, writeSingleQuoted } from './emitter.ts';
import type { Emitter } from './emitter.ts';
import { printNumber } from './goNumber.ts';
import { isWord, needsQuotes } from './resolve.ts';
import { shapeOf } from './scalarStyle.ts';
import type { ScalarShape } from './scalarStyle.ts';

/** Letters, digits, `/`, `_`, `-` and dots behind a letter: nothing that the rules of quotes and folds could be about. */
const easyKey = /^[A-Za-z][A-Za-z0-9/_.-]*$/;
/** And colons within it. */
const easy = /^[A-Za-z](?::?[A-Za-z0-9/_.-])*$/;

/** Whether a text is written as it is. */
export function isEasyText(text: string): boolean {
  return easy.test(text) && !isWord(text);
}

/** Whether a key is written as it is, followed by a colon. */
export function isEasyKey(key: string): boolean {
  return key.length <= maxKey && easyKey.test(key) && !isWord(key);
}

/** Upstream's limit for keys without `?` counts bytes. */
export function isShort(key: string): boolean {
  if (key.length * 3 <= maxKey) return true;
  return key.length <= maxKey && new TextEncoder().encode(key).length <= maxKey;
}

const maxKey = 128;

/** Writes a scalar behind its key or mark. */
export function writeScalar(out: Emitter, node: Node & { kind: 'scalar' }, indent: number): void {
  const { value } = node;
  if (typeof value === 'string') {
    if (isEasyText(value)) return writeEasy(out, value);
    const text = throughJson(value);
    writeString(out, text, shapeOf(text), indent, 'value');
  } else if (typeof value === 'number' || typeof value === 'bigint') {
    writePlain(out, printNumber(value), indent, false);
  } else {
    writePlain(out, String(value), indent, false);
  }
}

/** Writes a text that has passed through JSON (throughJson), or a key. */
export function writeString(out: Emitter, text: string, shape: ScalarShape, indent: number, as: 'key' | 'value'): void {
  const fold = as === 'value';
  if (text.includes('\n')) {
    if (shape.block && fold) writeLiteral(out, text, indent);
    else writeDoubleQuoted(out, text, indent, fold);
  } else if (needsQuotes(text)) {
    writeDoubleQuoted(out, text, indent, fold);
  } else if (shape.plain) {
    writePlain(out, text, indent, fold);
  } else if (shape.single) {
    writeSingleQuoted(out, text, indent, fold);
  } else {
    writeDoubleQuoted(out, text, indent, fold);
  }
}

const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * Upstream passes every value through JSON text that it reads back as YAML: a "next line" character folds there into a
 * space, as a line break in double quotes does, and half of a surrogate pair becomes the replacement character.
 */
export function throughJson(text: string): string {
  if (!/[\x85\ud800-\udfff]/.test(text)) return text;
  const folded = text.replace(/ *\x85(?: *\x85)* */g, (run) => {
    const breaks = run.replaceAll(' ', '').length;
    return breaks === 1 ? ' ' : '\n'.repeat(breaks - 1);
  });
  return folded.replace(loneSurrogate, '\ufffd');
}
