// The plan of an object that is there: predicted by our own merge, confirmed by the server's dry-run, and both compared.
import type { Finding } from '../../model/finding.ts';
import { equalJson, isJsonObject, getKey } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { printRef, refOf } from '../../model/objectRef.ts';
import { hasDrifted } from '../compare.ts';
import { changeDangers, replaceDangers } from './danger.ts';
import { fieldChanges, keptChange } from '../fields/fieldChanges.ts';
import { refused } from '../findings.ts';
import { adoptIgnored, ignoredFates, ignoredPaths, withoutPaths } from '../ignoreRules.ts';
import { immutableChange } from './immutableFields.ts';
import { FLUX_GROUP, forceWanted, textMap } from '../desired/metadata.ts';
import type { FieldChange, PlanEntry } from './plan.ts';
import { askServer } from './planEntry.ts';
import type { Item, Make, PlanContext, PlannedEntry } from './planEntry.ts';
import type { ApplySpec } from './planOwner.ts';
import { predictApply } from './predict.ts';
import { isReplaceable } from './replaceable.ts';
import { withoutSecretValues } from '../fields/secrets.ts';
import { FIELD_MANAGER, migrated, takeoverPatch } from '../takeover.ts';

/** What an apply would come to, by our prediction or by the server's word. */
interface Outcome {
  /** The object as it would be; where it is refused, as we think that it would have been. */
  readonly after: JsonObject;
  /** The sentence of a refusal. */
  readonly refusal?: string;
  /** The refused object would be accepted if it were made anew, and force is on. */
  readonly replaces?: boolean;
  readonly isPredicted: boolean;
}

interface Judged {
  readonly entry: PlanEntry;
  readonly finding?: Finding;
}

interface Subject {
  readonly desired: JsonObject;
  readonly live: JsonObject;
  readonly make: Make;
  readonly item: Item;
  readonly context: PlanContext;
  /** Fields of kubectl are taken over. */
  readonly taken: boolean;
  /** Fields are written at another version than that of Git, and move there. */
  readonly moved: boolean;
}

export async function planUpdate(
  desired: JsonObject,
  live: JsonObject,
  make: Make,
  item: Item,
  context: PlanContext,
  signal?: AbortSignal,
): Promise<PlannedEntry> {
  const { batch, spec, dryRun, overrideManagers = [] } = context;
  const taken = takeoverPatch(desired, live, overrideManagers).length > 0;
  const atVersion = context.migrateApiVersion ? migrated(desired, live) : live;
  const moved = atVersion !== live;
  const subject: Subject = { desired, live, make, item, context, taken, moved };
  const predicted = predictApply(desired, atVersion, batch.schemas, overrideManagers);
  const outcome: Outcome =
    typeof predicted === 'string'
      ? { after: desired, refusal: withoutSecretValues(predicted, [desired, live]), isPredicted: true }
      : { after: predicted, isPredicted: true };
  const guess = judge(subject, outcome);
  // A server that has the old definition would drop what only the new one knows.
  const waits = batch.definesAnew(refOf(desired));
  if (!dryRun || waits) return settled(guess, context, waits);
  const answer = await askServer(desired, live, dryRun, signal);
  // It is asked before the fields have moved, which may be what it refuses.
  if ('refusal' in answer && moved && outcome.refusal === undefined) return settled(guess, context, true);
  if ('refusal' in answer) {
    const replaces =
      forceWanted(desired, live, spec.force) && (await isReplaceable(desired, answer.refusal, dryRun, signal));
    const sure = judge(subject, { after: outcome.after, refusal: answer.message, replaces, isPredicted: false });
    note(guess.entry, sure.entry, context);
    return settled(sure, context, true);
  }
  // The server cannot foretell a takeover: what the prediction has without the fields of kubectl is what will be.
  if (taken && outcome.refusal === undefined) return settled(guess, context, true);
  const sure = judge(subject, { after: answer.object, isPredicted: false });
  note(guess.entry, sure.entry, context);
  return settled(sure, context, true);
}

function settled({ entry, finding }: Judged, context: PlanContext, confirmed: boolean): PlannedEntry {
  if (finding) context.findings.push(finding);
  return { entry, confirmed };
}

