// A plan as text: what `plumbline plan` prints and what "Show Plan" opens. Must not decide what changes.
import type { FieldChange, Plan, PlanAction, PlanEntry, Stage } from '../../diff/plan/plan.ts';
import type { Origin } from '../../model/origin.ts';
import { count, placeLine, scopedName } from '../names.ts';
import { shortRevision } from '../revision.ts';
import { valueText } from '../valueText.ts';

export interface PlanTextOptions {
  /** The cluster in words: `embedded/dev`, or the context of a kubeconfig. */
  readonly cluster: string;
  /** The revision that is compared with, where no cluster is. */
  readonly before?: string;
  /** Columns of the surface. */
  readonly width?: number;
  /** The surface wraps long lines itself, below their beginning: an editor. Only what has parts is put on lines of its own. */
  readonly wraps?: boolean;
  /** How many files of the working tree differ from the revision; absent where the plan is made from a commit. */
  readonly changedFiles?: number;
  /** How many of them are not saved yet. */
  readonly unsavedFiles?: number;
  /** A path of the snapshot as the person would type it. */
  readonly display?: (path: string) => string;
}

const STAGES: readonly (readonly [Stage, string])[] = [
  ['definitions', 'definitions'],
  ['classes', 'classes'],
  ['rest', 'the rest'],
];

/** The mark of each action, in the order in which the summary counts them. `unchanged` has none: it is not listed. */
export const PLAN_MARKS: ReadonlyMap<PlanAction, string> = new Map<PlanAction, string>([
  ['create', '+'],
  ['configure', '~'],
  ['replace', '!'],
  ['handover', '>'],
  ['prune', '-'],
  ['orphan', 'o'],
  ['skip', '.'],
]);

/** Actions whose word is not their name. */
const PLAN_WORDS: ReadonlyMap<PlanAction, string> = new Map<PlanAction, string>([['handover', 'hand over']]);

/** What is dangerous, every plan with its stages, then one line that sums up all of them. Ends in a newline. */
export function planText(plans: readonly Plan[], options: PlanTextOptions): string {
  const summary = planSummary(plans.flatMap((plan) => plan.entries));
  const quiet = isNarrow(options) ? plans.filter(isQuiet) : [];
  const told = plans.filter((plan) => !quiet.includes(plan));
  const lines = told.flatMap((plan) => planLines(plan, options));
  return `${[...dangerLines(plans), ...lines, ...quietLines(quiet, told.length > 0, options), summary].join('\n')}\n`;
}

/** What has nothing to do, in lines that fit. Where nothing else says what is compared with what, they begin with it. */
function quietLines(quiet: readonly Plan[], isSaid: boolean, options: PlanTextOptions): string[] {
  const [first] = quiet;
  if (!first) return [];
  const about = isSaid ? [] : aboutLines(first, '', options);
  if (options.wraps === true) return [...about, ...quietNames(quiet)];
  const lines = ['nothing to do:'];
  for (const [at, { kustomization }] of quiet.entries()) {
    const name = `${kustomization}${at < quiet.length - 1 ? ',' : ''}`;
    const line = `${lines.at(-1)} ${name}`;
    if (line.length <= (options.width ?? DEFAULT_WIDTH)) lines.splice(-1, 1, line);
    else lines.push(`  ${name}`);
  }
  return [...about, ...lines];
}

/** By namespace: an editor breaks lines behind a slash. */
function quietNames(quiet: readonly Plan[]): string[] {
  const names = new Map<string, string[]>();
  for (const { kustomization } of quiet) {
    const [namespace = '', ...name] = kustomization.split('/');
    names.set(namespace, [...(names.get(namespace) ?? []), name.join('/')]);
  }
  return [...names].map(([namespace, own]) => `nothing to do in ${namespace}: ${own.join(', ')}`);
}

/** What is compared with what, on two lines where one is too short. */
function aboutLines(plan: Plan, indent: string, options: PlanTextOptions): string[] {
  const [revision, against] = [revisionText(plan, options), againstText(plan, options)];
  const together = `${indent}${revision} -> ${against}`;
  return options.wraps === true || together.length <= (options.width ?? DEFAULT_WIDTH)
    ? [together]
    : [`${indent}${revision}`, `${indent}-> ${against}`];
}

/** A column beside a file: what is long stands on lines of its own, and what has nothing to do shares one. */
function isNarrow({ width = DEFAULT_WIDTH }: PlanTextOptions): boolean {
  return width < NARROW;
}

function isQuiet(plan: Plan): boolean {
  return (
    plan.entries.every((entry) => entry.action === 'unchanged') &&
    plan.findings.every((finding) => finding.severity === 'info')
  );
}

/** True where an apply of these plans would change something. */
export function planChanges(plans: readonly Plan[]): boolean {
  return plans.some((plan) => plan.entries.some((entry) => entry.action !== 'unchanged' && entry.action !== 'skip'));
}

