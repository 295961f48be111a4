// The smallest change of a text that gives a value another one: comments, quotes, anchors and line breaks around it stay
// byte for byte. Every edit is read back before it is given; what cannot be edited without side effects is not.
import { equalJson, getKey, isJsonObject, setKey } from '../model/json.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { nodeAt, toJson, visitNodes } from '../model/node.ts';
import type { Node, Scalar, ScalarNode } from '../model/node.ts';
import { SourceText } from '../model/sourceText.ts';
import { proposeScalars } from './cstEdit.ts';
import { readYaml } from './read.ts';
import { proposeInsertions, proposeReplacements } from './spliceEdit.ts';
import type { Slot } from './spliceEdit.ts';

/** A replacement of the text from `start` up to `end`. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

type Path = readonly (string | number)[];

/** The text after an edit. */
export function applyEdit(text: string, edit: TextEdit): string {
  return text.slice(0, edit.start) + edit.newText + text.slice(edit.end);
}

/** The edit that sets a scalar where it was written, or undefined for one that has no text of its own. */
export function setScalar(node: ScalarNode, value: Scalar): TextEdit | undefined {
  const { place, cause } = node.origin;
  // A value that was changed since has the place of the change.
  if (!place || cause.by !== 'resource') return undefined;
  const { text } = place.source;
  const reads = (edited: string): boolean => {
    for (const document of documentsOf(edited).documents) {
      let found = false;
      visitNodes(document, (each) => {
        const start = each.origin.place?.start ?? -1;
        found ||= each.kind === 'scalar' && Math.abs(start - place.start) <= 1 && equalJson(each.value, value);
      });
      if (found) return true;
    }
    return false;
  };
  for (const edited of proposals(text, node, undefined, value)) if (reads(edited)) return difference(text, edited);
  return undefined;
}

/**
 * The edit that sets the value at a path of one of a text's documents (as `readYaml` counts them, in the dialect of
 * resources). Missing keys are added, with the maps around them, and so are items at a list's end. Undefined where there
 * is no edit that changes nothing else: the path leads through a scalar, or the value is shared by an alias.
 */
export function setPath(text: string, documentIndex: number, path: Path, value: JsonValue): TextEdit | undefined {
  const { documents, errors } = documentsOf(text);
  const root = documents[documentIndex];
  const before = documents.map(toJson);
  const wanted = root && withValue(toJson(root), path, value);
  if (!root || wanted === undefined) return undefined;
  const after = before.with(documentIndex, wanted);
  if (equalJson(before, after)) return { start: 0, end: 0, newText: '' };
  for (const edited of proposalsAt(text, root, path, value)) {
    const read = documentsOf(edited);
    if (read.errors === errors && equalJson(read.documents.map(toJson), after)) return difference(text, edited);
  }
  return undefined;
}

function documentsOf(text: string): { readonly documents: readonly Node[]; readonly errors: number } {
  const { documents, findings } = readYaml(new SourceText('', text), 'resource');
  return { documents, errors: findings.filter(({ severity }) => severity === 'error').length };
}

/** A copy of a value with another one at a path; undefined where the path cannot be. */
function withValue(root: JsonValue, path: Path, value: JsonValue): JsonValue | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (typeof step === 'number') {
    const list = root === null ? [] : root;
    if (!Array.isArray(list) || step > list.length) return undefined;
    const item = withValue(list[step] ?? null, rest, value);
    return item === undefined ? undefined : [...list.slice(0, step), item, ...list.slice(step + 1)];
  }
  const map = root === null ? {} : root;
  if (!isJsonObject(map)) return undefined;
  const field = withValue(getKey(map, step) ?? null, rest, value);
  if (field === undefined) return undefined;
  const copy: JsonObject = {};
  for (const key of Object.keys(map)) setKey(copy, key, map[key] ?? null);
  setKey(copy, step, field);
  return copy;
}