function judge(subject: Subject, outcome: Outcome): Judged {
  const { desired, live, make, item, context, taken, moved } = subject;
  const { spec, batch, overrideManagers = [] } = context;
  const { after } = outcome;
  const ref = refOf(desired);
  const paths = readPaths(spec, after);
  if (typeof paths === 'string')
    return { entry: make('configure', paths, []), finding: refused(item.manifest, ref, paths) };
  const [before, result] = [withoutPaths(live, paths), withoutPaths(after, paths)];
  const schema = batch.schemas.schemaOf(ref);
  const changes = fieldChanges(before, result, {
    live,
    schema,
    manifest: item.manifest,
    taken,
    managers: overrideManagers,
  });
  const dangers = changeDangers(before, result, changes);
  const refuse = (message: string): Judged => ({
    entry: make('configure', message.replace(`${printRef(ref)} `, ''), changes, { dangers }),
    finding: refused(item.manifest, ref, message),
  });
  const replace = (what: string): Judged => ({
    entry: make('replace', `${what} is immutable, and force is on`, changes, {
      dangers: [...replaceDangers(live), ...dangers.filter(({ code }) => code !== 'immutable')],
    }),
  });
  const fixed = immutableChange(live, changes);
  if (outcome.replaces) return replace(fixed?.path ?? 'a field that changes');
  if (outcome.refusal !== undefined) return refuse(outcome.refusal);
  const frozen = outcome.isPredicted ? fixed : undefined;
  if (frozen && forceWanted(desired, live, spec.force)) return replace(frozen.path);
  if (frozen)
    return refuse(`${printRef(ref)} ${frozen.path} is immutable: the server will refuse this unless force is on`);
  if (!taken && !moved && !hasDrifted(before, result)) return { entry: make('unchanged', '', [], { after }) };
  const payload = adoptIgnored(desired, live, after, paths, FIELD_MANAGER);
  if (typeof payload === 'string') return refuse(payload);
  const kept = ignoredFates(live, after, paths, FIELD_MANAGER).map((one) => keptChange(live, one));
  const reason = otherOwner(live, spec) ?? (changes.length === 0 ? quietReason(subject) : '');
  return { entry: make('configure', reason, [...changes, ...kept], { after, dangers }) };
}

/** Why an object is written of which no field changes. */
function quietReason({ desired, taken, moved }: Subject): string {
  if (taken) return 'fields are taken over from kubectl';
  return moved ? `its managed fields move to ${String(desired['apiVersion'])}` : '';
}

/** The pointers of spec.ignore for an object, or the sentence with which the controller would fail. */
function readPaths(spec: ApplySpec, object: JsonObject): string[] | string {
  try {
    return ignoredPaths(spec.ignore, object);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return error.message;
  }
}

function otherOwner(live: JsonObject, { owner }: ApplySpec): string | undefined {
  const labels = textMap(live, 'labels');
  const [namespace, name] = [labels.get(`${FLUX_GROUP}/namespace`), labels.get(`${FLUX_GROUP}/name`)];
  const other = name !== undefined && (name !== owner.name || namespace !== owner.namespace);
  return other ? `it moves here from ${namespace ?? ''}/${name}` : undefined;
}

/** Counts a prediction, and remembers where the server said otherwise: paths only. */
function note(guess: PlanEntry, sure: PlanEntry, { predictions }: PlanContext): void {
  predictions.compared += 1;
  const paths =
    guess.action === sure.action ? differingPaths(guess.changes, sure.changes) : [`${guess.action} -> ${sure.action}`];
  if (paths.length > 0) predictions.differing.push({ object: printRef(sure.ref), paths });
}

function differingPaths(guess: readonly FieldChange[], sure: readonly FieldChange[]): string[] {
  const said = new Map(sure.map((change) => [change.path, change]));
  const wrong = guess.filter(({ path, after }) => {
    const other = said.get(path);
    return !other || !isWithin(after, other.after);
  });
  const guessed = new Set(guess.map(({ path }) => path));
  return [...wrong, ...sure.filter(({ path }) => !guessed.has(path))].map(({ path }) => path);
}

/** Equal but for what the server fills into a value that is new. */
function isWithin(guess: JsonValue | undefined, sure: JsonValue | undefined): boolean {
  if (isJsonObject(guess) && isJsonObject(sure))
    return Object.keys(guess).every((key) => isWithin(getKey(guess, key), getKey(sure, key)));
  if (Array.isArray(guess) && Array.isArray(sure))
    return guess.length === sure.length && guess.every((item, at) => isWithin(item, sure[at]));
  return equalJson(guess, sure);
}