function planLines(plan: Plan, options: PlanTextOptions): string[] {
  const about = `${revisionText(plan, options)} -> ${againstText(plan, options)}`;
  if (isQuiet(plan)) return [`${plan.kustomization}  nothing to do  (${about})`];
  const head = isNarrow(options)
    ? [plan.kustomization, ...aboutLines(plan, '  ', options)]
    : [`${plan.kustomization}  ${about}`];
  const lines = [...head, ...orderLines(plan)];
  for (const finding of plan.findings) {
    if (finding.severity === 'info') continue;
    lines.push(
      `  ${finding.severity}: ${finding.message}${finding.at ? `     ${placeLine(finding.at, options.display)}` : ''}`,
    );
  }
  if (plan.entries.length === 0) return lines;
  if (plan.findings.some((finding) => finding.severity === 'error'))
    lines.push('  while there are errors nothing of their stage and of later ones is applied, and nothing is pruned');
  let number = 0;
  for (const [stage, title] of STAGES) {
    const entries = plan.entries.filter((entry) => entry.stage === stage && entry.action !== 'unchanged');
    if (stage === 'classes' && entries.length === 0) continue;
    number += 1;
    lines.push(entries.length === 0 ? `  stage ${number}  ${title.padEnd(14)}nothing` : `  stage ${number}  ${title}`);
    for (const entry of entries) lines.push(...entryLines(entry, options));
  }
  return lines;
}

function againstText(plan: Plan, { cluster, before }: PlanTextOptions): string {
  if (before !== undefined) return `compared with ${shortRevision(before)}, without a cluster`;
  return `cluster ${cluster}${plan.confirmed ? '' : ', predicted'}`;
}

/** What it waits for, and what waits for it. */
function orderLines({ dependsOn = [], dependents = [] }: Plan): string[] {
  const parts = [
    ...(dependsOn.length > 0 ? [`waits for ${dependsOn.join(', ')}`] : []),
    ...(dependents.length > 0 ? [`${dependents.join(', ')} ${dependents.length === 1 ? 'waits' : 'wait'} for it`] : []),
  ];
  return parts.length === 0 ? [] : [`  ${parts.join('; ')}`];
}

/** `main@4f2c1a9 + 3 changed files`, or `working tree 4f2c1a9` for what is no commit. */
function revisionText(plan: Plan, options: PlanTextOptions): string {
  const tree = /^(sha1|sha256):/.test(plan.revision) ? 'working tree ' : '';
  const { changedFiles = 0, unsavedFiles = 0 } = options;
  const changed = changedFiles > 0 ? ` + ${count(changedFiles, 'changed file')}` : '';
  return `${tree}${shortRevision(plan.revision)}${changed}${unsavedFiles > 0 ? ` with ${count(unsavedFiles, 'unsaved file')}` : ''}`;
}

/** Actions that their mark alone says. */
const PLAIN = new Set<PlanAction>(['create', 'configure', 'prune']);

function entryLines(entry: PlanEntry, options: PlanTextOptions): string[] {
  const word = PLAIN.has(entry.action) ? '' : `   ${PLAN_WORDS.get(entry.action) ?? entry.action}`;
  const reason = entry.reason === '' ? '' : `${word === '' ? '   ' : ': '}${entry.reason}`;
  const place = entry.action === 'create' || entry.action === 'replace' ? placeText(entry.origin, options) : '';
  const head = `    ${PLAN_MARKS.get(entry.action) ?? ' '} ${entry.ref.kind} ${scopedName(entry.ref)}${word}${reason}`;
  const lines = withPlace(head, place, options);
  if (entry.action === 'create' || entry.action === 'prune' || entry.action === 'handover') return lines;
  const rows = entry.changes.map((change) => ({
    cells: [change.path, changeText(change), ownerText(change)],
    place: placeText(change.origin, options),
  }));
  const texts = rowTexts(
    rows.map(({ cells }) => cells),
    options,
  );
  return [...lines, ...rows.flatMap(({ place: at }, index) => withPlace(texts[index] ?? '', at, options))];
}

