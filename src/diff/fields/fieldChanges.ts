// The changes of one object, field by field: what it was, what it becomes, who owns it now, and where it was written.
import { getKey, getList, getObject, getString, isJsonObject } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { Manifest } from '../../model/manifest.ts';
import type { SchemaNode } from '../../schema/schemaSet.ts';
import { bodyOf } from '../compare.ts';
import { nodeAtPath, ownersOf, printPath } from './fieldPath.ts';
import type { FieldPath } from './fieldPath.ts';
import type { FieldChange } from '../plan/plan.ts';
import type { IgnoredFate } from '../ignoreRules.ts';
import { lookUp, pointerSteps } from './pointer.ts';
import { isSecret, isSecretField, maskValue } from './secrets.ts';
import { FIELD_MANAGER, takenEntries } from '../takeover.ts';
import { differences } from './walk.ts';
import type { Difference, WalkOptions } from './walk.ts';

export interface ChangeContext {
  /** Whose managedFields name the owners; the live object. */
  readonly live: JsonObject | undefined;
  readonly schema: SchemaNode | undefined;
  /** Whose nodes carry the origins. */
  readonly manifest?: Manifest | undefined;
  /** Fields of kubectl are taken over: those that Git does not have go. */
  readonly taken?: boolean;
  /** Whose fields are taken over beside those. */
  readonly managers?: readonly string[];
}

/** What differs between two objects in labels, annotations and everything that is not metadata or status. */
export function fieldChanges(
  before: JsonObject,
  after: JsonObject,
  context: ChangeContext,
  options: WalkOptions = { sides: 'both' },
): FieldChange[] {
  const { schema } = context;
  const metadata = ['labels', 'annotations'].flatMap((field) =>
    differences(
      getObject(before, 'metadata', field) ?? {},
      getObject(after, 'metadata', field) ?? {},
      undefined,
      options,
      [{ field: 'metadata' }, { field }],
    ),
  );
  return [...metadata, ...differences(bodyOf(before), bodyOf(after), schema, options)].map((difference) =>
    describe(difference, context, isSecret(after)),
  );
}

function describe(
  { path, before, after }: Difference,
  { live, manifest, taken, managers = [] }: ChangeContext,
  secret: boolean,
): FieldChange {
  const hidden = secret && isHidden(path);
  const shown = (value: JsonValue | undefined): JsonValue | undefined => (hidden ? maskValue(value) : value);
  const owner = before === undefined ? undefined : ownerOf(live, path);
  // What is removed was written nowhere any more.
  const origin = after === undefined || !manifest ? undefined : nodeAtPath(manifest.node, path)?.origin;
  return {
    path: printPath(path),
    ...(before === undefined ? {} : { before: shown(before) ?? null }),
    ...(after === undefined ? {} : { after: shown(after) ?? null }),
    ...(owner ? { owner } : {}),
    ...(taken && after === undefined && ownersOf(takenEntries(live, managers), path).length > 0
      ? { fate: 'takeover' }
      : {}),
    ...(origin ? { origin } : {}),
  };
}

/** A field that spec.ignore keeps as it is live, although Git has it otherwise. */
export function keptChange(live: JsonObject, { pointer, fate }: IgnoredFate): FieldChange {
  const path = pointerSteps(pointer).map((step) => (/^\d+$/.test(step) ? { index: Number(step) } : { field: step }));
  const value = lookUp(live, pointer);
  const shown = isSecret(live) && isHidden(path) ? maskValue(value) : value;
  const owner = ownerOf(live, path);
  return { path: printPath(path), before: shown ?? null, after: shown ?? null, fate, ...(owner ? { owner } : {}) };
}

function isHidden(path: FieldPath): boolean {
  const [first] = path;
  return (first !== undefined && 'field' in first && isSecretField(first.field)) || holdsLastApplied(path);
}

function holdsLastApplied(path: FieldPath): boolean {
  return path.some((step) => 'field' in step && step.field === 'kubectl.kubernetes.io/last-applied-configuration');
}

const timeOf = (entry: JsonObject): string => getString(entry, 'time') ?? '';

/** The other manager that owns a live field: the one that wrote last where there are several. */
function ownerOf(live: JsonObject | undefined, path: FieldPath): { manager: string; time?: string } | undefined {
  const entries = (getList(live, 'metadata', 'managedFields') ?? []).filter(
    (entry) => isJsonObject(entry) && getKey(entry, 'subresource') !== 'status',
  );
  const others = ownersOf(entries, path).filter((entry) => getString(entry, 'manager') !== FIELD_MANAGER);
  const last = others.toSorted((a, b) => (timeOf(a) < timeOf(b) ? 1 : -1))[0];
  if (!last) return undefined;
  const time = timeOf(last);
  return { manager: getString(last, 'manager') ?? '', ...(time === '' ? {} : { time }) };
}
