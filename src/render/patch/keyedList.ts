// Merging of lists whose schema says that they merge: by keys (containers by name, ports by number and protocol), or by
// value (finalizers). A close rendering of kyaml's walk/associative_sequence.go: items of the patch come first, and lists
// with missing or doubled keys come out as upstream has them, odd as that is.
import { child } from '../../model/node.ts';
import type { ListNode, Node } from '../../model/node.ts';
import type { SchemaNode } from '../../schema/schemaSet.ts';
import { newText, setField, setItems } from '../write.ts';
import type { MergeContext, MergeNodes } from './mergeContext.ts';
import { isEmpty, isEmptyMap, isNullOrMissing, rawText } from './nullness.ts';
import { PatchFault } from './patchFault.ts';

/** An item is found by the values of keys; the key '' stands for the item itself, a scalar. */
interface Match {
  readonly keys: readonly string[];
  readonly values: readonly string[];
}

/** Merges the items of `patch` into `base`; where the list is new, both are the same node. */
export function mergeKeyedList(
  base: ListNode,
  patch: ListNode | undefined,
  schema: SchemaNode | undefined,
  context: MergeContext,
  mergeNodes: MergeNodes,
): void {
  const keys = schema?.listMapKeys ?? (schema?.patchMergeKey === undefined ? [] : [schema.patchMergeKey]);
  const sources = patch ? [patch, base] : [base];
  const wanted = keys.length > 0 ? keyValues(sources, keys) : plainValues(sources);
  if (wanted.length === 0) return;
  const names = keys.length > 0 ? keys : [''];
  if (names.length > 1) unifyValues(wanted);
  const used = usedKeys(wanted, names);
  const first: Node[] = [];
  for (const values of wanted) {
    const match: Match = { keys: used, values: values.filter((_, i) => used.includes(names[i] ?? '')) };
    const item = mergeItem(base, patch, match, schema?.items, context, mergeNodes);
    if (item === undefined) setItems(base, withItem(base.items, undefined, match), context.change);
    else replaceAll(first, withItem(first, item, match));
  }
  for (const item of base.items) appendOld(first, item, used);
  setItems(base, first, context.change);
}

function mergeItem(
  base: ListNode,
  patch: ListNode | undefined,
  match: Match,
  schema: SchemaNode | undefined,
  context: MergeContext,
  mergeNodes: MergeNodes,
): Node | undefined {
  const search = withoutUnusedKeys(match);
  const inner = { ...context, path: [...context.path, `[${search.values.join(',')}]`] };
  const merged = mergeNodes(findItem(base, search), patch && findItem(patch, search), schema, inner);
  if (isNullOrMissing(merged) || isEmptyMap(merged)) return undefined;
  if (merged.kind !== 'map') return merged;
  for (const [i, key] of match.keys.entries()) {
    const value = match.values[i] ?? '';
    if (value !== '' && !merged.entries.has(key)) setField(merged, key, newText(value, inner.change), inner.change);
  }
  return merged;
}

/** The distinct combinations of key values in all lists, in order. A missing value is the empty text. */
function keyValues(lists: readonly ListNode[], keys: readonly string[]): string[][] {
  const seen = new Map<string, string[]>();
  for (const item of lists.flatMap((list) => list.items)) {
    const values = keys.map((key) => (isEmpty(child(item, key)) ? '' : rawText(child(item, key))));
    const id = JSON.stringify(values);
    if (!seen.has(id)) seen.set(id, values);
  }
  return [...seen.values()];
}

function plainValues(lists: readonly ListNode[]): string[][] {
  return [...new Set(lists.flatMap((list) => list.items.map(rawText)))].map((value) => [value]);
}

/** Two combinations that share a value and differ only where one has none are taken for the same item. */
function unifyValues(combinations: string[][]): void {
  for (let i = 0; i < combinations.length; i++) {
    const one = combinations[i] as string[];
    for (let j = 0; j < combinations.length; j++) {
      const united = unite(one, combinations[j] as string[]);
      if (united) combinations[i] = combinations[j] = united;
    }
  }
}

function unite(a: readonly string[], b: readonly string[]): string[] | undefined {
  if (!a.some((value, i) => value === b[i])) return undefined;
  if (a.some((value, i) => value !== b[i] && value !== '' && b[i] !== '')) return undefined;
  return a.map((value, i) => (value !== '' ? value : (b[i] ?? '')));
}

/** Keys for which any item has a value; all of them where none has. */
function usedKeys(combinations: readonly (readonly string[])[], keys: readonly string[]): readonly string[] {
  const used = keys.filter((_, i) => combinations.some((values) => values[i] !== ''));
  return used.length > 0 ? used : keys;
}

function withoutUnusedKeys({ keys, values }: Match): Match {
  const used = usedKeys([values], keys);
  return { keys: used, values: values.filter((_, i) => used.includes(keys[i] ?? '')) };
}

/** The first item that matches (kyaml's ElementMatcher). */
function findItem(list: ListNode, { keys, values }: Match): Node | undefined {
  if (keys[0] === '') return list.items.find((item) => rawText(item) === values[0]);
  return list.items.find(
    (item) =>
      item.kind === 'map' &&
      keys.every((key, i) => child(item, key) !== undefined && rawText(child(item, key)) === values[i]),
  );
}

/**
 * The items with `item` in the place of those that match, or behind them all where none does; without `item`, those that
 * do not match (kyaml's ElementSetter). Empty items are dropped on the way.
 */
function withItem(items: readonly Node[], item: Node | undefined, match: Match): Node[] {
  const result: Node[] = [];
  let replaced = false;
  for (const old of items) {
    if (isEmptyMap(old)) continue;
    if (old.kind !== 'map' && setsMaps(match)) {
      result.push(old);
    } else if (!matches(old, match)) {
      if (match.values.length > 0) result.push(old);
    } else {
      replaced = true;
      if (item) result.push(item);
    }
  }
  if (item && !replaced) result.push(item);
  return result;
}

function setsMaps({ keys, values }: Match): boolean {
  return (keys[0] ?? '') !== '' && (values[0] ?? '') !== '';
}

/** An empty value matches any item that has the key; a missing value repeats the last comparison. */
function matches(item: Node, { keys, values }: Match): boolean {
  let found = false;
  for (const [i, key] of keys.entries()) {
    const value = values[i];
    if (value !== undefined) {
      const expected = key === '' ? 'scalar' : 'map';
      if (item.kind !== expected)
        throw new PatchFault(`expected a ${expected} in the list, found a ${item.kind}`, item);
      const at = key === '' ? item : child(item, key);
      found = at !== undefined && (rawText(at) === value || (value === '' && key !== ''));
    }
    if (!found) return false;
  }
  return found;
}

/** Puts an item of the old list behind the merged ones, or over the one with the same keys. */
function appendOld(items: Node[], item: Node, keys: readonly string[]): void {
  if (keys[0] === '') {
    replaceAll(items, withItem(items, item, { keys, values: [rawText(item)] }));
    return;
  }
  if (item.kind !== 'map' && !isNullOrMissing(item))
    throw new PatchFault(`expected a map in the list, found a ${item.kind}`, item);
  const values: string[] = [];
  for (const key of keys) {
    const value = child(item, key);
    if (value) values.push(rawText(value));
    else items.push(item);
  }
  if (keys.length > 1) replaceAll(items, withItem(items, undefined, { keys, values }));
  replaceAll(items, withItem(items, item, { keys, values }));
}

function replaceAll(items: Node[], next: readonly Node[]): void {
  items.splice(0, items.length, ...next);
}
