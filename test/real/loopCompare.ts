// Holds what the controllers left to what our loop left. Everything that it lets through is named here, with its reason.
import { parseInventoryId } from '../../src/model/inventory.ts';
import { cloneJson, equalJson, getList, getObject, getPath, getString, isJsonObject } from '../../src/model/json.ts';
import type { JsonObject, JsonValue } from '../../src/model/json.ts';
import { stringifyJson } from '../../src/model/jsonText.ts';
import { takenOver } from '../../src/diff/takeover.ts';
import { inOrder } from './loopState.ts';
import type { State } from './loopState.ts';

/**
 * Differences in words. `ends`: how many ends one side may have had more, by the key of a Kustomization: ours asks before
 * everything is deleted, and which of the two came too early for what another one brings is chance.
 * `remembered`: what ours remembered beyond theirs after an earlier step (rememberedKeys).
 */
export function compareStates(
  theirs: State,
  ours: State,
  ends: ReadonlyMap<string, number> = new Map(),
  remembered: ReadonlySet<string> = new Set(),
): string[] {
  const cut = isCutShort(theirs);
  const shared = sharedObjects(theirs);
  return [...new Set([...theirs.keys(), ...ours.keys()])].flatMap((key) => {
    const [their, own] = [theirs.get(key), ours.get(key)];
    if (!isJsonObject(their) || !isJsonObject(own)) return differences(their, own, key);
    const inventory = remembersMore(their, own, ours, remembered) ? (their['inventory'] ?? null) : own['inventory'];
    const history = historyLike(their['history'], own['history'], ends.get(key) ?? 0);
    const same = key.startsWith('Kustomization/')
      ? {
          ...own,
          inventory: inventory ?? null,
          conditions: conditionsLike(their, own, shared),
          history: history ?? null,
        }
      : own;
    if (cut && equalJson(withTakeover(their, own), own)) return [];
    return differences(their, same, key);
  });
}

/**
 * Where an apply fails half-way, the controller forgets what it has made, and ours does not (docs/differences.md): what ours
 * remembers beyond must be there. It goes on remembering that when something else goes wrong before the next apply.
 */
function remembersMore(theirs: JsonObject, ours: JsonObject, state: State, remembered: ReadonlySet<string>): boolean {
  const failed = (getList(ours, 'conditions') ?? []).some((one) => getString(one, 'reason') === 'ReconciliationFailed');
  const known = (getList(theirs, 'inventory', 'entries') ?? []).map((entry) => stringifyJson(entry));
  const own = getList(ours, 'inventory', 'entries') ?? [];
  if (!known.every((entry) => own.some((one) => stringifyJson(one) === entry))) return false;
  return own.every((entry) => {
    const key = keyOfEntry(entry);
    return known.includes(stringifyJson(entry)) || ((failed || remembered.has(key)) && state.has(key));
  });
}

/** An end that one side alone had has a place of its own in a history, which keeps the last five: the oldest may be missing. */
function historyLike(theirs: JsonValue | undefined, ours: JsonValue | undefined, ends: number): JsonValue | undefined {
  if (!Array.isArray(theirs) || !Array.isArray(ours)) return ours;
  const shared = Math.min(theirs.length, ours.length);
  const isNear = Math.abs(theirs.length - ours.length) <= ends;
  return isNear && equalJson(theirs.slice(0, shared), ours.slice(0, shared)) ? theirs : ours;
}

/** Whether an apply failed for want of a namespace or a definition. */
export function lacksArrival(message: string): boolean {
  return /namespaces "[^"]*" not found|no matches for kind/.test(message);
}

/** An object was refused: upstream what is tried beside it is cancelled where it just is. */
function isCutShort(state: State): boolean {
  return [...state.values()].some((value) =>
    (getList(value, 'conditions') ?? []).some(
      (one) =>
        getString(one, 'reason') === 'ReconciliationFailed' && refused(getString(one, 'message') ?? '') !== undefined,
    ),
  );
}

/** The object as it will be once the takeover that was cancelled has been done. */
function withTakeover(theirs: JsonObject, ours: JsonObject): JsonObject {
  const taken = cloneJson(takenOver(ours, theirs, []));
  const metadata = getObject(taken, 'metadata');
  if (metadata) metadata['managedFields'] = inOrder(getList(metadata, 'managedFields') ?? []);
  return taken;
}

/**
 * The controller deletes what force replaces while it still tries the objects beside it, and ours when all have passed
 * (docs/differences.md).
 */
export function isDeletedAhead(lines: readonly string[], theirs: State): boolean {
  return isCutShort(theirs) && lines.every((line) => /^[A-Z]\w*\/[^\n]*\n    theirs none\n/.test(line));
}

