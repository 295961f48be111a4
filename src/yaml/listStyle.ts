// Lists as the text around them has them: at the column of their key, as kustomize prints them, or two further in. Changes
// only lines that were made to be added.

const SPREAD = /^( *)(?:- )?[^\s#-][^\n]*:[ \t]*\r?\n\1(?: {2})+- /m;
const COMPACT = /^( *)[^\s#-][^\n]*:[ \t]*\r?\n\1- /m;

/** Whether the lists of a text stand further in than their keys, all of them. */
export function spreadsLists(text: string): boolean {
  return SPREAD.test(text) && !COMPACT.test(text);
}

/** Lines of a block, with the lists that stand at the column of their key two further in. */
export function spreadLists(lines: readonly string[]): string[] {
  // The columns of the lists that a line stands in, and the column of the key above it that has nothing behind it.
  const opened: number[] = [];
  let key = -1;
  return lines.map((line) => {
    const column = line.length - line.trimStart().length;
    const isItem = /^ *-(?: |$)/.test(line);
    while (opened.length > 0 && isLeft(opened.at(-1) ?? 0, column, isItem)) opened.pop();
    if (isItem && key === column && opened.at(-1) !== column) opened.push(column);
    const dashes = /^ *((?:- )*)/.exec(line)?.[1]?.length ?? 0;
    key = line.endsWith(':') ? column + dashes : -1;
    return line === '' ? line : '  '.repeat(opened.length) + line;
  });
}

function isLeft(opened: number, column: number, isItem: boolean): boolean {
  return column < opened || (column === opened && !isItem);
}
