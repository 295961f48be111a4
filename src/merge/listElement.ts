// Which step of a path leads to an element of an associative list. Errors carry structured-merge-diff's words.
import type { JsonValue } from '../model/json.ts';
import { getKey, isJsonObject } from '../model/json.ts';
import type { SchemaNode } from '../schema/schemaSet.ts';
import { itemsOf, listKeysOf } from './atom.ts';
import { goQuote, keyElement, valueElement } from './pathElement.ts';
import type { PathElement } from './pathElement.ts';

/** The step, or why the element cannot be told apart from others. */
export function listElement(schema: SchemaNode, item: JsonValue): PathElement | { readonly error: string } {
  const keys = listKeysOf(schema);
  return keys.length > 0 ? keyedElement(schema, keys, item) : setElement(item);
}

function keyedElement(
  schema: SchemaNode,
  keys: readonly string[],
  item: JsonValue,
): PathElement | { readonly error: string } {
  if (item === null) return { error: 'associative list with keys may not have a null element' };
  if (!isJsonObject(item)) return { error: 'associative list with keys may not have non-map elements' };
  const found: [string, JsonValue][] = [];
  for (const name of keys) {
    // An explicit null is a key of its own; only an absent one takes the default.
    const value = Object.hasOwn(item, name) ? getKey(item, name) : itemsOf(schema).fields?.get(name)?.default;
    if (value !== undefined) found.push([name, value]);
  }
  if (found.length === 0) {
    return {
      error: `associative list with keys has an element that omits all key fields [${keys.map(goQuote).join(' ')}] (and doesn't have default values for any key fields)`,
    };
  }
  return keyElement(found);
}

function setElement(item: JsonValue): PathElement | { readonly error: string } {
  if (isJsonObject(item)) return { error: "associative list without keys has an element that's a map type" };
  if (Array.isArray(item)) return { error: 'not supported: associative list with lists as elements' };
  if (item === null) return { error: "associative list without keys has an element that's an explicit null" };
  return valueElement(item);
}
