// What `run` shows: a table that redraws itself for a person, a line for each change where nobody watches, or JSON.
import type { Writable } from 'node:stream';
import { stringifyJson } from '../model/jsonText.ts';
import type { JsonValue } from '../model/json.ts';
import { printFinding } from '../model/finding.ts';
import { printRef } from '../model/objectRef.ts';
import { flappingSentence } from '../reconcile/drift/flapping.ts';
import type { LoopEvent } from '../reconcile/loopEvent.ts';
import { loopTable } from '../present/loopTable.ts';
import type { LoopRow } from '../present/loopTable.ts';

export interface Screen {
  rows(rows: readonly LoopRow[]): void;
  event(event: LoopEvent): void;
  /** Leaves the cursor below what was drawn. */
  end(rows: readonly LoopRow[]): void;
}

/** Redraws in place: up to the first line of the last drawing, then clear to the end of the screen. */
export function tableScreen(out: Writable, title: string, columns: number): Screen {
  let drawn = 0;
  let shown: readonly LoopRow[] = [];
  const warnings = new Map<string, readonly string[]>();
  const draw = (rows: readonly LoopRow[]): void => {
    shown = rows;
    const told = [...new Set([...warnings.values()].flat())].slice(0, WARNINGS_SHOWN);
    const text = [`${title}\n\n${loopTable(rows, columns)}`, ...told.map((line) => `${clipped(line, columns)}\n`)].join(
      '',
    );
    out.write(`${drawn > 0 ? `\u001b[${drawn}A` : ''}\u001b[J${text}`);
    drawn = text
      .split('\n')
      .slice(0, -1)
      .reduce((lines, line) => lines + linesOf(line, columns), 0);
  };
  const event = (one: LoopEvent): void => {
    const lines = warningsOf(one);
    if (!lines || lines.join() === (warnings.get(printRef(one.owner)) ?? []).join()) return;
    warnings.set(printRef(one.owner), lines);
    draw(shown);
  };
  return {
    rows: draw,
    event,
    end: (rows) => {
      draw(rows);
      // The table has no room for them.
      for (const row of rows)
        if (row.state === 'failed' || row.state === 'waiting' || row.why !== undefined)
          out.write(`${markOf(row)} ${row.kind} ${row.name}: ${rowText(row)}\n`);
    },
  };
}

/** More would push the table off the screen. */
const WARNINGS_SHOWN = 5;

/** A line that is longer than the screen is wide goes on in the next one. */
const linesOf = (line: string, columns: number): number => Math.max(1, Math.ceil(line.length / columns));

const clipped = (line: string, columns: number): string =>
  line.length > columns ? `${line.slice(0, Math.max(1, columns - 1))}…` : line;

/** The warnings of a build, or of another controller that changes things back; undefined where the event is of another kind. */
function warningsOf(event: LoopEvent): readonly string[] | undefined {
  if (event.type === 'drift') return event.flapping && [`! ${flappingSentence(event.ref, event.flapping)}`];
  if (event.type !== 'rendered') return undefined;
  return event.findings.filter(({ severity }) => severity === 'warning').map((finding) => `! ${printFinding(finding)}`);
}

/** A line for each row that changed, and the events in Flux's words. */
export function lineScreen(out: Writable): Screen {
  const last = new Map<string, string>();
  const told = new Set<string>();
  return {
    rows: (rows) => {
      for (const row of rows) {
        const key = `${row.kind} ${row.name}`;
        const text = `${markOf(row)} ${key}: ${rowText(row)}`;
        if (last.get(key) !== text) out.write(`${text}\n`);
        last.set(key, text);
      }
    },
    event: (one) => {
      for (const line of warningsOf(one) ?? []) if (!told.has(line)) out.write(`${line}\n`);
      for (const line of warningsOf(one) ?? []) told.add(line);
    },
    end: (rows) => {
      // What has failed has said it in its line.
      for (const row of rows)
        if (row.state !== 'failed' && row.why !== undefined)
          out.write(`${markOf(row)} ${row.kind} ${row.name}: ${rowText(row)}\n`);
      out.write(`\n${loopTable(rows)}`);
    },
  };
}

function markOf({ state }: LoopRow): string {
  return state === 'failed' ? '✗' : state === 'ready' ? '✔' : '►';
}

/** The state and why; what is not rendered yet says so itself. */
function rowText({ state, status, why }: LoopRow): string {
  if (state === 'unrendered') return status;
  if (why !== undefined) return `${state}: ${why}`;
  return status === '' || status === state ? state : `${state}: ${status}`;
}

/** One JSON object a line: every event of the loop. Manifests are left out: `plumbline build` prints them. */
export function jsonScreen(out: Writable): Screen {
  return {
    rows: () => undefined,
    event: (event) => out.write(`${stringifyJson(eventJson(event))}\n`),
    end: () => undefined,
  };
}

function eventJson(event: LoopEvent): JsonValue {
  const head = { type: event.type, owner: printRef(event.owner) };
  switch (event.type) {
    case 'phase':
      return { ...head, phase: event.phase, detail: event.detail };
    case 'rendered':
      return {
        ...head,
        revision: event.revision,
        objects: event.manifests.length,
        findings: event.findings.map((finding) => ({
          code: finding.code,
          severity: finding.severity,
          message: printFinding(finding),
        })),
      };
    case 'applied':
      return {
        ...head,
        revision: event.revision,
        changes: event.changes.map(({ ref, action }) => ({ object: printRef(ref), action })),
      };
    case 'drift':
      return {
        ...head,
        object: printRef(event.ref),
        fields: event.changes.map((change) => change.path),
        ...(event.flapping ? { flapping: { ...event.flapping } } : {}),
      };
    case 'event':
      return { ...head, severity: event.severity, reason: event.reason, message: event.message };
  }
}
