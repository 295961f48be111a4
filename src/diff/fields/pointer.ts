// JSON pointers (RFC 6901) into objects: look up, remove, replace. Changes only the object that it is given.
import { getKey, isJsonObject, setKey } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';

export function pointerSteps(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The value at a pointer; undefined where nothing is. */
export function lookUp(value: JsonValue, pointer: string): JsonValue | undefined {
  let at: JsonValue | undefined = value;
  for (const step of pointerSteps(pointer)) at = childOf(at, step);
  return at;
}

/** Removes what is at a pointer; nothing happens where nothing is. */
export function removeAt(object: JsonObject, pointer: string): void {
  const [parent, last] = parentOf(object, pointer);
  if (Array.isArray(parent) && indexOf(parent, last) !== undefined) parent.splice(indexOf(parent, last) as number, 1);
  else if (isJsonObject(parent)) delete parent[last];
}

/** Whether there is something at the pointer's parent, and the pointer is one at all. */
export function hasParent(object: JsonObject, pointer: string): boolean {
  const [parent] = parentOf(object, pointer);
  return pointer.startsWith('/') && typeof parent === 'object' && parent !== null;
}

/** Replaces what is at a pointer; false where nothing is, as JSON patch has it. */
export function replaceAt(object: JsonObject, pointer: string, value: JsonValue): boolean {
  const [parent, last] = parentOf(object, pointer);
  if (childOf(parent, last) === undefined) return false;
  if (Array.isArray(parent)) parent[indexOf(parent, last) as number] = value;
  else if (isJsonObject(parent)) setKey(parent, last, value);
  return true;
}

function parentOf(object: JsonObject, pointer: string): [JsonValue | undefined, string] {
  const steps = pointerSteps(pointer);
  const last = steps.pop() ?? '';
  let at: JsonValue | undefined = object;
  for (const step of steps) at = childOf(at, step);
  return [at, last];
}

function childOf(value: JsonValue | undefined, step: string): JsonValue | undefined {
  if (Array.isArray(value)) return value[indexOf(value, step) ?? value.length];
  return isJsonObject(value) ? getKey(value, step) : undefined;
}

/** Negative indexes count from the end, as the patch library of Flux has it. */
function indexOf(list: readonly JsonValue[], step: string): number | undefined {
  if (!/^-?\d+$/.test(step)) return undefined;
  const index = Number(step) < 0 ? list.length + Number(step) : Number(step);
  return index >= 0 && index < list.length ? index : undefined;
}
