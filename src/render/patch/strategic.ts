// Strategic merge of a patch into a resource, as kyaml's merge2 and walk do it (kustomize has no other implementation than
// kyaml's: `$setElementOrder` and `$retainKeys` are plain fields to it). Lists are in keyedList.ts. Changes only through
// write.ts; must not decide which resources a patch is for.
import { child, textOf } from '../../model/node.ts';
import type { ListNode, MapEntry, MapNode, Node } from '../../model/node.ts';
import { parseApiVersion } from '../../model/objectRef.ts';
import { refold } from '../../yaml/refold.ts';
import { resolvePlain } from '../../yaml/resolve.ts';
import { isOddText, untagged } from '../transform/setEntry.ts';
import type { SchemaNode, SchemaSet } from '../../schema/schemaSet.ts';
import { keepComment, removeField, respell, setField, setFlow, setScalar } from '../write.ts';
import type { Change } from '../write.ts';
import { commentSchema } from './commentSchema.ts';
import { takeDirective } from './directive.ts';
import { mergeKeyedList } from './keyedList.ts';
import type { MergeContext } from './mergeContext.ts';
import { isNull, isNullOrMissing } from './nullness.ts';
import { PatchFault } from './patchFault.ts';

/**
 * Merges `patch` into `target` and gives the result, or undefined where the patch deletes it. Both trees are used up: the
 * result is made of their nodes. Nodes that come from the patch must have been adopted (write.ts) before.
 * @throws PatchFault where the kinds of nodes differ or a directive is unknown.
 */
export function mergeStrategic(
  target: MapNode,
  patch: MapNode,
  schemas: SchemaSet,
  change: Change,
): MapNode | undefined {
  const merged = mergeNodes(target, patch, undefined, { schemas, change, path: [] });
  return merged?.kind === 'map' ? merged : undefined;
}

/** Merges two nodes at the same place; either may be missing. Undefined: the place is to be empty. */
export function mergeNodes(
  target: Node | undefined,
  patch: Node | undefined,
  schema: SchemaNode | undefined,
  context: MergeContext,
): Node | undefined {
  const kind = isNullOrMissing(target) ? (isNullOrMissing(patch) ? 'map' : patch.kind) : target.kind;
  if (!isNullOrMissing(target) && !isNullOrMissing(patch) && target.kind !== patch.kind) {
    throw new PatchFault(
      `cannot merge a ${patch.kind} into the ${target.kind} at ${context.path.join('.') || 'the root'}`,
      patch,
    );
  }
  const known = schema ?? schemaOfNodes(target, patch, context.schemas);
  if (kind === 'scalar') return patch ?? target;
  if (target && target.kind !== 'scalar' && isWithoutContent(target) && patch && patch.kind !== 'scalar')
    putInto(target, patch.flow === true);
  if (isBlock(target) && patch?.kind !== 'scalar' && patch?.flow === true) keepComment(target, patch.origin);
  if (kind === 'map') return mergeMaps(target, patch, known, context);
  const merges = known?.patchStrategy?.includes('merge') === true;
  return merges ? mergeLists(target, patch, known, context) : (patch ?? target);
}

/** Puts a list or map within brackets, or out of them, of which only a comment behind them is left. */
function putInto(node: ListNode | MapNode, flow: boolean): void {
  if (node.flow === true && !flow) keepComment(node, node.origin);
  setFlow(node, flow);
}

function isBlock(node: Node | undefined): node is MapNode | ListNode {
  return node !== undefined && node.kind !== 'scalar' && node.flow !== true;
}

/** `{}` stands within brackets because it is empty, which says nothing about what is merged into it. */
function isWithoutContent(node: MapNode | ListNode): boolean {
  return (node.kind === 'map' ? node.entries.size : node.items.length) === 0;
}

/** A node without a schema of its own may be an object in itself: an embedded manifest, or the root. */
function schemaOfNodes(target: Node | undefined, patch: Node | undefined, schemas: SchemaSet): SchemaNode | undefined {
  for (const node of [target, patch]) {
    const kind = textOf(child(node, 'kind')) ?? '';
    const apiVersion = textOf(child(node, 'apiVersion')) ?? '';
    if (kind === '' || apiVersion === '') continue;
    const schema = schemas.schemaOf({ ...parseApiVersion(apiVersion), kind });
    if (schema) return schema;
  }
  return undefined;
}

function mergeMaps(
  target: Node | undefined,
  patch: Node | undefined,
  schema: SchemaNode | undefined,
  context: MergeContext,
): Node | undefined {
  const base = baseOfMaps(target, patch);
  if (base?.kind !== 'map') return base;
  const from = patch?.kind === 'map' ? patch : undefined;
  const keys = [...new Set([...base.entries.keys(), ...(from?.entries.keys() ?? [])])].sort();
  for (const key of keys) mergeField(base, from, key, fieldSchema(schema, key), context);
  return base;
}

/** The map that the fields are merged into: the target's, or the patch's own where it is added or replaces. */
function baseOfMaps(target: Node | undefined, patch: Node | undefined): Node | undefined {
  if (isNullOrMissing(target)) {
    if (patch?.kind === 'map' && takeDirective(patch, 'added') === 'delete') return undefined;
    return patch;
  }
  if (patch && isNull(patch)) return undefined;
  const directive = patch?.kind === 'map' ? takeDirective(patch, 'merged') : 'merge';
  if (directive === 'delete') return undefined;
  return directive === 'replace' ? patch : target;
}