/** In columns where they fit; else each row by itself, and of one that is too long the owner, then the value, on lines of their own. */
function rowTexts(rows: readonly (readonly string[])[], options: PlanTextOptions): string[] {
  const { width = DEFAULT_WIDTH } = options;
  const { row, place } = indentsOf(options);
  const widths = [0, 1, 2].map((column) =>
    Math.min(column === 0 ? Infinity : COLUMN_LIMIT, Math.max(0, ...rows.map((cells) => (cells[column] ?? '').length))),
  );
  const inColumns = rows.map((cells) =>
    cells
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .filter((_, column) => (widths[column] ?? 0) > 0)
      .join('   '),
  );
  if (inColumns.every((text) => row.length + text.trimEnd().length <= width))
    return inColumns.map((text) => `${row}${text}`);
  return rows.map((cells) => {
    const [path = '', change = '', owner = ''] = cells;
    const fits = (line: string): boolean => line.length <= width;
    const whole = `${row}${cells.filter((text) => text !== '').join('   ')}`;
    if (fits(whole)) return whole;
    const behind = owner === '' ? '' : `\n${place}${owner}`;
    const together = `${row}${path}   ${change}`;
    if (fits(together)) return `${together}${behind}`;
    const value = `${place}${change}`;
    const lines = fits(value) ? value : value.replace(' -> ', `\n${place}-> `);
    return `${row}${path}\n${lines}${behind}`;
  });
}

/** Where lines may be wrapped, they leave room: a path of six folders is no longer than half a window. */
function indentsOf({ wraps = false }: PlanTextOptions): { readonly row: string; readonly place: string } {
  return { row: ' '.repeat(wraps ? 6 : 8), place: ' '.repeat(wraps ? 8 : 12) };
}

/** One long value does not push all the others to the right. */
const COLUMN_LIMIT = 40;
const DEFAULT_WIDTH = 120;
const NARROW = 80;

/** The place whole, on a line of its own where the first has no room for it: a cut one leads nowhere. */
function withPlace(line: string, place: string, options: PlanTextOptions): string[] {
  const { width = DEFAULT_WIDTH } = options;
  if (place === '') return [line.trimEnd()];
  const together = `${line}   ${place}`;
  const fits = together.length - together.lastIndexOf('\n') - 1 <= width;
  return fits ? [together] : [line.trimEnd(), `${indentsOf(options).place}${place}`];
}

/** `7 -> 3`, `+ "x"` for a field that is added and `- "x"` for one that is removed. */
export function changeText(change: FieldChange): string {
  if (change.before === undefined) return `+ ${valueText(change.after)}`;
  if (change.after === undefined) return `- ${valueText(change.before)}`;
  if (change.fate === 'adopt' || change.fate === 'strip' || change.before === change.after)
    return valueText(change.after);
  return `${valueText(change.before)} -> ${valueText(change.after)}`;
}

function ownerText({ owner, fate }: FieldChange): string {
  if (fate === 'adopt') return 'kept as it is live (spec.ignore)';
  if (fate === 'strip') return `left to ${owner?.manager ?? 'its owner'} (spec.ignore)`;
  if (!owner) return '';
  return fate === 'takeover' ? `goes: ${owner.manager} set it, Git does not` : `takes over from ${owner.manager}`;
}

function placeText(origin: Origin | undefined, options: PlanTextOptions): string {
  return origin?.place ? placeLine(origin.place, options.display) : '';
}

/** The dangers of all plans, each with its object: what is read first. Empty where there are none. */
function dangerLines(plans: readonly Plan[]): string[] {
  const told = plans.flatMap((plan) =>
    plan.entries.flatMap((entry) =>
      (entry.dangers ?? []).map(({ message }) => ({
        object: `${entry.ref.kind} ${scopedName(entry.ref)}`,
        message: `${PLAN_WORDS.get(entry.action) ?? entry.action}: ${message}`,
      })),
    ),
  );
  if (told.length === 0) return [];
  const width = Math.max(...told.map(({ object }) => object.length));
  const heading = count(told.length, 'danger');
  return [heading, ...told.map(({ object, message }) => `  ! ${object.padEnd(width)}   ${message}`), ''];
}

/** `1 create`, `1 configure`, `1 prune`: what changes, in the order of the marks. */
export function planCounts(entries: readonly PlanEntry[]): string[] {
  return [...PLAN_MARKS.keys()]
    .map((action) => ({ action, number: entries.filter((entry) => entry.action === action).length }))
    .filter(({ number }) => number > 0)
    .map(({ action, number }) => `${number} ${PLAN_WORDS.get(action) ?? action}`);
}

/** `Plan: 1 create, 1 configure, 21 unchanged. 1 danger: a Job is deleted and run again.` */
export function planSummary(entries: readonly PlanEntry[]): string {
  const counts = planCounts(entries);
  const unchanged = entries.filter((entry) => entry.action === 'unchanged').length;
  const dangers = entries.flatMap((entry) => (entry.dangers ?? []).map(({ message }) => message));
  const words = counts.length === 0 ? ['no changes'] : counts;
  if (unchanged > 0) words.push(`${unchanged} unchanged`);
  const danger =
    dangers.length === 0
      ? ''
      : ` ${dangers.length} ${dangers.length === 1 ? 'danger' : 'dangers'}: ${[...new Set(dangers)].join('; ')}.`;
  return `Plan: ${words.join(', ')}.${danger}`;
}
