// Where a value came from: the chain of its origins as rows, for the hover and for `plumbline explain`. Pure.
import { chainOf, sourcesOf } from '../model/origin.ts';
import type { Cause, Origin } from '../model/origin.ts';
import type { Node } from '../model/node.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import type { Place } from '../model/sourceText.ts';
import { objectName, placeColumn, placeLine } from './names.ts';

/** One step of a value's life, newest first. */
export interface ExplanationRow {
  readonly value: string;
  readonly place: Place | undefined;
  /** What put it there: `replicas`, `patch 1`, `resource`. */
  readonly cause: string;
  readonly overridden: boolean;
  /** True for the life of another value that the row above was made from: what a variable holds, what was copied. */
  readonly source: boolean;
}

export interface Explanation {
  readonly ref: ObjectRef;
  /** `spec.template.spec.containers[web].image` */
  readonly path: string;
  readonly value: string;
  readonly rows: readonly ExplanationRow[];
  /** What the cluster has, where that is known and differs. */
  readonly live?: { readonly value: string; readonly note: string };
}

const HIDDEN = '•••';

/** Explains a node of a rendered object. Values below `data` and `stringData` of a Secret are never shown. */
export function explainNode(ref: ObjectRef, path: string, node: Node): Explanation {
  const hidden = isSecretValue(ref, path) || isFromSecret(node.origin);
  const show = (text: string): string => (hidden ? HIDDEN : oneLine(text));
  const chain = chainOf(node.origin);
  const values = [nodeText(node), ...chain.map((origin) => origin.overridden?.value ?? '')];
  return {
    ref,
    path,
    value: show(nodeText(node)),
    rows: chain.flatMap((origin, at) => [
      {
        value: show(values[at] ?? ''),
        place: origin.place,
        cause: causeText(origin),
        overridden: at > 0,
        source: false,
      },
      ...sourceRows(origin, show),
    ]),
  };
}

/** The lives of what a link copied, where they say more than the link itself. */
function sourceRows(link: Origin, show: (text: string) => string): ExplanationRow[] {
  if (link.cause.by === 'hash' || link.cause.by === 'nameReference') return [];
  return sourcesOf(link).flatMap((from) => {
    const chain = chainOf(from);
    if (chain.length === 1 && from.cause.by === 'resource') return [];
    return chain.flatMap((origin, at) => [
      {
        value: at === 0 ? '' : show(chain[at - 1]?.overridden?.value ?? ''),
        place: origin.place,
        cause: causeText(origin),
        overridden: at > 0,
        source: true,
      },
      ...sourceRows(origin, show),
    ]);
  });
}

/** True for a value that a variable of a Secret was put into: it is as secret as that. */
export function isFromSecret(origin: Origin): boolean {
  return chainOf(origin).some(
    ({ cause }) =>
      (cause.by === 'substitution' && cause.from.startsWith('Secret/')) ||
      (cause.by === 'replacement' && cause.from !== undefined && isFromSecret(cause.from)),
  );
}

/** True for what a Secret keeps: every surface shows `•••` for it. */
export function isSecretValue(ref: Pick<ObjectRef, 'group' | 'kind'>, path: string): boolean {
  return ref.group === '' && ref.kind === 'Secret' && /^(data|stringData)([.[]|$)/.test(path);
}

/** The hover as plain text, aligned: what `plumbline explain` prints. Ends in a newline. */
export function explainText(explanation: Explanation, display?: (path: string) => string): string {
  const rows = explanation.rows.map((row) => [
    row.source ? `↳ ${row.value}`.trimEnd() : row.value,
    row.place ? placeColumn(row.place, display) : '(made by the build)',
    row.cause,
    row.overridden ? 'overridden' : '',
  ]);
  if (explanation.live) rows.push([`live ${explanation.live.value}`, '', explanation.live.note, 'drifted']);
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    `    ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  );
  return `${[`${explanation.value}   ${explanation.path} of ${objectName(explanation.ref)}`, ...lines].join('\n')}\n`;
}

/** The cause of an origin in words. */
export function causeText(origin: Origin): string {
  const words = wordsOf(origin.cause);
  const { cause, derived } = origin;
  return cause.by === 'patch' && derived === true ? words.replace(/\)$/, ', from another field)') : words;
}

function wordsOf(cause: Cause): string {
  switch (cause.by) {
    case 'resource':
      return 'resource';
    case 'patch':
      return `${cause.field}[${cause.index}]${cause.form === 'json6902' ? ' (JSON patch)' : ''}`;
    case 'transformer':
      return cause.field;
    case 'generator':
      return cause.key === undefined ? cause.field : `${cause.field}, key ${cause.key}`;
    case 'replacement':
      return cause.from?.place
        ? `replacements[${cause.index}], from ${placeLine(cause.from.place)}`
        : `replacements[${cause.index}]`;
    case 'nameReference':
      return `follows the name of ${cause.target}`;
    case 'hash':
      return 'hash of its content';
    case 'flux':
      return `Flux Kustomization, ${cause.field}`;
    case 'substitution':
      return `\${${cause.variable}} from ${cause.from}`;
    default:
      return unknownCause(cause);
  }
}

/** The compiler knows that the union has no other member. */
function unknownCause(cause: never): string {
  return JSON.stringify(cause);
}

function nodeText(node: Node): string {
  if (node.kind === 'scalar') return node.value === null ? 'null' : node.text;
  return node.kind;
}

function oneLine(text: string): string {
  const [first = '', ...more] = text.split('\n');
  return more.some((line) => line !== '') ? `${first} …` : first;
}
