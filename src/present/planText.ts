// A plan as text: what `plumbline plan` prints and what "Show Plan" opens. Must not decide what changes.
import type { FieldChange, Plan, PlanAction, PlanEntry, Stage } from '../diff/plan.ts';
import { count, placeLine, scopedName } from './names.ts';
import { shortRevision } from './revision.ts';
import { valueText } from './valueText.ts';

export interface PlanTextOptions {
  /** The cluster in words: `embedded/dev`, or the context of a kubeconfig. */
  readonly cluster: string;
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
  ['prune', '-'],
  ['orphan', 'o'],
  ['skip', '.'],
]);

/** Every plan with its stages, then one line that sums up all of them. Ends in a newline. */
export function planText(plans: readonly Plan[], options: PlanTextOptions): string {
  return `${[...plans.flatMap((plan) => planLines(plan, options)), planSummary(plans.flatMap((plan) => plan.entries))].join('\n')}\n`;
}

/** True where an apply of these plans would change something. */
export function planChanges(plans: readonly Plan[]): boolean {
  return plans.some((plan) => plan.entries.some((entry) => entry.action !== 'unchanged' && entry.action !== 'skip'));
}

function planLines(plan: Plan, options: PlanTextOptions): string[] {
  const about = `${revisionText(plan, options)} -> cluster ${options.cluster}${plan.confirmed ? '' : ', predicted'}`;
  const quiet =
    plan.entries.every((entry) => entry.action === 'unchanged') &&
    plan.findings.every((finding) => finding.severity === 'info');
  if (quiet) return [`${plan.kustomization}  nothing to do  (${about})`];
  const lines = [`${plan.kustomization}  ${about}`];
  for (const finding of plan.findings) {
    if (finding.severity === 'info') continue;
    lines.push(
      `  ${finding.severity}: ${finding.message}${finding.at ? `     ${placeLine(finding.at, options.display)}` : ''}`,
    );
  }
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

/** `main@4f2c1a9 + 3 changed files`, or `working tree 4f2c1a9` for what is no commit. */
function revisionText(plan: Plan, options: PlanTextOptions): string {
  const tree = /^(sha1|sha256):/.test(plan.revision) ? 'working tree ' : '';
  const { changedFiles = 0, unsavedFiles = 0 } = options;
  const changed = changedFiles > 0 ? ` + ${count(changedFiles, 'changed file')}` : '';
  return `${tree}${shortRevision(plan.revision)}${changed}${unsavedFiles > 0 ? ` with ${count(unsavedFiles, 'unsaved file')}` : ''}`;
}

function entryLines(entry: PlanEntry, options: PlanTextOptions): string[] {
  const word =
    entry.action === 'create' || entry.action === 'configure' || entry.action === 'prune' ? '' : `   ${entry.action}`;
  const reason = entry.reason === '' ? '' : `${word === '' ? '   ' : ': '}${entry.reason}`;
  const head = `    ${PLAN_MARKS.get(entry.action) ?? ' '} ${entry.ref.kind} ${scopedName(entry.ref)}${word}${reason}`;
  if (entry.action === 'create' || entry.action === 'prune') return [head];
  const width = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => text.length));
  const rows = entry.changes.map(
    (change) => [change.path, changeText(change), ownerText(change), originText(change, options)] as const,
  );
  const [paths, values, owners] = [0, 1, 2].map((column) => width(rows.map((row) => row[column] ?? '')));
  return [
    head,
    ...rows.map(([path, value, owner, origin]) =>
      `        ${[path.padEnd(paths ?? 0), value.padEnd(values ?? 0), ...(owners ? [owner.padEnd(owners)] : []), origin].join('   ')}`.trimEnd(),
    ),
  ];
}

/** `7 -> 3`, `+ "x"` for a field that is added and `- "x"` for one that is removed. */
export function changeText(change: FieldChange): string {
  if (change.before === undefined) return `+ ${valueText(change.after)}`;
  if (change.after === undefined) return `- ${valueText(change.before)}`;
  if (change.before === change.after) return valueText(change.after);
  return `${valueText(change.before)} -> ${valueText(change.after)}`;
}

function ownerText(change: FieldChange): string {
  return change.owner ? `takes over from ${change.owner.manager}` : '';
}

function originText(change: FieldChange, options: PlanTextOptions): string {
  return change.origin?.place ? placeLine(change.origin.place, options.display) : '';
}

/** `Plan: 1 create, 1 configure, 21 unchanged. 1 danger: a Job is deleted and run again.` */
export function planSummary(entries: readonly PlanEntry[]): string {
  const counts = [...PLAN_MARKS.keys()]
    .map((action) => ({ action, number: entries.filter((entry) => entry.action === action).length }))
    .filter(({ number }) => number > 0)
    .map(({ action, number }) => `${number} ${action}`);
  const unchanged = entries.filter((entry) => entry.action === 'unchanged').length;
  const dangers = entries.map((entry) => entry.danger).filter((danger) => danger !== undefined);
  const words = counts.length === 0 ? ['no changes'] : counts;
  if (unchanged > 0) words.push(`${unchanged} unchanged`);
  const danger =
    dangers.length === 0
      ? ''
      : ` ${dangers.length} ${dangers.length === 1 ? 'danger' : 'dangers'}: ${[...new Set(dangers)].join('; ')}.`;
  return `Plan: ${words.join(', ')}.${danger}`;
}
