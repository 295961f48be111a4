// What is wrong with the text of an expression, at its place, printed as cel-go prints it. Finds nothing itself.

/** A fault of an expression. `line` counts from 1, `column` from 0, in code points. */
export interface CelProblem {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/** The fault at an offset in code points. */
export function problemAt(text: readonly string[], offset: number, message: string): CelProblem {
  // What concerns the whole has no place.
  if (offset < 0) return { message, line: -1, column: -1 };
  let line = 1;
  let start = 0;
  for (let i = 0; i < offset && i < text.length; i++) {
    if (text[i] !== '\n') continue;
    line++;
    start = i + 1;
  }
  return { message, line, column: offset - start };
}

/** All faults in the order of their places, each with its line and a mark below it. */
export function printProblems(text: string, problems: readonly CelProblem[]): string {
  const lines = text.split('\n');
  return inOrder(problems)
    .map(({ message, line, column }) => {
      const head = `ERROR: <input>:${line}:${column + 1}: ${message}`;
      const source = lines[line - 1];
      if (source === undefined || text === '') return head.replace(':1:1:', ':1:0:');
      const shown = source.replaceAll('\t', ' ');
      const mark = [...shown]
        .slice(0, column)
        .map((char) => (isWide(char) ? '．' : '.'))
        .join('');
      const filled = mark + '.'.repeat(Math.max(0, column - [...shown].length));
      const caret = isWide([...shown][column] ?? '') ? '＾' : '^';
      return `${head}\n | ${shown}\n | ${filled}${caret}`;
    })
    .join('\n');
}

function inOrder(problems: readonly CelProblem[]): CelProblem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
}

/** cel-go marks every character of more than one byte with a wide one. */
function isWide(char: string): boolean {
  return (char.codePointAt(0) ?? 0) > 0x7f;
}
