// Paths into objects as the user reads them (`spec.containers[web].image`) and as managedFields has them. Pure.
import { equalJson, getKey, getPath, isJsonObject } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { Node } from '../../model/node.ts';
import { child, toJson } from '../../model/node.ts';

/** One step of a path. An item of a keyed list is named by its keys, one of a set by its value, others by their index. */
export type Step =
  | { readonly field: string }
  | { readonly keys: readonly (readonly [name: string, value: JsonValue])[] }
  | { readonly value: JsonValue }
  | { readonly index: number };

export type FieldPath = readonly Step[];

export function printPath(path: FieldPath): string {
  return path.map((step, index) => printStep(step, index === 0)).join('');
}

function printStep(step: Step, first: boolean): string {
  if ('index' in step) return `[${step.index}]`;
  if ('value' in step) return `[${String(step.value)}]`;
  if ('keys' in step) return `[${step.keys.map(([, value]) => String(value)).join(',')}]`;
  if (/[./[\]]/.test(step.field)) return `[${step.field}]`;
  return first ? step.field : `.${step.field}`;
}

/** The managers whose managedFields hold a path, or a map or list around it that is owned as a whole. */
export function ownersOf(entries: readonly JsonValue[], path: FieldPath): JsonObject[] {
  return entries.filter(isJsonObject).filter((entry) => owns(getPath(entry, 'fieldsV1'), path));
}

function owns(fields: JsonValue | undefined, path: FieldPath): boolean {
  let at = fields;
  for (const [index, step] of path.entries()) {
    if (!isJsonObject(at)) return false;
    // An empty set below a path is a leaf: it owns what is under it.
    if (index > 0 && Object.keys(at).length === 0) return true;
    const key = Object.keys(at).find((name) => isStep(name, step));
    if (key === undefined) return false;
    at = getKey(at, key);
  }
  return at !== undefined;
}

function isStep(name: string, step: Step): boolean {
  if ('field' in step) return name === `f:${step.field}`;
  if ('index' in step) return name === `i:${step.index}`;
  if ('value' in step) return name.startsWith('v:') && equalJson(JSON.parse(name.slice(2)) as JsonValue, step.value);
  if (!name.startsWith('k:')) return false;
  const keys = JSON.parse(name.slice(2)) as JsonObject;
  return step.keys.every(([key, value]) => equalJson(getKey(keys, key), value));
}

/** The node of a rendered manifest at a path; undefined where the manifest does not set it. */
export function nodeAtPath(node: Node, path: FieldPath): Node | undefined {
  let at: Node | undefined = node;
  for (const step of path) at = at && stepInto(at, step);
  return at;
}

function stepInto(node: Node, step: Step): Node | undefined {
  if ('field' in step) return child(node, step.field);
  if (node.kind !== 'list') return undefined;
  if ('index' in step) return node.items[step.index];
  if ('value' in step) return node.items.find((item) => equalJson(toJson(item), step.value));
  return node.items.find((item) => step.keys.every(([name, value]) => isKey(child(item, name), value)));
}

/** A key that the manifest leaves out is one that the server defaults (`protocol: TCP`). */
function isKey(node: Node | undefined, value: JsonValue): boolean {
  return (
    node === undefined || equalJson(toJson(node), value) || (node.kind === 'scalar' && node.text === String(value))
  );
}
