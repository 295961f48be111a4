// What a plan says of each object against what became of it. Reads two states of the cluster; asks nothing.
import { equalJson, getKey, getList, getPath, getString, isJsonObject } from '../../src/model/json.ts';
import type { JsonObject, JsonValue } from '../../src/model/json.ts';
import { hasErrors } from '../../src/model/finding.ts';
import type { FindingCode } from '../../src/model/finding.ts';
import { refOfEntry } from '../../src/model/inventory.ts';
import { manifestRef } from '../../src/model/manifest.ts';
import { keyOf, printRef, refOf } from '../../src/model/objectRef.ts';
import type { ObjectRef } from '../../src/model/objectRef.ts';
import { diffDocuments } from '../../src/diff/documents.ts';
import { fieldChanges } from '../../src/diff/fields/fieldChanges.ts';
import type { FieldChange, Plan, PlanEntry } from '../../src/diff/plan/plan.ts';
import { STAGES } from '../../src/diff/desired/stages.ts';
import type { SchemaSet } from '../../src/schema/schemaSet.ts';
import type { Built } from '../../src/workspace/plan/planBuild.ts';
import { inventoryOf } from '../../src/workspace/plan/planAll.ts';
import { lacksArrival } from './loopCompare.ts';
import { lostInMove, waitedInVain } from './loopMoves.ts';
import type { PlanCounts } from './loopPlanCounts.ts';

export interface World {
  /** All Kustomizations as they were about to be, and the names of those that were about to be reconciled. */
  readonly kustomizations: readonly JsonObject[];
  readonly acting: readonly string[];
  /** What they ended as. */
  readonly ended: (name: string) => JsonObject | undefined;
  readonly counts: PlanCounts;
  readonly before: readonly JsonObject[];
  readonly after: readonly JsonObject[];
  readonly built: readonly Built[];
  readonly plans: readonly Plan[];
  readonly schemas: SchemaSet;
}

type Kind = 'predicted' | 'confirmed';
type Objects = ReadonlyMap<string, JsonObject>;

/** The differences in words. */
export function compareWithPlans(world: World, kind: Kind): string[] {
  const [before, after] = [byKey(world.before), byKey(world.after)];
  const contested = contestedKeys(world);
  const covered = new Set<string>();
  const lines: string[] = [];
  const acting = world.kustomizations.filter((one) => world.acting.includes(refOf(one).name));
  const lost = lostInMove(world.built, acting, before, after);
  const leave = (why: string): void => void world.counts.left.set(why, (world.counts.left.get(why) ?? 0) + 1);
  for (const plan of world.plans) {
    const name = plan.kustomization.split('/').at(-1) ?? '';
    for (const { ref } of plan.entries) if (contested.has(keyOf(ref))) covered.add(keyOf(ref));
    const ended = world.ended(name);
    if (!world.acting.includes(name) || !ended) continue;
    const reason = readyReason(ended);
    if (reason === 'DependencyNotReady' || reason === 'Progressing') {
      leave('a Kustomization that waits for another or was too slow');
      for (const { ref } of plan.entries) covered.add(keyOf(ref));
      continue;
    }
    if (waitedInVain(readyMessage(ended), lost)) {
      leave('a Kustomization that waited for what the old owner of it deleted meanwhile');
      for (const key of keysOf(world, name)) covered.add(key);
      continue;
    }
    if (cameTooEarly(plan, readyMessage(ended))) {
      leave('a Kustomization that was quicker than what it needs of another, as its plan had warned');
      for (const key of keysOf(world, name)) covered.add(key);
      continue;
    }
    if (isNotServedYet(readyMessage(ended))) {
      leave('a Kustomization whose own definition was established and not served yet');
      for (const key of keysOf(world, name)) covered.add(key);
      continue;
    }
    if (isJudged(plan)) {
      leave('a Kustomization that our own checks refuse, but for how it ends');
      for (const key of keysOf(world, name)) covered.add(key);
      const dropped = plan.findings.every(({ code, severity }) => severity !== 'error' || code === UNKNOWN_FIELD);
      if (!dropped) lines.push(...endDifference(plan, stopOf(plan), ended));
      continue;
    }
    world.counts.plans++;
    const stop = stopOf(plan);
    lines.push(...endDifference(plan, stop, ended));
    for (const entry of plan.entries) {
      const key = keyOf(entry.ref);
      covered.add(key);
      if (contested.has(key)) {
        leave('an object that two Kustomizations have, but for whose it is');
        if (!after.has(key) && lost.some((ref) => keyOf(ref) === key)) {
          leave('an object that its old owner deleted after the new one had applied it');
          continue;
        }
        if (plan.idle !== true && stop.does(entry) && buildersOf(world, key) === 1)
          lines.push(...takenDifference(entry, name, after.get(key)));
        continue;
      }
      world.counts.entries.set(entry.action, (world.counts.entries.get(entry.action) ?? 0) + 1);
      const done = plan.idle !== true && stop.does(entry);
      if (!done && entry.action === 'replace' && before.has(key) && !after.has(key)) {
        leave('an object that was deleted before what stands beside it was refused');
        continue;
      }
      lines.push(
        ...entryDifference(entry, done, before.get(key), after.get(key), world.schemas, kind).map(
          (line) => `${name}: ${entry.action} ${printRef(entry.ref)}: ${line}`,
        ),
      );
    }
  }
  const gone = goneScopes(before, after);
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    if (covered.has(key) || gone(key, before.get(key))) continue;
    if (world.built.some((one) => hasErrors(one.findings)) && contested.has(key)) continue;
    const what = whatHappened(before.get(key), after.get(key), world.schemas);
    if (what !== undefined) lines.push(`${key}: no plan speaks of it, and ${what}`);
  }
  return lines;
}