/** What our inventories hold beyond theirs, as keys of a state. */
export function rememberedKeys(theirs: State, ours: State): string[] {
  return [...ours].flatMap(([key, own]) => {
    const known = new Set(
      (getList(theirs.get(key), 'inventory', 'entries') ?? []).map((entry) => stringifyJson(entry)),
    );
    const more = (getList(own, 'inventory', 'entries') ?? []).filter((entry) => !known.has(stringifyJson(entry)));
    return more.map(keyOfEntry);
  });
}

/** The key of a state for an entry of an inventory. */
function keyOfEntry(entry: JsonValue): string {
  const id = parseInventoryId(getString(entry, 'id') ?? '');
  return id ? `${id.kind}/${id.namespace}/${id.name}` : '';
}

/** What several Kustomizations have, as a message names it: each takes it from the other, and who came last is chance. */
function sharedObjects(state: State): Set<string> {
  const owned = [...state.values()].flatMap((value) => [
    ...new Set((getList(value, 'inventory', 'entries') ?? []).map((entry) => keyOfEntry(entry).replace('//', '/'))),
  ]);
  return new Set(owned.filter((name, at) => owned.indexOf(name) !== at));
}

/** Our conditions, with the controller's words where ours may be others. */
function conditionsLike(theirs: JsonObject, ours: JsonObject, shared: ReadonlySet<string>): JsonValue {
  const said = getList(theirs, 'conditions') ?? [];
  return (getList(ours, 'conditions') ?? []).map((condition) => {
    const type = getString(condition, 'type');
    const their = said.find((one) => getString(one, 'type') === type);
    const [a, b] = [getString(their, 'message') ?? '', getString(condition, 'message') ?? ''];
    const sameReason = getString(their, 'reason') === getString(condition, 'reason');
    const reason = getString(condition, 'reason') ?? '';
    if (
      !isJsonObject(condition) ||
      !sameReason ||
      a === b ||
      !areAlike(reason, withoutTaken(a, shared), withoutTaken(b, shared))
    )
      return condition;
    return { ...condition, message: a };
  });
}

/** A message without the lines that say that a shared object was taken. */
function withoutTaken(message: string, shared: ReadonlySet<string>): string {
  return message
    .split('\n')
    .filter((line) => !line.endsWith(' configured') || !shared.has(line.slice(0, -' configured'.length)))
    .join('\n');
}

function areAlike(reason: string, theirs: string, ours: string): boolean {
  if (theirs === ours) return true;
  switch (reason) {
    // What is wrong with a build is said in words of ours, with a place.
    case 'BuildFailed':
      return !ours.startsWith('validation failed');
    // Ours goes on with the cause; and which object comes first in a list is chance.
    case 'HealthCheckFailed':
      return equalJson(unhealthy(theirs), unhealthy(ours));
    // Objects are tried side by side: which of several that fail is the first one is chance. Of one object the words are equal.
    case 'ReconciliationFailed':
      if (isMaskOf(ours, theirs)) return true;
      return refused(theirs) !== undefined && refused(ours) !== undefined && refused(theirs) !== refused(ours);
    default:
      return false;
  }
}

/** What a server quotes of a Secret is masked by ours (docs/differences.md). */
function isMaskOf(ours: string, theirs: string): boolean {
  const parts = ours.split('•••').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return parts.length > 1 && new RegExp(`^${parts.join('[^]+')}$`).test(theirs);
}

function unhealthy(message: string): JsonValue {
  const objects = [...message.matchAll(/[A-Z]\w*\/\S+ status: '\w+'/g)].map(([text]) => text);
  return { how: / (timeout waiting|failed early)/.exec(` ${message}`)?.[1] ?? '', objects: objects.toSorted() };
}

/** The object that a message of an apply says to be refused. */
function refused(message: string): string | undefined {
  return /^([A-Z]\w*\/\S+) (dry-run failed|not found|namespace not specified)/.exec(message)?.[1];
}

function differences(theirs: JsonValue | undefined, ours: JsonValue | undefined, path: string): string[] {
  if (equalJson(theirs, ours)) return [];
  if (isJsonObject(theirs) && isJsonObject(ours))
    return [...new Set([...Object.keys(theirs), ...Object.keys(ours)])].flatMap((key) =>
      differences(getPath(theirs, key), getPath(ours, key), `${path}.${key}`),
    );
  const show = (value: JsonValue | undefined): string => (value === undefined ? 'none' : stringifyJson(value));
  return [`${path}\n    theirs ${show(theirs)}\n    ours   ${show(ours)}`];
}
