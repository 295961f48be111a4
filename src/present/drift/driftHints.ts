// What the cluster has behind a value, where that has drifted from it, and what can be done about it: at the line that
// declares it. Pure.
import type { Place } from '../../model/sourceText.ts';
import type { WorkspaceState } from '../../workspace/state.ts';
import { clockTime } from '../clockTime.ts';
import { driftActions, fieldName, liveText } from './driftActions.ts';
import type { DriftAction } from './driftActions.ts';
import { driftedFields } from './driftedFields.ts';
import type { DriftedField } from './driftedFields.ts';
import { hintOffset } from '../sourceFile/hintPlace.ts';
import { shortHint } from '../sourceFile/inlayHints.ts';
import type { HintPart, InlayHint } from '../sourceFile/inlayHints.ts';
import type { ReachOf } from '../sourceFile/reached.ts';
import { textShift } from '../sourceFile/textShift.ts';
import { inertMarkdown } from '../tree/treeNode.ts';

/** A drifted field that a line of a file declares, with what can be done about it. */
export interface DriftSpot {
  /** Behind its value, in the text as it is now. */
  readonly offset: number;
  readonly field: DriftedField;
  readonly actions: readonly DriftAction[];
}

/** The drifted fields between two offsets of the file as it is now: each where it was set last, and nowhere else. */
export function driftSpots(
  state: WorkspaceState,
  reach: ReachOf,
  path: string,
  text: string,
  range: Pick<Place, 'start' | 'end'>,
): DriftSpot[] {
  if (state.clusters.every(({ drifts }) => drifts.size === 0)) return [];
  return driftedFields(state).flatMap((field) => {
    const { place } = field;
    if (place?.source.path !== path) return [];
    const offset = hintOffset(behindKey(field, place), textShift(place.source.text, text), text, range);
    return offset === undefined ? [] : [{ offset, field, actions: driftActions(state, reach, field) }];
  });
}

/** The hints between two offsets of the file as it is now. */
export function driftHints(
  state: WorkspaceState,
  reach: ReachOf,
  path: string,
  text: string,
  range: Pick<Place, 'start' | 'end'>,
): InlayHint[] {
  return driftSpots(state, reach, path, text, range).map(({ offset, field, actions }) => ({
    offset,
    parts: hintParts(field, actions),
  }));
}

/** Of a map or a list the key stands for all of it, with its colon. */
function behindKey({ node }: DriftedField, place: Place): Place {
  if (node.kind === 'scalar') return place;
  const { source, start } = place;
  const lineEnd = source.text.indexOf('\n', place.end);
  return { source, start, end: lineEnd < 0 ? source.text.length : lineEnd };
}

/** In a narrow window the end is cut: what can be done stands before who has done it, which the tooltip says too. */
function hintParts(field: DriftedField, actions: readonly DriftAction[]): HintPart[] {
  const { change } = field;
  const live = change.before === undefined ? 'live without this' : `live ${liveText(field)}`;
  const who = change.owner
    ? `set by ${[change.owner.manager, clockTime(change.owner.time)].join(' ').trimEnd()}`
    : undefined;
  const refused = actions.flatMap(({ kind, refusal }) =>
    refusal === undefined ? [] : [`Cannot ${kind}: ${refusal}.`],
  );
  const lines = [`${fieldName(field)} has drifted: ${live}${who === undefined ? '' : `, ${who}`}.`, ...refused];
  const said = (text: string): HintPart => ({
    text,
    tooltip: lines.map(inertMarkdown).join('\n\n'),
    place: undefined,
  });
  return [
    said(shortHint(live, LONGEST)),
    ...actions.filter(({ refusal }) => refusal === undefined).flatMap(actionParts),
    ...(who === undefined ? [] : [said(` · ${who}`)]),
  ];
}

/** The value leaves room for what can be done about it. */
const LONGEST = 28;

function actionParts(action: DriftAction): HintPart[] {
  const { title, note } = action;
  const tooltip = [title, note ?? '']
    .filter((line) => line !== '')
    .map(inertMarkdown)
    .join('\n\n');
  return [
    { text: ' · ', tooltip: '', place: undefined },
    { text: action.kind, tooltip, place: undefined, action },
  ];
}