const byKey = (objects: readonly JsonObject[]): Map<string, JsonObject> =>
  new Map(objects.map((object) => [keyOf(refOf(object)), object]));

/** What more than one Kustomization builds or has in its inventory: whoever is quicker decides, also upstream. */
function contestedKeys({ built, kustomizations }: World): Set<string> {
  const owners = new Map<string, Set<string>>();
  const add = (key: string, owner: string): void => void owners.set(key, (owners.get(key) ?? new Set()).add(owner));
  for (const one of built) {
    const name = one.key.split('/').at(-1) ?? '';
    for (const manifest of one.manifests) add(keyOf(manifestRef(manifest)), name);
  }
  for (const object of kustomizations)
    for (const entry of inventoryOf(object)) {
      const ref = refOfEntry(entry);
      if (ref) add(keyOf(ref), refOf(object).name);
    }
  return new Set([...owners].filter(([, names]) => names.size > 1).map(([key]) => key));
}

const UNKNOWN_FIELD = 'schema-unknown-field';

/** What is left to chance upstream, and said by the plan (workspace/plan/early.ts). */
function cameTooEarly({ findings }: Plan, message: string): boolean {
  return (
    lacksArrival(message) &&
    findings.some((finding) => finding.message.includes('without dependsOn it may come too early'))
  );
}

/**
 * A server says that a definition is established before its discovery has it: the controller, which looks once, may come
 * between. Only the message of an apply that has itself just made a definition of that group says so.
 */
export function isNotServedYet(message: string): boolean {
  const [refusal = '', ...made] = message.split('\n');
  const group = /no matches for kind "\w+" in version "([^"/]+)\/\w+"/.exec(refusal)?.[1];
  return (
    group !== undefined &&
    made.some((line) => /^CustomResourceDefinition\/\w+\.(\S+) created$/.exec(line)?.[1] === group)
  );
}

/** The checks of rendered objects let nothing be applied: where upstream goes some way, or drops a field (docs/differences.md). */
function isJudged({ findings }: Plan): boolean {
  const errors = findings.filter(({ severity }) => severity === 'error');
  return errors.length > 0 && errors.every(({ code }) => isOwnCheck(code));
}

/** The codes of validate/findings.ts. */
export const isOwnCheck = (code: FindingCode): boolean => code.startsWith('schema-') || code === 'metadata-invalid';

function keysOf({ built, kustomizations }: World, name: string): string[] {
  const manifests = built.filter(({ key }) => key.endsWith(`/${name}`)).flatMap((one) => one.manifests);
  const object = kustomizations.find((one) => refOf(one).name === name);
  const inventory = inventoryOf(object).flatMap((entry) => refOfEntry(entry) ?? []);
  return [...manifests.map(manifestRef), ...inventory].map(keyOf);
}

