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
  // What is begun and yet to be filled: values may be nested 10,000 deep, so nothing recurs.
  const left: (JsonValue[] | JsonObject)[] = [];
  // Begun as a shallow copy, which costs the platform a fraction of setting key after key.
  const begin = (each: JsonValue): JsonValue => {
    if (each === null || typeof each !== 'object') return each;
    const copy = Array.isArray(each) ? each.slice() : { ...each };
    left.push(copy);
    return copy;
  };
  const root = begin(value) as T;
  for (let copy = left.pop(); copy; copy = left.pop()) {
    if (Array.isArray(copy)) {
      for (let at = 0; at < copy.length; at++) copy[at] = begin(copy[at] as JsonValue);
      continue;
    }
    for (const key of Object.keys(copy)) {
      const member = copy[key] as JsonValue;
      if (typeof member === 'object' && member !== null) setKey(copy, key, begin(member));
    }
  }
  return root;
}

/** Equality as the Kubernetes API sees it: key order is nothing, list order is all, 1 and 1n are the same number. */
export function equalJson(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (!equalOne(a, b)) return false;
  // Pairs of lists or objects with as many members, which are yet to be compared.
  const left: (JsonValue | undefined)[] = [a, b];
  while (left.length > 0) {
    const y = left.pop() as JsonValue[] | JsonObject;
    const x = left.pop();
    if (x === null || typeof x !== 'object' || x === y) continue;
    const keys = Array.isArray(x) ? x.keys() : Object.keys(x);
    for (const key of keys) {
      if (!Object.hasOwn(y, key)) return false;
      const one = (x as JsonObject)[key];
      const other = (y as JsonObject)[key];
      if (!equalOne(one, other)) return false;
      if (typeof one === 'object') left.push(one, other);
    }
  }
  return true;
}

/** Equality of scalars; of lists and objects only that they are of one kind and have as many members. */
function equalOne(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length;
  if (isJsonObject(a)) return isJsonObject(b) && Object.keys(a).length === Object.keys(b).length;
  const numeric = (value: JsonValue): value is number | bigint =>
    typeof value === 'number' || typeof value === 'bigint';
  // eslint-disable-next-line eqeqeq -- loose equality is the exact comparison between number and bigint.
  return numeric(a) && numeric(b) && a == b;
}
