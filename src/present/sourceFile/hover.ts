// What a hover says: the value's chain of origins, newest first, with links. Plain Markdown: no HTML, no command links.
import { manifestRef } from '../../model/manifest.ts';
import type { Manifest } from '../../model/manifest.ts';
import { keyOf } from '../../model/objectRef.ts';
import type { Place } from '../../model/sourceText.ts';
import type { WorkspaceState } from '../../workspace/state.ts';
import { definitionAt } from './definition.ts';
import { clockTime } from '../clockTime.ts';
import { liveText } from '../drift/driftActions.ts';
import { driftedFields } from '../drift/driftedFields.ts';
import { explainNode } from '../explanation.ts';
import type { Explanation } from '../explanation.ts';
import { fieldPathText } from '../fieldPath.ts';
import { count, objectName, placeLine } from '../names.ts';
import { objectsOf, reachedByFile, reachedByLine, reachedPath } from './reached.ts';
import type { ReachedField, ReachedRoot } from './reached.ts';
import { rootLabel } from '../rootNames.ts';
import type { Cursor, SourceView } from './sourceView.ts';
import { textShift } from './textShift.ts';
import { inertMarkdown } from '../tree/treeNode.ts';

/** The address of a place, as a link that an editor opens. */
export type LinkOf = (place: Place) => string;

export interface Hover {
  readonly markdown: string;
  /** The stretch of the text that it is about. */
  readonly start: number;
  readonly end: number;
}

const SHOWN = 6;

interface Hit {
  readonly explanation: Explanation;
  readonly field: ReachedField;
  readonly roots: string[];
}

/**
 * The hover in a file of the workspace: every rendered value that was written at the cursor, or was overridden there; else
 * the file or the object that stands there, else what the line reaches. Places are of the text as the editor has it.
 */
export function sourceHover(view: SourceView, cursor: Cursor, linkOf: LinkOf): Hover | undefined {
  const reached = reachedByLine(view.state, view.reach, cursor.path, cursor.text, cursor.offset);
  const source = reached[0]?.fields[0]?.place.source;
  const shift = textShift(source?.text ?? cursor.text, cursor.text);
  const offset = shift.toOld(cursor.offset) ?? -1;
  const under = reached.map(({ rendering, fields }) => ({ rendering, fields: fieldsUnder(fields, offset) }));
  const hits = hitsOf(view.state, under);
  const sized = hits.map((hit) => ({ hit, size: hit.field.place.end - hit.field.place.start }));
  const smallest = Math.min(...sized.map(({ size }) => size));
  const best = sized.filter(({ size }) => size === smallest).map(({ hit }) => hit);
  const [first] = best;
  if (!first) return referenceHover(view, cursor, linkOf) ?? lineHover(reached, cursor);
  const more = best.length > SHOWN ? [`…and ${best.length - SHOWN} more`] : [];
  const { place } = first.field;
  return {
    markdown: [
      ...best.slice(0, SHOWN).map((hit) => explanationMarkdown(hit.explanation, hit.roots, linkOf)),
      ...more,
    ].join('\n\n---\n\n'),
    start: shift.toNew(place.start) ?? cursor.offset,
    end: shift.toNew(place.end) ?? cursor.offset,
  };
}

/** The hover of one value of a rendered object, for the preview. */
export function valueHover(
  state: WorkspaceState,
  manifest: Manifest,
  walked: Pick<ReachedField, 'node' | 'path'>,
  linkOf: LinkOf,
): string {
  return explanationMarkdown(explain(state, manifest, walked), [], linkOf);
}

/** Scalars by the places of their chains, of each object the narrowest; maps and lists by their keys alone. */
function fieldsUnder(fields: readonly ReachedField[], offset: number): ReachedField[] {
  const narrowest = new Map<Manifest, ReachedField>();
  for (const field of fields) {
    const { place, part, node, manifest } = field;
    if (offset < place.start || offset > place.end || (part !== 'key' && node.kind !== 'scalar')) continue;
    const known = narrowest.get(manifest);
    if (!known || place.end - place.start < known.place.end - known.place.start) narrowest.set(manifest, field);
  }
  return [...narrowest.values()];
}

function hitsOf(state: WorkspaceState, reached: readonly ReachedRoot[]): Hit[] {
  const hits = new Map<string, Hit>();
  for (const { rendering, fields } of reached)
    for (const field of fields) {
      const explanation = explain(state, field.manifest, field);
      const key = `${keyOf(explanation.ref)} ${explanation.path} ${explanation.value}`;
      const known = hits.get(key);
      if (known) known.roots.push(rootLabel(rendering.root));
      else hits.set(key, { explanation, field, roots: [rootLabel(rendering.root)] });
    }
  return [...hits.values()];
}