function buildersOf({ built }: World, key: string): number {
  return built.filter(({ manifests }) => manifests.some((one) => keyOf(manifestRef(one)) === key)).length;
}

/** Whether the old owner deletes it in between is chance upstream; whose it is in the end is not. */
function takenDifference({ action, ref }: PlanEntry, name: string, after: JsonObject | undefined): string[] {
  if (!['create', 'configure', 'replace'].includes(action)) return [];
  const owner = getPath(after, 'metadata', 'labels', 'kustomize.toolkit.fluxcd.io/name');
  return owner === name ? [] : [`${name}: ${action} ${printRef(ref)}: it is ${after ? `of ${String(owner)}` : 'gone'}`];
}

const ready = (kustomization: JsonObject): JsonValue | undefined =>
  (getList(kustomization, 'status', 'conditions') ?? []).find((one) => getString(one, 'type') === 'Ready');
const readyReason = (kustomization: JsonObject): string => getString(ready(kustomization), 'reason') ?? '';
export const readyMessage = (kustomization: JsonObject): string => getString(ready(kustomization), 'message') ?? '';

interface Stop {
  readonly isWhole: boolean;
  /** Whether an apply comes to an entry. */
  does(entry: PlanEntry): boolean;
}

/** Where a refusal ends an apply: nothing of its stage and of later ones is applied, and nothing is pruned. */
function stopOf(plan: Plan): Stop {
  const errors = plan.findings.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return { isWhole: true, does: () => true };
  const refused = new Set(errors.map(({ object }) => object));
  // What waits in vain does so when its stage is done.
  const waits = new Set(
    errors.filter(({ message }) => message.includes('waits for it in vain')).map(({ object }) => object),
  );
  const isPrune = ({ action }: PlanEntry): boolean => ['prune', 'orphan', 'handover'].includes(action);
  // What is refused can have the kind and the name, of another group, of what goes.
  const stages = plan.entries
    .filter((entry) => !isPrune(entry) && refused.has(printRef(entry.ref)))
    .map(({ ref, stage }) => STAGES.indexOf(stage) + (waits.has(printRef(ref)) ? 1 : 0));
  const first = Math.min(...stages);
  return { isWhole: false, does: (entry) => !isPrune(entry) && STAGES.indexOf(entry.stage) < first };
}

const REFUSALS = new Set([
  'BuildFailed',
  'ReconciliationFailed',
  'ArtifactFailed',
  'PruneFailed',
  'InvalidCELExpression',
]);

function endDifference(plan: Plan, { isWhole }: Stop, ended: JsonObject): string[] {
  if (plan.idle) return [];
  const failed = REFUSALS.has(readyReason(ended));
  if (failed !== isWhole) return [];
  const said = plan.findings.filter(({ severity }) => severity === 'error').map(({ message }) => message);
  return [
    `${plan.kustomization.split('/').at(-1) ?? ''}: the plan ${isWhole ? 'refuses nothing' : `says "${said.join('; ')}"`}, and it ends as ${readyReason(ended)}: ${readyMessage(ended)}`,
  ];
}

function entryDifference(
  entry: PlanEntry,
  done: boolean,
  before: JsonObject | undefined,
  after: JsonObject | undefined,
  schemas: SchemaSet,
  kind: Kind,
): string[] {
  const what = whatHappened(before, after, schemas);
  const wrong = (): string[] => [what ?? `nothing happened to it`];
  const isNew = before === undefined || uidOf(before) !== uidOf(after);
  if (!done) return what === undefined ? [] : wrong();
  switch (entry.action) {
    case 'create':
      return before === undefined && after ? madeDifference(entry, after) : wrong();
    case 'replace':
      return before && after && isNew ? [] : wrong();
    case 'prune':
      return !after || getPath(after, 'metadata', 'deletionTimestamp') !== undefined ? [] : wrong();
    case 'configure':
      if (!before || !after || isNew) return wrong();
      return changeDifference(entry, actualChanges(before, after, schemas), kind);
    default:
      return what === undefined ? [] : wrong();
  }
}

function madeDifference({ desired }: PlanEntry, after: JsonObject): string[] {
  const made = diffDocuments(after, undefined).desired;
  const paths = missing(desired, made, '');
  return paths.length === 0 ? [] : [`was made otherwise: ${paths.join(', ')}`];
}

