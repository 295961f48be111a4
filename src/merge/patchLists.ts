// Lists in strategic merge patches: which elements a patch is about, and in which order the result stands. No schema.
import type { JsonObject, JsonValue } from '../model/json.ts';
import { isJsonObject } from '../model/json.ts';
import { plain } from './goPrint.ts';
import { goJson } from './pathElement.ts';

/** Why a strategic merge patch cannot be applied. `code` 0: upstream panics. */
export class PatchError extends Error {
  readonly code: 0 | 400 | 422 | 500;

  constructor(code: 0 | 400 | 422 | 500, message: string) {
    super(message);
    this.name = 'PatchError';
    this.code = code;
  }
}

export function mergeKeyError(item: JsonObject, mergeKey: string): PatchError {
  return new PatchError(500, `map: ${plain(item)} does not contain declared merge key: ${mergeKey}`);
}

/** The identity of an element: the value of its merge key, or the element itself. */
export function keyOf(item: JsonValue, mergeKey: string): string {
  return goJson(mergeKey !== '' && isJsonObject(item) ? (item[mergeKey] ?? null) : item);
}

/** A merged list in two: elements that the patch (or an order) names, and those that only the object has. */
export interface Parts {
  readonly named: readonly JsonValue[];
  readonly others: readonly JsonValue[];
}

export function partition(merged: readonly JsonValue[], by: readonly JsonValue[], mergeKey: string): Parts {
  if (mergeKey === '' && [...merged, ...by].some((item) => typeof item === 'object' && item !== null)) {
    throw new PatchError(0, 'runtime error: hash of unhashable type map[string]interface {}');
  }
  const keys = new Set(by.map((item) => keyOf(item, mergeKey)));
  if (mergeKey !== '') {
    for (const item of merged)
      if (isJsonObject(item) && !Object.hasOwn(item, mergeKey)) throw mergeKeyError(item, mergeKey);
  }
  return {
    named: merged.filter((item) => keys.has(keyOf(item, mergeKey))),
    others: merged.filter((item) => !keys.has(keyOf(item, mergeKey))),
  };
}

/** Lists of maps are ordered by their merge key, which every element must have then. */
export function requireMergeKey(mergeKey: string, ...lists: readonly (readonly JsonValue[])[]): void {
  for (const item of lists.flat())
    if (!isJsonObject(item) || !Object.hasOwn(item, mergeKey))
      throw mergeKeyError(isJsonObject(item) ? item : {}, mergeKey);
}

/** Elements without those that a deletion list holds. */
export function deleteFromList(list: readonly JsonValue[], deleted: readonly JsonValue[]): JsonValue[] {
  const keys = new Set(deleted.map((item) => keyOf(item, '')));
  return list.filter((item) => !keys.has(keyOf(item, '')));
}

function places(list: readonly JsonValue[], mergeKey: string): Map<string, number> {
  const out = new Map<string, number>();
  for (const [i, item] of list.entries()) if (!out.has(keyOf(item, mergeKey))) out.set(keyOf(item, mergeKey), i);
  return out;
}

function sortedBy(list: readonly JsonValue[], order: ReadonlyMap<string, number>, mergeKey: string): JsonValue[] {
  const place = (item: JsonValue): number => order.get(keyOf(item, mergeKey)) ?? -1;
  return list.toSorted((a, b) => place(a) - place(b));
}

function standsBefore(
  item: JsonValue,
  place: number | undefined,
  order: ReadonlyMap<string, number>,
  mergeKey: string,
): boolean {
  const own = order.get(keyOf(item, mergeKey));
  return own !== undefined && place !== undefined && own < place;
}

/**
 * One list again: named elements in the patch's order, and each other element before the first named one that the
 * object had after it.
 */
export function orderLists(
  parts: Parts,
  patchOrder: readonly JsonValue[],
  objectOrder: readonly JsonValue[],
  mergeKey: string,
): JsonValue[] {
  const before = places(objectOrder, mergeKey);
  const named = sortedBy(parts.named, places(patchOrder, mergeKey), mergeKey);
  const others = sortedBy(parts.others, before, mergeKey);
  const out: JsonValue[] = [];
  let next = 0;
  for (const item of named) {
    const place = before.get(keyOf(item, mergeKey));
    while (next < others.length && standsBefore(others[next] as JsonValue, place, before, mergeKey))
      out.push(others[next++] as JsonValue);
    out.push(item);
  }
  return [...out, ...others.slice(next)];
}
