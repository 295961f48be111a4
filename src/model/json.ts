// JSON values as the Kubernetes API speaks them. Integers beyond 2^53 are bigint; maps keep their key order.
// Reading and writing text is in jsonText.ts.

export type JsonValue = null | boolean | number | bigint | string | JsonValue[] | JsonObject;

/** A JSON object. Set keys that come from input with {@link setKey}: a plain assignment of `__proto__` is lost. */
export interface JsonObject {
  [key: string]: JsonValue;
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Sets an own property whatever its name is, `__proto__` included. */
export function setKey(object: JsonObject, key: string, value: JsonValue): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[key] = value;
  }
}

/** The own property of that name; never an inherited one such as `constructor`. */
export function getKey(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** The value at a path of own keys and list indexes, or undefined where the path ends early. */
export function getPath(value: JsonValue | undefined, ...path: (string | number)[]): JsonValue | undefined {
  let at: JsonValue | undefined = value;
  for (const step of path) {
    if (typeof step === 'number') at = Array.isArray(at) ? at[step] : undefined;
    else at = isJsonObject(at) ? getKey(at, step) : undefined;
    if (at === undefined) return undefined;
  }
  return at;
}

/** The string at a path, or undefined where there is none or it is of another type. */
export function getString(value: JsonValue | undefined, ...path: (string | number)[]): string | undefined {
  const found = getPath(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

/** The object at a path, or undefined where there is none or it is of another type. */
export function getObject(value: JsonValue | undefined, ...path: (string | number)[]): JsonObject | undefined {
  const found = getPath(value, ...path);
  return isJsonObject(found) ? found : undefined;
}

/** The list at a path, or undefined where there is none or it is of another type. */
export function getList(value: JsonValue | undefined, ...path: (string | number)[]): JsonValue[] | undefined {
  const found = getPath(value, ...path);
  return Array.isArray(found) ? found : undefined;
}

export function cloneJson<T extends JsonValue>(value: T): T {
  if (Array.isArray(value)) return value.map((item) => cloneJson(item)) as T;
  if (isJsonObject(value)) {
    const copy: JsonObject = {};
    for (const key of Object.keys(value)) setKey(copy, key, cloneJson(value[key] as JsonValue));
    return copy as T;
  }
  return value;
}

/** Equality as the Kubernetes API sees it: key order is nothing, list order is all, 1 and 1n are the same number. */
export function equalJson(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => equalJson(item, b[i]));
  if (isJsonObject(a)) {
    if (!isJsonObject(b)) return false;
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equalJson(a[key], b[key]))
    );
  }
  const numeric = (value: JsonValue): value is number | bigint => typeof value === 'number' || typeof value === 'bigint';
  // eslint-disable-next-line eqeqeq -- loose equality is the exact comparison between number and bigint.
  return numeric(a) && numeric(b) && a == b;
}
