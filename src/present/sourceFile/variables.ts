// The variables of Flux's substitution as they stand in source files: which one is under a cursor, where its value was
// written, and who asks for what is written on a line. Reads the chains of what was rendered. Pure.
import { chainOf } from '../../model/origin.ts';
import type { Origin } from '../../model/origin.ts';
import { SourceText } from '../../model/sourceText.ts';
import type { Place } from '../../model/sourceText.ts';
import { reachedByLine } from './reached.ts';
import type { Cursor, SourceView } from './sourceView.ts';
import { uniquePlaces } from './sourceView.ts';

export interface VariableAtCursor {
  readonly name: string;
  /** The name itself, in the text as the editor has it. */
  readonly place: Place;
}

/** The variable whose `${...}` a cursor stands in; the innermost of nested ones. */
export function variableAt({ path, text, offset }: Cursor): VariableAtCursor | undefined {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  const line = text.slice(start, end < 0 ? text.length : end);
  let found: VariableAtCursor | undefined;
  for (const match of line.matchAll(/(?<!\$)\$\{#?([_A-Za-z][_A-Za-z0-9]*)/g)) {
    const from = start + match.index;
    if (from > offset || offset > endOfExpression(text, from)) continue;
    const name = match[1] ?? '';
    const at = from + match[0].length - name.length;
    found = { name, place: { source: new SourceText(path, text), start: at, end: at + name.length } };
  }
  return found;
}

/** Behind the brace that closes an expression; the end of its name where none does. */
function endOfExpression(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length && text[at] !== '\n'; at++) {
    if (text.startsWith('${', at)) depth += 1;
    else if (text[at] === '}' && --depth === 0) return at + 1;
  }
  return from;
}

/** Where the value of a variable was written, for each rendering that puts it in at the cursor's line. */
export function placesOfVariable(view: SourceView, cursor: Cursor, { name }: VariableAtCursor): Place[] {
  const fields = reachedByLine(view.state, view.reach, cursor.path, cursor.text, cursor.offset).flatMap(
    (one) => one.fields,
  );
  return uniquePlaces(
    fields.flatMap(({ node }) =>
      chainOf(node.origin).flatMap(({ cause }) =>
        cause.by === 'substitution' && cause.variable === name ? (firstWritten(cause.source) ?? []) : [],
      ),
    ),
  );
}

function firstWritten(origin: Origin | undefined): Place | undefined {
  return origin && chainOf(origin).find(({ place }) => place)?.place;
}

/** The `${...}` texts that the value on a line is put into. */
export function usesOfVariable(view: SourceView, cursor: Cursor): Place[] {
  const fields = reachedByLine(view.state, view.reach, cursor.path, cursor.text, cursor.offset).flatMap(
    (one) => one.fields,
  );
  return uniquePlaces(
    fields.flatMap(({ link }) => {
      if (link.cause.by !== 'substitution') return [];
      const template = chainOf(link).find(({ cause }) => cause.by !== 'substitution');
      return template?.place ?? [];
    }),
  );
}
