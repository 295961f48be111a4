// Defaults of the server inside lists and maps that are replaced as a whole. A merge keeps all other defaults, but these would
// go with what comes from Git, and a prediction would see a change where the server sees none.
import { equalJson, getKey, getPath, isJsonObject, setKey } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { SchemaNode } from '../../schema/schemaSet.ts';

/** Values that the server sets where a field is absent (k8s.io/kubernetes, pkg/apis/<group>/<version>/defaults.go). */
const DEFAULTS: readonly (readonly [field: string, value: JsonValue])[] = [
  ['protocol', 'TCP'],
  ['apiVersion', 'v1'],
  ['kind', 'PersistentVolumeClaim'],
  ['volumeMode', 'Filesystem'],
  ['status', { phase: 'Pending' }],
  ['scope', '*'],
  ['apiGroup', ''],
  ['apiGroup', 'rbac.authorization.k8s.io'],
  ['expirationSeconds', 3600],
  ['creationTimestamp', null],
  ['defaultMode', 420],
];

/** The desired value with the defaults that the live one shows inside such lists and maps. Everything else stays as it is. */
export function withAtomicDefaults(desired: JsonObject, live: JsonObject, schema: SchemaNode): JsonObject {
  return fill(desired, live, schema, false) as JsonObject;
}

function fill(
  desired: JsonValue,
  live: JsonValue | undefined,
  schema: SchemaNode | undefined,
  inside: boolean,
): JsonValue {
  if (Array.isArray(desired)) {
    if (!Array.isArray(live) || schema?.listType === 'set') return desired;
    if (schema?.listType === 'map')
      return desired.map((item) => fill(item, sameItem(item, live, schema), schema.items, inside));
    return live.length === desired.length
      ? desired.map((item, index) => fill(item, live[index], schema?.items, true))
      : desired;
  }
  if (!isJsonObject(desired) || !isJsonObject(live)) return desired;
  const whole = inside || schema?.atomic === true;
  const filled: JsonObject = {};
  for (const name of Object.keys(desired)) {
    setKey(
      filled,
      name,
      fill(desired[name] as JsonValue, getKey(live, name), schema?.fields?.get(name) ?? schema?.values, whole),
    );
  }
  if (!whole) return filled;
  for (const [name, value] of DEFAULTS) {
    const given = getKey(desired, name);
    // A Go struct that was not set is sent as an empty one.
    if ((given === undefined || equalJson(given, {})) && equalJson(getKey(live, name), value))
      setKey(filled, name, value);
  }
  return filled;
}

function sameItem(item: JsonValue, live: readonly JsonValue[], schema: SchemaNode): JsonValue | undefined {
  const keys = schema.listMapKeys ?? [];
  const keyOf = (one: JsonValue, key: string): JsonValue | undefined =>
    getPath(one, key) ?? schema.items?.fields?.get(key)?.default;
  return live.find((one) => keys.every((key) => equalJson(keyOf(one, key), keyOf(item, key))));
}