function* proposalsAt(text: string, root: Node, path: Path, value: JsonValue): Generator<string> {
  let depth = path.length;
  while (depth > 0 && !nodeAt(root, path.slice(0, depth))) depth--;
  const node = nodeAt(root, path.slice(0, depth));
  if (!node) return;
  // What stands at the end of what is there already: the maps and lists that are missing, and the value.
  const missing = withValue(null, path.slice(depth + 1), value);
  const step = path[depth];
  if (step !== undefined && node.kind !== 'scalar' && missing !== undefined) {
    yield* proposeInsertions(text, { parent: node, step }, missing);
  }
  const whole = withValue(toJson(node), path.slice(depth), value);
  if (whole === undefined) return;
  const parent = depth === 0 ? undefined : nodeAt(root, path.slice(0, depth - 1));
  const last = path[depth - 1];
  const slot = last !== undefined && parent && parent.kind !== 'scalar' ? { parent, step: last } : undefined;
  if (slot && isInherited(slot)) yield* proposeInsertions(text, slot, whole);
  if (node.kind === 'scalar' || depth === path.length || isEmpty(node)) yield* proposals(text, node, slot, whole);
}

/** Whether a key came into the map by `<<`: one of the map's own wins over it. */
function isInherited({ parent, step }: Slot): boolean {
  const { place } = parent.origin;
  const key = parent.kind === 'map' ? parent.entries.get(String(step))?.keyPlace : undefined;
  return place !== undefined && key !== undefined && (key.start < place.start || key.end > place.end);
}

function isEmpty(node: Node): boolean {
  return (node.kind === 'list' && node.items.length === 0) || (node.kind === 'map' && node.entries.size === 0);
}

function* proposals(text: string, node: Node, slot: Slot | undefined, value: JsonValue): Generator<string> {
  const { place } = node.origin;
  if (!place) return;
  if (!isCollection(value)) {
    const key = slot?.parent.kind === 'map' ? slot.parent.entries.get(String(slot.step))?.keyPlace : undefined;
    const alias = key && aliasBehind(text, key.end);
    if (alias !== undefined) yield* proposeScalars(text, alias, value);
    if (place.end > place.start) yield* proposeScalars(text, place.start, value);
    else yield* proposeInEmpty(text, place.start, value);
  }
  yield* proposeReplacements(text, node, slot, value);
}

function isCollection(value: JsonValue): value is Exclude<JsonValue, Scalar> {
  return typeof value === 'object' && value !== null;
}

function aliasBehind(text: string, keyEnd: number): number | undefined {
  const alias = /\s*:\s+(?=\*)/y;
  alias.lastIndex = keyEnd;
  return alias.test(text) ? alias.lastIndex : undefined;
}

/** Where nothing was written: a placeholder, so that there is a scalar to set. */
function* proposeInEmpty(text: string, at: number, value: Scalar): Generator<string> {
  const space = at > 0 && /\s/.test(text.charAt(at - 1)) ? '' : ' ';
  yield* proposeScalars(`${text.slice(0, at)}${space}x${text.slice(at)}`, at + space.length, value);
}

/** What two texts do not have in common at their ends, without cutting a character or a line break in two. */
function difference(text: string, edited: string): TextEdit {
  const most = Math.min(text.length, edited.length);
  let start = 0;
  while (start < most && text[start] === edited[start]) start++;
  if (isCut(text, start) || isCut(edited, start)) start--;
  let tail = 0;
  while (tail < most - start && text.at(-1 - tail) === edited.at(-1 - tail)) tail++;
  if (tail > 0 && (isCut(text, text.length - tail) || isCut(edited, edited.length - tail))) tail--;
  return { start, end: text.length - tail, newText: edited.slice(start, edited.length - tail) };
}

function isCut(text: string, at: number): boolean {
  return /^(?:\r\n|[\ud800-\udbff][\udc00-\udfff])$/.test(text.slice(Math.max(at - 1, 0), at + 1));
}