/** A path or a name that stands at the cursor: where it leads, and what that reaches. */
function referenceHover(view: SourceView, cursor: Cursor, linkOf: LinkOf): Hover | undefined {
  const definition = definitionAt(view, cursor);
  if (!definition || definition.places.length === 0) return undefined;
  const { from, places } = definition;
  const shift = textShift(from.source.text, cursor.text);
  const rows = places.slice(0, SHOWN).map((place) => {
    const { path } = place.source;
    const reached = reachedByFile(view.state, view.reach, path, view.facts.files.text(path) ?? '');
    const objects = reached.reduce((sum, { fields }) => sum + objectsOf(fields).length, 0);
    const roots = reached.filter(({ fields }) => fields.length > 0).length;
    const reaches = objects === 0 ? '' : ` · reaches ${count(objects, 'object')} in ${count(roots, 'kustomization')}`;
    return `[${inertMarkdown(place.start === 0 ? path : placeLine(place))}](${linkOf(place)})${reaches}`;
  });
  return {
    markdown: rows.join('  \n'),
    start: shift.toNew(from.start) ?? cursor.offset,
    end: shift.toNew(from.end) ?? cursor.offset,
  };
}

/** Nothing stands at the cursor itself: the fields that the line as a whole reaches. */
function lineHover(reached: readonly ReachedRoot[], cursor: Cursor): Hover | undefined {
  const rows = new Map<string, string[]>();
  for (const { rendering, fields } of reached)
    for (const field of fields) {
      const words = `${code(reachedPath(field))} of ${inertMarkdown(objectName(manifestRef(field.manifest)))}`;
      const roots = rows.get(words) ?? [];
      roots.push(rootLabel(rendering.root));
      rows.set(words, roots);
    }
  if (rows.size === 0) return undefined;
  const shown = [...rows].slice(0, SHOWN).map(([words, roots]) => `- ${words}${rootsText(roots)}`);
  const more = rows.size > SHOWN ? [`- …and ${rows.size - SHOWN} more`] : [];
  const start = cursor.text.lastIndexOf('\n', cursor.offset - 1) + 1;
  const end = cursor.text.indexOf('\n', cursor.offset);
  return {
    markdown: [`This line reaches ${count(rows.size, 'field')}:`, [...shown, ...more].join('\n')].join('\n\n'),
    start,
    end: end < 0 ? cursor.text.length : end,
  };
}

function rootsText(roots: readonly string[]): string {
  return roots.length > 0 ? ` — ${inertMarkdown([...new Set(roots)].join(', '))}` : '';
}

function explain(state: WorkspaceState, manifest: Manifest, walked: Pick<ReachedField, 'node' | 'path'>): Explanation {
  const ref = manifestRef(manifest);
  const path = fieldPathText(manifest.node, walked.path);
  const explanation = explainNode(ref, path, walked.node);
  const field = driftedFields(state).find(
    (one) =>
      keyOf(manifestRef(one.manifest)) === keyOf(ref) &&
      one.steps.length === walked.path.length &&
      one.steps.every((step, at) => step === walked.path[at]),
  );
  if (!field) return explanation;
  const { manager, time } = field.change.owner ?? {};
  const who = [manager ?? '', clockTime(time), `in ${field.cluster.name}`].filter((part) => part !== '').join(', ');
  return { ...explanation, live: { value: liveText(field), note: who } };
}

function explanationMarkdown(explanation: Explanation, roots: readonly string[], linkOf: LinkOf): string {
  const head = `${code(explanation.value)} ${code(explanation.path === '' ? 'object' : explanation.path)} of ${inertMarkdown(objectName(explanation.ref))}${rootsText(roots)}`;
  const rows = explanation.rows.map((row) => {
    const place = row.place ? `[${inertMarkdown(placeLine(row.place))}](${linkOf(row.place)})` : 'made by the build';
    const value = row.source && row.value === '' ? '' : `${code(row.value)} `;
    return `${row.source ? '  - ↳ ' : '- '}${value}${place} · ${inertMarkdown(row.cause)}${row.overridden ? ' · *overridden*' : ''}`;
  });
  if (explanation.live)
    rows.push(`- live ${code(explanation.live.value)} · ${inertMarkdown(explanation.live.note)} · **drifted**`);
  return [head, rows.join('\n')].join('\n\n');
}

/** Inline code that no back tick in the text can end. */
function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map((match) => match[0].length));
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 || text === '' ? ' ' : '';
  return `${fence}${pad}${text}${pad}${fence}`;
}
