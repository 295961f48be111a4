// What overlays made of the values on the lines that are read: `→ 3 in overlays/production`. Pure.
import { manifestRef } from '../../model/manifest.ts';
import { keyOf } from '../../model/objectRef.ts';
import type { Place } from '../../model/sourceText.ts';
import type { RootRendering, WorkspaceState } from '../../workspace/state.ts';
import type { DriftAction } from '../drift/driftActions.ts';
import { causeText } from '../explanation.ts';
import { hintOffset } from './hintPlace.ts';
import { count, objectName, placeLine } from '../names.ts';
import { reachedByFile, reachedPath, reachedText } from './reached.ts';
import type { ReachedField, ReachOf } from './reached.ts';
import { shortRootLabel } from '../rootNames.ts';
import { textShift } from './textShift.ts';
import { inertMarkdown } from '../tree/treeNode.ts';

export interface InlayHint {
  /** Where it stands: behind the value, in the text as it is now. */
  readonly offset: number;
  readonly parts: readonly HintPart[];
}

export interface HintPart {
  readonly text: string;
  /** Markdown. */
  readonly tooltip: string;
  /** Where the value was set. */
  readonly place: Place | undefined;
  /** What choosing it does. */
  readonly action?: DriftAction;
}

/** More roots than these are counted only. */
const SHOWN = 3;
const LONGEST = 40;

/** The hints between two offsets of the file as it is now. */
export function inlayHints(
  state: WorkspaceState,
  reach: ReachOf,
  path: string,
  text: string,
  range: Pick<Place, 'start' | 'end'>,
): InlayHint[] {
  const found = new Map<number, Overrides>();
  for (const { rendering, fields } of reachedByFile(state, reach, path, text)) {
    const source = fields[0]?.place.source;
    const shift = source && textShift(source.text, text);
    for (const field of fields) {
      if (!isOverride(field)) continue;
      const offset = shift && hintOffset(field.place, shift, text, range);
      if (offset === undefined) continue;
      const overrides = found.get(offset) ?? new Map<string, Override>();
      found.set(offset, overrides);
      const key = `${rendering.root.id} ${reachedText(field)}`;
      const known = overrides.get(key);
      if (known) known.fields.push(field);
      else overrides.set(key, { rendering, fields: [field] });
    }
  }
  return [...found]
    .toSorted(([a], [b]) => a - b)
    .map(([offset, overrides]) => ({ offset, parts: partsOf([...overrides.values()]) }));
}

interface Override {
  readonly rendering: RootRendering;
  readonly fields: ReachedField[];
}
type Overrides = Map<string, Override>;

/** A value that was written here and is another one in the end. Names that only follow a renaming say nothing new. */
function isOverride(field: ReachedField): boolean {
  const { node, link, part } = field;
  if (link === node.origin || part !== 'value' || node.kind !== 'scalar') return false;
  // The value of a variable goes where it is asked for: that overrides nothing.
  if (link.cause.by === 'substitution') return false;
  if (reachedText(field) === '•••') return false;
  const { by } = node.origin.cause;
  if (by === 'hash' || by === 'nameReference') return false;
  // A field that is set twice to the same value reads as what it is.
  const { source, start, end } = field.place;
  return node.text !== writtenText(field) && node.text !== source.text.slice(start, end);
}

/** The value as it stood before the link that came after this one. */
function writtenText({ node, link }: ReachedField): string | undefined {
  for (let at = node.origin.overridden; at; at = at.origin.overridden) if (at.origin === link) return at.value;
  return undefined;
}

function partsOf(overrides: readonly Override[]): HintPart[] {
  const shown = overrides.slice(0, SHOWN).map((override, at): HintPart => {
    const [field] = override.fields as [ReachedField];
    const name = shortRootLabel(override.rendering.root);
    return {
      text: `${at === 0 ? '→ ' : ', '}${shortHint(reachedText(field))} in ${name}`,
      tooltip: tooltipOf(override),
      place: field.node.origin.place,
    };
  });
  const more = overrides.slice(SHOWN);
  if (more.length === 0) return shown;
  const names = more.map(({ rendering, fields: [field] }) => `- ${hintLine(rendering, field as ReachedField)}`);
  return [...shown, { text: ` and ${count(more.length, 'other')}`, tooltip: names.join('\n'), place: undefined }];
}

function hintLine(rendering: RootRendering, field: ReachedField): string {
  return inertMarkdown(`${reachedText(field)} in ${shortRootLabel(rendering.root)}`);
}

/** The objects that have the value. The steps that led to it are the hover of the place, which editors show with it. */
function tooltipOf({ rendering, fields }: Override): string {
  const [first] = fields as [ReachedField];
  const objects = new Map(fields.map((field) => [keyOf(manifestRef(field.manifest)), field]));
  const heads = [...objects.values()]
    .slice(0, SHOWN)
    .map((field) => inertMarkdown(`${reachedPath(field)} of ${objectName(manifestRef(field.manifest))}`));
  const more = objects.size > SHOWN ? [`and ${count(objects.size - SHOWN, 'more object')}`] : [];
  const { place } = first.node.origin;
  const cause = inertMarkdown(`${causeText(first.node.origin)}${place ? `, ${placeLine(place)}` : ''}`);
  return [`**${hintLine(rendering, first)}** · ${cause}`, [...heads, ...more].join('  \n')].join('\n\n');
}

/** A value in a hint has this much room; the tooltip has all of it. */
export function shortHint(text: string, longest = LONGEST): string {
  return text.length > longest ? `${text.slice(0, longest - 1).trimEnd()}…` : text;
}
