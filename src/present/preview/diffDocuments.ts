// The two sides of a diff: what Git says and what the cluster has, as YAML without what only servers write. Pure.
import type { FieldChange } from '../../diff/plan/plan.ts';
import { MASKED } from '../../diff/plan/plan.ts';
import { getObject, isJsonObject, setKey } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { keyOf, refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import { manifestRef } from '../../model/manifest.ts';
import { toJson } from '../../model/node.ts';
import type { ClusterState, WorkspaceState } from '../../workspace/state.ts';
import { writeYaml } from '../../yaml/write.ts';
import { objectName } from '../names.ts';

export interface DiffDocuments {
  readonly title: string;
  readonly desired: string;
  readonly live: string;
  /** Why there is nothing to compare; empty where there is. */
  readonly message: string;
}

/** Desired and live of an object: of its drift, of the plan, or of the rendering and the watch. */
export function diffDocuments(state: WorkspaceState, clusterName: string, ref: ObjectRef): DiffDocuments {
  const cluster = state.clusters.find((one) => one.name === clusterName);
  const title = `${objectName(ref)}: desired ↔ live in ${clusterName}`;
  const sides = cluster ? sidesOf(state, cluster, ref) : undefined;
  if (!sides || (!sides.desired && !sides.live))
    return {
      title,
      desired: '',
      live: '',
      message: `${objectName(ref)} is neither in the files nor in ${clusterName}`,
    };
  return {
    title,
    desired: sides.desired ? writeYaml(withoutServerFields(hidden(sides.desired))) : '',
    live: sides.live
      ? writeYaml(
          withoutServerFields(
            hidden(sides.desired ? declaredPart(sides.live, sides.desired, removedPaths(sides.changes)) : sides.live),
          ),
        )
      : '',
    message: '',
  };
}

interface Sides {
  readonly desired: JsonObject | undefined;
  readonly live: JsonObject | undefined;
  readonly changes: readonly FieldChange[];
}

function sidesOf(state: WorkspaceState, cluster: ClusterState, ref: ObjectRef): Sides {
  const key = keyOf(ref);
  const drift = cluster.drifts.get(key);
  for (const plan of cluster.plans.values()) {
    const entry = plan.kind === 'made' ? plan.plan.entries.find((one) => keyOf(one.ref) === key) : undefined;
    // A plan that was made before the drift says nothing of it.
    if (drift && entry?.action === 'unchanged') continue;
    if (entry && (entry.desired ?? entry.live))
      return { desired: entry.desired, live: entry.live, changes: entry.changes };
  }
  if (drift) return { desired: drift.desired, live: drift.live, changes: drift.changes };
  return { desired: renderedObject(state, key), live: cluster.objects.get(key)?.object, changes: [] };
}

function renderedObject(state: WorkspaceState, key: string): JsonObject | undefined {
  for (const rendering of state.renderings.values()) {
    if (rendering.root.kind !== 'flux') continue;
    const found = rendering.lastGood.find((manifest) => keyOf(manifestRef(manifest)) === key);
    const object = found && toJson(found.node);
    if (isJsonObject(object)) return object;
  }
  return undefined;
}

function removedPaths(changes: readonly FieldChange[]): ReadonlySet<string> {
  return new Set(changes.filter((change) => change.after === undefined).map((change) => change.path));
}

/**
 * What the live object has at the fields that Git declares, and at those that the change removes. Everything else was
 * defaulted by the server or belongs to others: it would only hide the difference.
 */
export function declaredPart(live: JsonObject, desired: JsonObject, removed: ReadonlySet<string>): JsonObject {
  return project(live, desired, '', removed) as JsonObject;
}

function project(
  live: JsonValue,
  desired: JsonValue | undefined,
  path: string,
  removed: ReadonlySet<string>,
): JsonValue {
  if (isJsonObject(live) && isJsonObject(desired)) {
    const kept: JsonObject = {};
    for (const key of Object.keys(live)) {
      const inner = path === '' ? key : `${path}.${key}`;
      if (Object.hasOwn(desired, key)) setKey(kept, key, project(live[key] as JsonValue, desired[key], inner, removed));
      else if ([...removed].some((one) => one === inner || one.startsWith(`${inner}.`) || one.startsWith(`${inner}[`)))
        setKey(kept, key, live[key] as JsonValue);
    }
    return kept;
  }
  if (Array.isArray(live) && Array.isArray(desired)) {
    return live.map((item, index) => {
      const name = isJsonObject(item) ? item['name'] : undefined;
      const twin =
        name === undefined ? desired[index] : desired.find((one) => isJsonObject(one) && one['name'] === name);
      return twin === undefined
        ? item
        : project(item, twin, `${path}[${typeof name === 'string' ? name : index}]`, removed);
    });
  }
  return live;
}

const SERVER_METADATA: ReadonlySet<string> = new Set([
  'managedFields',
  'resourceVersion',
  'uid',
  'generation',
  'creationTimestamp',
  'selfLink',
]);

function withoutServerFields(object: JsonObject): JsonObject {
  const copy: JsonObject = {};
  for (const key of Object.keys(object)) if (key !== 'status') setKey(copy, key, object[key] as JsonValue);
  const metadata = getObject(object, 'metadata');
  if (metadata) {
    const kept: JsonObject = {};
    for (const key of Object.keys(metadata))
      if (!SERVER_METADATA.has(key)) setKey(kept, key, metadata[key] as JsonValue);
    copy['metadata'] = kept;
  }
  return copy;
}

/** A Secret with its values hidden. Values that the diff room has masked already stay as they are. */
function hidden(object: JsonObject): JsonObject {
  const ref = refOf(object);
  if (ref.group !== '' || ref.kind !== 'Secret') return object;
  const copy: JsonObject = { ...object };
  for (const field of ['data', 'stringData']) {
    const values = getObject(object, field);
    if (!values) continue;
    const masked: JsonObject = {};
    for (const key of Object.keys(values)) setKey(masked, key, values[key] === MASKED ? MASKED : '•••');
    copy[field] = masked;
  }
  return copy;
}
