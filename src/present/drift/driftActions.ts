// What can be done about a drifted field, in words: put it back, take it into the files, or have Flux leave it. Each says
// which object of which cluster it is about, or why it cannot be done. Pure.
import { keyOf } from '../../model/objectRef.ts';
import type { WorkspaceState } from '../../workspace/state.ts';
import { adoptRefusal } from './adoptDrift.ts';
import type { DriftedField } from './driftedFields.ts';
import { ignoreRefusal } from './ignoreDrift.ts';
import { count, objectName, placeLine } from '../names.ts';
import { objectsOf, reachedByFile } from '../sourceFile/reached.ts';
import type { ReachOf } from '../sourceFile/reached.ts';
import { valueText } from '../valueText.ts';

export const DRIFT_ACTIONS = ['revert', 'adopt', 'ignore'] as const;
export type DriftActionKind = (typeof DRIFT_ACTIONS)[number];

export interface DriftAction {
  readonly kind: DriftActionKind;
  readonly title: string;
  /** What of the title is not the name of the field. */
  readonly detail: string;
  /** What there is to know besides. */
  readonly note?: string;
  /** Why it cannot be done, as the end of a sentence. */
  readonly refusal?: string;
  /** Names the field (see fieldId). */
  readonly id: string;
}

/** kustomize-controller reconciles what a commit changes side by side: a Kustomization may be applied before its own new spec. */
const RULE_NOTE =
  'The rule holds once it is in the cluster: with the commit that brings it, the value may be put back once.';

/** The three, in the order in which they are offered. */
export function driftActions(state: WorkspaceState, reach: ReachOf, field: DriftedField): DriftAction[] {
  const id = fieldId(field);
  const name = fieldName(field);
  const action = (kind: DriftActionKind, title: string, detail: string, refusal: string | undefined): DriftAction => ({
    kind,
    title,
    detail,
    id,
    ...(kind === 'ignore' ? { note: RULE_NOTE } : {}),
    ...(refusal === undefined ? {} : { refusal }),
  });
  const back = backTo(field);
  const into = intoFile(state, reach, field);
  const rule = `add it to spec.ignore of Kustomization ${field.drift.owner.name}`;
  return [
    action('revert', `Revert ${name} ${back}`, `back ${back}`, revertRefusal(field)),
    action('adopt', `Adopt the live value ${liveText(field)} of ${name} ${into}`, into, adoptRefusal(field)),
    action('ignore', `Ignore drift of ${name}: ${rule}`, rule, ignoreRefusal(field)),
  ];
}

/** Names a drifted field, to be asked for later: by then it may not be drifted any more. */
export function fieldId({ cluster, drift, change }: DriftedField): string {
  return JSON.stringify([cluster.name, keyOf(drift.owner), keyOf(drift.ref), change.path]);
}

/** `spec.replicas of Deployment staging/web in dev` */
export function fieldName({ cluster, drift, change }: DriftedField): string {
  return `${change.path} of ${objectName(drift.ref)} in ${cluster.name}`;
}

/** The value that the cluster has; hidden where it is a Secret's. */
export function liveText({ change, hidden }: DriftedField): string {
  return hidden ? '•••' : valueText(change.before);
}

function revertRefusal({ cluster }: DriftedField): string | undefined {
  return cluster.loop === 'controlling' ? undefined : `no loop of this window runs on ${cluster.name}`;
}

/** An object is put back as a whole: with what else of it has drifted. */
function backTo({ drift, change, hidden }: DriftedField): string {
  const others = drift.changes.length - 1;
  const more = others > 0 ? `, and ${count(others, 'other drifted field')} of it` : '';
  return `to ${hidden ? '•••' : valueText(change.after)}${more}`;
}

function intoFile(state: WorkspaceState, reach: ReachOf, field: DriftedField): string {
  const others = objectsSetBy(state, reach, field) - 1;
  const more = others > 0 ? `, which sets ${count(others, 'more object')}` : '';
  return `into ${field.place ? placeLine(field.place) : 'the files'}${more}`;
}

/** How many rendered objects have their value from the same place. */
function objectsSetBy(state: WorkspaceState, reach: ReachOf, { place, manifest }: DriftedField): number {
  if (!place) return 1;
  const { path, text } = place.source;
  const same = reachedByFile(state, reach, path, text).flatMap(({ fields }) =>
    objectsOf(
      fields.filter(
        ({ part, current, place: at }) =>
          part === 'value' && current && at.start === place.start && at.end === place.end,
      ),
    ),
  );
  return new Set([...same, manifest]).size;
}