function mergeField(
  base: MapNode,
  patch: MapNode | undefined,
  key: string,
  schema: SchemaNode | undefined,
  context: MergeContext,
): void {
  const old = child(base, key);
  const added = child(patch, key);
  if (key === '') throw new PatchFault('a key is empty, below which nothing can be merged: name it', added ?? old);
  if (
    !old &&
    patch?.entries.get(key)?.keyStyle === 'plain' &&
    ['!!int', '!!float'].includes(resolvePlain(key, 'resource').tag)
  ) {
    throw new PatchFault(`the key ${key} is a number; put it in quotes`, added);
  }
  // A null that is written out survives where the patch says nothing about it; an empty value does not.
  if (old?.kind === 'scalar' && isNull(old) && !added && old.text !== '') return;
  const masked = context.change.masked === true || holdsSecrets(base, key, context);
  const inner = {
    ...context,
    change: masked ? { ...context.change, masked } : context.change,
    path: [...context.path, key],
  };
  const commented = commentSchema(base.entries.get(key)) ?? commentSchema(patch?.entries.get(key));
  const merged = mergeNodes(old, added, commented ?? schema, inner);
  if (!merged || isNull(merged)) removeField(base, key, inner.change);
  else setMerged(base, spelledAs(old, merged), inner, patch?.entries.get(key));
}

/**
 * A scalar over a scalar is set where it stands: labels and annotations of a transformer share theirs with other maps.
 * Not so the name and the like, which the caller may put back.
 */
function setMerged(base: MapNode, next: Node, { change, path }: MergeContext, from: MapEntry | undefined): void {
  const key = path.at(-1) ?? '';
  const old = child(base, key);
  const staysInPlace = path.length > 2 && old?.kind === 'scalar' && next.kind === 'scalar' && old !== next;
  if (!staysInPlace) return setField(base, key, next, change, from);
  setScalar(old, next, { ...change, place: next.origin.place, cause: next.origin.cause });
}

/**
 * A value keeps the quotes of the one that it replaces: a number over quoted text becomes text, unless that one had a tag,
 * which counts as a style that shows tags. Text that YAML 1.1 would
 * take for something else gets quotes of its own when it is set, be it by itself. Lists and maps keep their brackets.
 */
function spelledAs(old: Node | undefined, merged: Node): Node {
  let next = merged;
  // Where there is a value already, its quotes come before those, and without a tag the text says again what it is.
  if (next.kind === 'scalar' && next.untagged === true && old?.kind === 'scalar' && old !== merged)
    return { ...next, ...untagged(next.text, old.style) };
  if (next.kind === 'scalar' && next.untagged === true && next.style === 'plain' && isOddText(next.text)) {
    next = { ...next, value: next.text, tag: '!!str', style: 'double' };
  }
  if (next.kind === 'scalar' && next.tag === '!!str' && next.style === 'plain' && isOddText(next.text)) {
    respell(next, next.text, next.tag, 'double');
  }
  if (old && old !== next && next.kind !== 'scalar') {
    putInto(next, old.kind !== 'scalar' && old.flow === true);
  }
  if (old?.kind !== 'scalar' || next.kind !== 'scalar' || old === merged) return next;
  const { style, tagged } = old;
  const { tagged: _, ...plain } = next;
  const value = next.tag !== '!!str' ? next.value : style === 'folded' ? refold(next.text) : next.text;
  const kept = tagged === true ? { ...plain, value, style, tagged } : { ...plain, value, style };
  const keepsTag =
    tagged === true ||
    next.tag === '!!str' ||
    style === 'plain' ||
    resolvePlain(next.text, 'resource').tag !== next.tag;
  return keepsTag ? kept : { ...kept, value: next.text, tag: '!!str', hidden: next.tag };
}

function holdsSecrets(base: MapNode, key: string, context: MergeContext): boolean {
  return (
    context.path.length === 0 && (key === 'data' || key === 'stringData') && textOf(child(base, 'kind')) === 'Secret'
  );
}

function fieldSchema(schema: SchemaNode | undefined, key: string): SchemaNode | undefined {
  return schema?.fields?.get(key) ?? schema?.values;
}

function mergeLists(
  target: Node | undefined,
  patch: Node | undefined,
  schema: SchemaNode | undefined,
  context: MergeContext,
): Node | undefined {
  const base = baseOfLists(target, patch);
  if (base?.kind !== 'list') return base;
  const from = patch?.kind === 'list' ? patch : undefined;
  mergeKeyedList(base, from, schema, context, mergeNodes);
  return base;
}

function baseOfLists(target: Node | undefined, patch: Node | undefined): Node | undefined {
  if (isNullOrMissing(target)) return patch;
  if (patch && isNull(patch)) return undefined;
  const directive = patch?.kind === 'list' ? takeDirective(patch, 'merged') : 'merge';
  if (directive === 'delete') return undefined;
  return directive === 'replace' ? patch : target;
}
