// The way back from a printed path (fieldPath.ts, printPath) to keys and indexes of an object. Guesses nothing: a path that may
// mean two fields means none.
import { isJsonObject } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { printPath } from './fieldPath.ts';

export type Steps = readonly (string | number)[];

/** The keys and indexes that a printed path means in an object; undefined where it has no such field, or several. */
export function stepsOfPrinted(object: JsonValue, path: string): Steps | undefined {
  const [found, another] = waysOf(object, path, true);
  return another ? undefined : found;
}

function waysOf(value: JsonValue, rest: string, first: boolean): Steps[] {
  if (rest === '') return [[]];
  const next = isJsonObject(value) ? keysOf(value, rest, first) : Array.isArray(value) ? itemsOf(value, rest) : [];
  return next.flatMap(({ step, at, left }) => waysOf(at, left, false).map((way) => [step, ...way]));
}

interface Next {
  readonly step: string | number;
  readonly at: JsonValue;
  readonly left: string;
}

function keysOf(map: JsonObject, rest: string, first: boolean): Next[] {
  return Object.keys(map).flatMap((key) => {
    const printed = printPath([{ field: key }]);
    const said = first || printed.startsWith('[') ? printed : `.${printed}`;
    const left = rest.slice(said.length);
    const ends = left === '' || left.startsWith('.') || left.startsWith('[');
    return rest.startsWith(said) && ends ? [{ step: key, at: map[key] ?? null, left }] : [];
  });
}

/** Items are named by their keys where the schema has some, else by their value, else by their index. */
function itemsOf(list: readonly JsonValue[], rest: string): Next[] {
  const end = rest.startsWith('[') ? rest.indexOf(']') : -1;
  if (end < 0) return [];
  const words = rest.slice(1, end);
  const left = rest.slice(end + 1);
  const items = list.map((at, step) => ({ step, at, left }));
  for (const isMeant of [isNamed, isKeyed]) {
    const named = items.filter(({ at }) => isMeant(at, words));
    if (named.length > 0) return named;
  }
  return items.filter(({ step }) => String(step) === words);
}

function isNamed(item: JsonValue, words: string): boolean {
  return isJsonObject(item) ? item['name'] === words : String(item) === words;
}

/** Every key's value is one of the item's own, or the protocol that the server fills in. */
function isKeyed(item: JsonValue, words: string): boolean {
  if (!isJsonObject(item)) return false;
  const values = new Set(Object.values(item).flatMap((value) => (typeof value === 'object' ? [] : [String(value)])));
  if (item['protocol'] === undefined) values.add('TCP');
  return words.split(',').every((word) => values.has(word));
}
