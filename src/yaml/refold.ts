// What becomes of a folded (`>`) value on its way through kyaml. It prints its nodes and reads them again before it makes
// JSON of them, and go-yaml v3 writes folded text so that some of it reads back differently: where the text does not
// start with a blank, the break before a deeper line is doubled; where it does, lines run together. Output has to show
// the same. Must not touch any other style.
import { scanBlockScalar } from './scanBlockScalar.ts';
import { shapeOf } from './scalarStyle.ts';
import { createScan } from './token.ts';

const breakChar = /[\n\r\x85\u2028\u2029]/;

/** The value that is read back after go-yaml v3 has written `value` in the folded style. */
export function refold(value: string): string {
  // Tabs are the one thing that v3 lets stand in a block and v2 does not.
  if (!value.includes('\n') || !shapeOf(value.replaceAll('\t', '.')).block) return value;
  const text = `>${hints(value)}\n${foldedLines(value)}`;
  const scan = { ...createScan(text, 0, text.length), indent: 0 };
  scanBlockScalar(scan, 'folded');
  return scan.tokens[0]?.text ?? value;
}

function hints(value: string): string {
  const digit = /^[ \n\r\x85\u2028\u2029]/.test(value) ? '2' : '';
  const end = /[\n\r\x85\u2028\u2029]{0,2}$/.exec(value)?.[0].length ?? 0;
  return digit + (end === 0 ? '-' : end === 2 || value.length === 1 ? '+' : '');
}

function foldedLines(value: string): string {
  // v3 means to look at the character behind the break, and looks at the first one of the text.
  const firstChar = /[^\n\r\x85\u2028\u2029]/.exec(value)?.[0] ?? '';
  const doubles = firstChar !== ' ' && firstChar !== '\t';
  let text = '';
  let atBreak = true;
  let blankLine = true;
  for (const char of value) {
    if (breakChar.test(char)) {
      text += !atBreak && !blankLine && char === '\n' && doubles ? `\n${char}` : char;
      atBreak = true;
      continue;
    }
    if (atBreak) {
      text += '  ';
      blankLine = char === ' ' || char === '\t';
    }
    text += char;
    atBreak = false;
  }
  return text;
}
