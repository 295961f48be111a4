// Why a text cannot be read, in better words than the grammar has: what a person most likely did. Looks only at texts that
// are known to be wrong, so a valid text is never taken for something else.
import type { Frame } from './composeState.ts';
import type { Fault } from './token.ts';

/** The fault, or one that names the cause: a merge conflict, a template, a bracket left open, a value to be quoted. */
export function sharpen(
  text: string,
  stretch: { readonly start: number; readonly end: number },
  fault: Fault,
  stack: readonly Frame[],
): Fault {
  if (fault.code !== 'yaml-syntax') return fault;
  return (
    mergeConflict(text, stretch) ?? template(text, fault) ?? openBracket(text, fault, stack) ?? trailing(text, fault)
  );
}

const conflictMark = /^(?:<{7}|>{7}) .*$/m;

function mergeConflict(text: string, { start, end }: { start: number; end: number }): Fault | undefined {
  const found = conflictMark.exec(text.slice(start, end));
  if (!found) return undefined;
  const at = start + found.index;
  const message =
    'a merge conflict is left in this file: keep one of its sides and remove the lines with <<<<<<<, ======= and >>>>>>>';
  return { code: 'yaml-syntax', message, start: at, end: at + found[0].length };
}

/** Said of every `{{` that YAML cannot take. */
export const TEMPLATE =
  'this is a template ({{ }}), not YAML: render it first, for a Helm chart with "helm template", or leave the file out';

/** A `{{` on the line of the fault or on the one before it. */
function template(text: string, fault: Fault): Fault | undefined {
  const lineStart = text.lastIndexOf('\n', fault.start - 1) + 1;
  const from = text.lastIndexOf('\n', lineStart - 2) + 1;
  const lineEnd = text.indexOf('\n', fault.start);
  const at = text.slice(from, lineEnd < 0 ? text.length : lineEnd).indexOf('{{');
  if (at < 0) return undefined;
  return { code: 'yaml-syntax', message: TEMPLATE, start: from + at, end: from + at + 2 };
}

function openBracket(text: string, fault: Fault, stack: readonly Frame[]): Fault | undefined {
  const open = stack.findLast(({ form }) => form === 'flowList' || form === 'flowMap');
  const isLast = text.slice(fault.start).trim() === '';
  if (!open || !(isLast || text.slice(open.start, fault.start).includes('\n'))) return undefined;
  const [mark, end] = open.form === 'flowList' ? ['[', ']'] : ['{', '}'];
  const at = text.indexOf(mark, open.start);
  const message = `this '${mark}' is not closed: '${end}' or ',' is missing before what stands next`;
  return { code: 'yaml-syntax', message, start: at, end: at + 1 };
}

/** Something behind a value on its line, or a dash without its space. Otherwise the fault as it is. */
function trailing(text: string, fault: Fault): Fault {
  const lineStart = text.lastIndexOf('\n', fault.start - 1) + 1;
  if (fault.message.startsWith('a key is expected') && /^-[^-\s]/.test(text.slice(fault.start, fault.start + 2)))
    return { ...fault, message: "a list item starts with '- ': put a space behind the dash" };
  const isBehind = fault.start > lineStart && /["'\]}]\s+$/.test(text.slice(lineStart, fault.start));
  if (!isBehind || !fault.message.startsWith('a key is expected')) return fault;
  return { ...fault, message: 'nothing may stand behind this value on its line: put the whole of it in quotes' };
}
