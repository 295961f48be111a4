// What an object that moves between two Kustomizations in one commit meets upstream: its old owner may delete it before, while
// or after the new one applies it (docs/differences.md). Only this chance is modelled here, and each use of it is counted.
import { getObject, getPath, getString, isJsonObject } from '../../src/model/json.ts';
import type { JsonObject, JsonValue } from '../../src/model/json.ts';
import { refOfEntry } from '../../src/model/inventory.ts';
import { manifestRef } from '../../src/model/manifest.ts';
import { keyOf, printRef, refOf } from '../../src/model/objectRef.ts';
import type { ObjectRef } from '../../src/model/objectRef.ts';
import { inventoryOf } from '../../src/workspace/plan/planAll.ts';
import type { Built } from '../../src/workspace/plan/planBuild.ts';
import type { State } from './loopState.ts';

const OWNER_LABEL = 'kustomize.toolkit.fluxcd.io/name';
const REVISION = 'deployment.kubernetes.io/revision';

/** Objects that a Kustomization which acts and prunes has, no longer builds, and another one builds; and that went meanwhile. */
export function lostInMove(
  built: readonly Built[],
  acting: readonly JsonObject[],
  before: ReadonlyMap<string, JsonObject>,
  after: ReadonlyMap<string, JsonObject>,
): ObjectRef[] {
  const builds = (name: string): Set<string> =>
    new Set(
      built
        .filter(({ key }) => key.endsWith(`/${name}`))
        .flatMap(({ manifests }) => manifests.map((one) => keyOf(manifestRef(one)))),
    );
  const all = new Set(built.flatMap(({ manifests }) => manifests.map((one) => keyOf(manifestRef(one)))));
  return acting
    .filter((one) => getPath(one, 'spec', 'prune') === true)
    .flatMap((one) => {
      const own = builds(refOf(one).name);
      const refs = inventoryOf(one).flatMap((entry) => refOfEntry(entry) ?? []);
      return refs.filter((ref) => all.has(keyOf(ref)) && !own.has(keyOf(ref)));
    })
    .filter((ref) => wentMeanwhile(before.get(keyOf(ref)), after.get(keyOf(ref))));
}

function wentMeanwhile(before: JsonObject | undefined, after: JsonObject | undefined): boolean {
  const uid = getString(before, 'metadata', 'uid');
  return before !== undefined && (uid !== getString(after, 'metadata', 'uid') || isGoing(after));
}

const isGoing = (object: JsonObject | undefined): boolean =>
  getPath(object, 'metadata', 'deletionTimestamp') !== undefined;

/** Whether a message of an apply says that it waited for such an object in vain. */
export function waitedInVain(message: string, lost: readonly ObjectRef[]): boolean {
  return lost.some((ref) => message.includes(`${printRef(ref)} status: 'NotFound'`));
}

export type Uids = ReadonlyMap<string, string>;

/** A state and which lives its objects live: one that is deleted and made again has another uid. */
export interface Look {
  readonly state: State;
  readonly uids: Uids;
  /** How often ours asked before everything of a Kustomization was deleted, by its key. */
  readonly questions: ReadonlyMap<string, number>;
  /** How often a new revision came too early for what another Kustomization brings, by the key of the one that failed. */
  readonly early: ReadonlyMap<string, number>;
}

export interface Lives {
  /** Our state as the comparison is to see it: with what the server counts as theirs would have it by now. */
  seen(theirs: Look, ours: Look): State;
  /** The last look was the end of a step. Gives how many objects the controllers have made again on a move. */
  endStep(): number;
}

interface Counted {
  readonly generation: number;
  /** Of a Deployment: its controller counts the templates. */
  readonly revision: number;
}

/** Follows the objects of one scenario: one that was made again on a move is counted anew. */
export function followLives(): Lives {
  let before: { readonly theirs: Look; readonly ours: Look } | undefined;
  let now: typeof before;
  let [shifts, next] = [new Map<string, Counted>(), new Map<string, Counted>()];
  const shiftOf = (key: string, theirs: Look, ours: Look): Counted | undefined => {
    if (!before || isAnother(key, before.ours, ours)) return undefined;
    const moved = ownerOf(before.theirs.state.get(key)) !== ownerOf(theirs.state.get(key));
    if (!moved || !isAnother(key, before.theirs, theirs)) return shifts.get(key);
    const [a, b] = [countedOf(theirs.state.get(key)), countedOf(ours.state.get(key))];
    return { generation: b.generation - a.generation, revision: b.revision - a.revision };
  };
  return {
    seen(theirs, ours) {
      now = { theirs, ours };
      next = new Map();
      for (const key of theirs.state.keys()) {
        const shift = shiftOf(key, theirs, ours);
        if (shift) next.set(key, shift);
      }
      return new Map([...ours.state].map(([key, own]) => [key, shifted(own, next.get(key))]));
    },
    endStep() {
      const made = [...next].filter(([key, shift]) => shifts.get(key) !== shift).length;
      before = now;
      shifts = next;
      return made;
    },
  };
}

const isAnother = (key: string, before: Look, now: Look): boolean =>
  before.uids.has(key) && now.uids.has(key) && before.uids.get(key) !== now.uids.get(key);

const ownerOf = (object: JsonValue | undefined): string | undefined =>
  getString(object, 'metadata', 'labels', OWNER_LABEL);

function countedOf(object: JsonValue | undefined): Counted {
  const generation = getPath(object, 'metadata', 'generation');
  const revision = Number(getString(object, 'metadata', 'annotations', REVISION) ?? 0);
  return { generation: typeof generation === 'number' ? generation : 0, revision };
}

function shifted(object: JsonValue, shift: Counted | undefined): JsonValue {
  const metadata = getObject(object, 'metadata');
  if (!shift || !metadata || !isJsonObject(object)) return object;
  const { generation, revision } = countedOf(object);
  const counted: JsonObject = { ...metadata };
  if (shift.generation !== 0) counted['generation'] = generation - shift.generation;
  if (shift.revision !== 0)
    counted['annotations'] = {
      ...getObject(metadata, 'annotations'),
      [REVISION]: String(revision - shift.revision),
    };
  return { ...object, metadata: counted };
}
