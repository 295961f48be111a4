// The loop as a table for the terminal: sources, then kustomizations, then what drifted. Pure: rows from objects.
import { getPath } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import { refOf } from '../model/objectRef.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import { fluxState } from './fluxState.ts';
import type { StateWord } from './fluxState.ts';
import { count, scopedName } from './names.ts';
import { shortRevision } from './revision.ts';

export interface LoopInput {
  readonly sources: readonly JsonObject[];
  readonly kustomizations: readonly JsonObject[];
  /** Charts: applied, and not rendered yet. */
  readonly releases?: readonly JsonObject[];
  /** What the loop says of an object beyond its conditions. */
  readonly drifts?: readonly { readonly owner: ObjectRef; readonly ref: ObjectRef }[];
}

export interface LoopRow {
  readonly kind: string;
  readonly name: string;
  readonly ready: 'True' | 'False' | 'Unknown';
  readonly state: StateWord;
  /** One line: the message of the condition, or what drifted. */
  readonly status: string;
  readonly revision: string;
  /** Why it is not ready, from the outside in, where somebody has asked. Too long for a column. */
  readonly why?: string;
}

/** Where the status stands, and how much of it must be seen to say anything. */
const STATUS = 3;
const STATUS_READABLE = 30;

export const LOOP_HEADER: readonly string[] = ['KIND', 'NAME', 'READY', 'STATUS', 'REVISION'];

/** One row for each source and kustomization, in the order in which things flow. */
export function loopRows(input: LoopInput): LoopRow[] {
  const row = (object: JsonObject): LoopRow => rowOf(object, driftsOf(object, input));
  return [
    ...sorted(input.sources).map(row),
    ...sorted(input.kustomizations).map(row),
    ...sorted(input.releases ?? []).map(row),
  ];
}

/** The cells under {@link LOOP_HEADER}. */
export function loopCells(row: LoopRow): string[] {
  return [row.kind, row.name, row.ready, row.status, row.revision];
}

/** The table as kubectl prints them: padded columns, a newline at the end. `columns` cuts the status, not the names. */
export function loopTable(rows: readonly LoopRow[], columns = Number.POSITIVE_INFINITY): string {
  const cells = [LOOP_HEADER, ...rows.map(loopCells)];
  const widths = LOOP_HEADER.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  const wanted = widths[STATUS] ?? 0;
  const room = (): number => columns - widths.reduce((sum, width, at) => sum + (at === STATUS ? 0 : width + 3), 0);
  // What is ready says its revision in its status too: on a narrow screen the words matter more.
  if (room() < Math.min(wanted, STATUS_READABLE)) {
    widths.pop();
    for (const line of cells.keys()) cells[line] = (cells[line] ?? []).slice(0, -1);
  }
  widths[STATUS] = Math.max(Math.min(wanted, room()), 16);
  const fit = (text: string, width: number): string =>
    text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
  return `${cells
    .map((line) =>
      line
        .map((text, column) => fit(text, widths[column] ?? 0))
        .join('   ')
        .trimEnd(),
    )
    .join('\n')}\n`;
}

/** Everything that the loop works on is ready, or something has failed, or it is still on the way. */
export function loopOutcome(rows: readonly LoopRow[]): 'ready' | 'failed' | 'progressing' {
  const active = rows.filter((row) => row.state !== 'suspended' && row.state !== 'unrendered');
  if (active.some((row) => row.state === 'failed')) return 'failed';
  return active.length > 0 && active.every((row) => row.state === 'ready' || row.state === 'drifted')
    ? 'ready'
    : 'progressing';
}

function rowOf(object: JsonObject, drifts: readonly ObjectRef[]): LoopRow {
  const ref = refOf(object);
  const state = fluxState(object, drifts.length);
  return {
    kind: ref.kind,
    name: scopedName(ref),
    ready:
      state.word === 'ready' || state.word === 'drifted'
        ? 'True'
        : state.word === 'failed' || state.word === 'waiting'
          ? 'False'
          : 'Unknown',
    state: state.word,
    status: oneLine(statusText(state.word, state.message, drifts)),
    revision: shortRevision(state.revision),
  };
}

function statusText(word: StateWord, message: string, drifts: readonly ObjectRef[]): string {
  if (word === 'suspended') return 'suspended';
  if (word === 'drifted')
    return `${count(drifts.length, 'object')} drifted: ${drifts.map((ref) => `${ref.kind} ${scopedName(ref)}`).join(', ')}`;
  return message === '' ? word : shortRevision(message);
}

function driftsOf(object: JsonObject, input: LoopInput): ObjectRef[] {
  const uid = refOf(object);
  return (input.drifts ?? [])
    .filter(({ owner }) => owner.kind === uid.kind && owner.namespace === uid.namespace && owner.name === uid.name)
    .map(({ ref }) => ref);
}

function sorted(objects: readonly JsonObject[]): JsonObject[] {
  // Kinds in the order in which they were given, which is the order in which things flow.
  const kinds = [...new Set(objects.map((object) => refOf(object).kind))];
  const key = (object: JsonObject): string =>
    `${String(kinds.indexOf(refOf(object).kind)).padStart(3, '0')}/${refOf(object).namespace}/${refOf(object).name}`;
  return objects
    .filter((object) => getPath(object, 'metadata') !== undefined)
    .toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, ' · ');
}