/** Where a value is not in another. What the server fills in is no difference. */
function missing(guess: JsonValue | undefined, sure: JsonValue | undefined, path: string): string[] {
  if (isJsonObject(guess) && isJsonObject(sure))
    return Object.keys(guess).flatMap((key) => missing(getKey(guess, key), getKey(sure, key), `${path}.${key}`));
  if (Array.isArray(guess) && Array.isArray(sure) && guess.length === sure.length)
    return guess.flatMap((item, at) => missing(item, sure[at], `${path}[${at}]`));
  return equalJson(guess, sure) || isVolatile(path) ? [] : [path];
}

/** Drawn anew by each request. */
const isVolatile = (path: string): boolean => /^\.spec\..*(clusterIPs?(\[\d+\])?|nodePort|controller-uid)$/.test(path);

/** What the stand-in for nobody in Git writes: the deployment controller. */
const OTHERS = new Set(['metadata.annotations[deployment.kubernetes.io/revision]']);

function actualChanges(before: JsonObject, after: JsonObject, schemas: SchemaSet): FieldChange[] {
  const schema = schemas.schemaOf(refOf(after));
  return fieldChanges(before, after, { live: before, schema }).filter(({ path }) => !isOthers(path));
}

const isOthers = (path: string): boolean => OTHERS.has(path) || path.includes('deployment.kubernetes.io/revision');

function changeDifference(entry: PlanEntry, actual: readonly FieldChange[], kind: Kind): string[] {
  const planned = entry.changes.filter(({ fate, path }) => fate !== 'adopt' && fate !== 'strip' && !isOthers(path));
  const became = new Map(actual.map((change) => [change.path, change]));
  const said = new Set(planned.map(({ path }) => path));
  const wrong = planned.flatMap((change) => {
    const real = became.get(change.path);
    if (!real) return [`${change.path} did not change`];
    const same = kind === 'confirmed' && equalJson(change.after ?? null, real.after ?? null);
    if (same || missing(change.after, real.after, '').length === 0) return [];
    return [`${change.path} became ${JSON.stringify(real.after)} and not ${JSON.stringify(change.after)}`];
  });
  return [
    ...wrong,
    ...actual.filter(({ path }) => !said.has(path)).map(({ path, after }) => `${path} became ${JSON.stringify(after)}`),
  ];
}

/** Undefined where nothing happened that a plan would speak of. */
function whatHappened(
  before: JsonObject | undefined,
  after: JsonObject | undefined,
  schemas: SchemaSet,
): string | undefined {
  if (!before) return after ? 'it was made' : undefined;
  if (!after) return 'it was deleted';
  if (uidOf(before) !== uidOf(after)) return 'it was deleted and made again';
  // Nobody wrote it: a default that its definition has now shows when it is read.
  if (getPath(before, 'metadata', 'resourceVersion') === getPath(after, 'metadata', 'resourceVersion'))
    return undefined;
  const deleted = (object: JsonObject): boolean => getPath(object, 'metadata', 'deletionTimestamp') !== undefined;
  if (deleted(after) && !deleted(before)) return 'it is being deleted';
  const changes = actualChanges(before, after, schemas);
  return changes.length === 0 ? undefined : `it was changed: ${changes.map(({ path }) => path).join(', ')}`;
}

const uidOf = (object: JsonObject | undefined): string => getString(object, 'metadata', 'uid') ?? '';

/** What goes along with a namespace or a definition that goes. */
function goneScopes(before: Objects, after: Objects): (key: string, object: JsonObject | undefined) => boolean {
  const isGone = (key: string): boolean => {
    const [was, is] = [before.get(key), after.get(key)];
    return (
      was !== undefined && (uidOf(was) !== uidOf(is) || getPath(is, 'metadata', 'deletionTimestamp') !== undefined)
    );
  };
  return (_, object) => {
    if (!object) return false;
    const { namespace, group, kind }: ObjectRef = refOf(object);
    if (namespace !== '' && isGone(`/Namespace//${namespace}`)) return true;
    return kind === 'Buoy' && isGone(`apiextensions.k8s.io/CustomResourceDefinition//buoys.${group}`);
  };
}
