// Nodes and JSON values -> YAML text, byte for byte as `kustomize build` and sigs.k8s.io/yaml print one object: keys in
// natural order, two spaces, lists not indented under their key. Must not decide what is printed.
import type { JsonValue } from '../model/json.ts';
import type { Node } from '../model/node.ts';
import { createEmitter, writeEasy, writeIndent, writeMark } from './emitter.ts';
import type { Emitter } from './emitter.ts';
import { compareKeys, keysInOrder } from './keyOrder.ts';
import { nodeOfJson } from './nodeOfJson.ts';
import { quickText } from './quickText.ts';
import type { LineHeads } from './quickText.ts';
import { shapeOf } from './scalarStyle.ts';
import { isEasyKey, isShort, throughJson, writeScalar, writeString } from './writeScalar.ts';

/** A stretch of the written text and the node that it shows. Keys and values of maps, and items of lists. */
export interface Span {
  readonly start: number;
  readonly end: number;
  /** `key`: the key under which `node` stands. `value`: the node itself; of a list or a map it covers all lines. */
  readonly part: 'key' | 'value';
  readonly node: Node;
  readonly path: readonly (string | number)[];
}

/** The text of one object, ending in a line break. */
export function writeYaml(value: Node | JsonValue): string {
  return writeNodeText(isNode(value) ? value : nodeOfJson(value), []);
}

/** The texts of many objects. */
export function writeAllYaml(nodes: readonly Node[]): string[] {
  const heads: LineHeads = [];
  return nodes.map((node) => writeNodeText(node, heads));
}

function writeNodeText(node: Node, heads: LineHeads): string {
  return quickText(node, heads) ?? write(node, undefined);
}

/** The text and, in the order in which they start, the spans of every key and value in it. */
export function writeYamlWithSpans(node: Node): { readonly text: string; readonly spans: readonly Span[] } {
  const spans: Span[] = [];
  const text = write(node, spans);
  return { text, spans: spans.toSorted((a, b) => a.start - b.start || b.end - a.end) };
}

/** Nodes have an origin and, for maps, a Map; no value that came from JSON text has both. */
function isNode(value: Node | JsonValue): value is Node {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  if (value['kind'] === 'map') return value['entries'] instanceof Map;
  if (value['kind'] !== 'scalar' && value['kind'] !== 'list') return false;
  const origin = value['origin'];
  return typeof origin === 'object' && origin !== null && 'cause' in origin && 'place' in origin;
}

/** A map or list that is being written. The walk keeps its own stack: manifests may be nested 10,000 deep. */
interface Frame {
  readonly node: Node;
  readonly indent: number;
  readonly keys: readonly string[];
  readonly path: readonly (string | number)[];
  readonly start: number;
  next: number;
}

function write(root: Node, spans: Span[] | undefined): string {
  const out = createEmitter();
  const stack: Frame[] = [];
  writeNode(out, root, { indent: -1, path: [], inMap: false }, stack, spans);
  for (let frame = stack.at(-1); frame; frame = stack.at(-1)) {
    if (frame.node.kind === 'list') writeItem(out, frame, stack, spans);
    else writeEntry(out, frame, stack, spans);
  }
  writeIndent(out, 0);
  return out.text;
}

interface Where {
  readonly indent: number;
  readonly path: readonly (string | number)[];
  readonly inMap: boolean;
}

function writeNode(out: Emitter, node: Node, where: Where, stack: Frame[], spans: Span[] | undefined): void {
  const { path } = where;
  if (node.kind === 'scalar') {
    const start = startOf(out);
    writeScalar(out, node, scalarIndent(where.indent));
    spans?.push({ start, end: out.text.length, part: 'value', node, path });
    return;
  }
  const size = node.kind === 'list' ? node.items.length : node.entries.size;
  if (size === 0) {
    const start = startOf(out);
    writeMark(out, node.kind === 'list' ? '[]' : '{}', 'spaced', false);
    spans?.push({ start, end: out.text.length, part: 'value', node, path });
    return;
  }
  // A list that is a key's value stands at the key's own column.
  const joined = node.kind === 'list' && where.inMap && !out.indention;
  const indent = where.indent < 0 ? 0 : where.indent + (joined ? 0 : 2);
  const keys = node.kind === 'map' ? keysInOrder(node.entries, compareKeys) : [];
  stack.push({ node, indent, keys, path: spans ? path : [], start: -1, next: 0 });
}

function scalarIndent(indent: number): number {
  return indent < 0 ? 2 : indent + 2;
}

/** Where the next thing will start: behind the space that has yet to be written. */
function startOf(out: Emitter): number {
  return out.text.length + (out.whitespace ? 0 : 1);
}

function writeItem(out: Emitter, frame: Frame, stack: Frame[], spans: Span[] | undefined): void {
  const item = frame.node.kind === 'list' ? frame.node.items[frame.next] : undefined;
  if (!item) return endFrame(out, stack, spans);
  writeIndent(out, frame.indent);
  const path = spans ? [...frame.path, frame.next] : frame.path;
  begin(out, frame, stack);
  frame.next++;
  writeMark(out, '-', 'spaced', true);
  writeNode(out, item, { indent: frame.indent, path, inMap: false }, stack, spans);
}

function writeEntry(out: Emitter, frame: Frame, stack: Frame[], spans: Span[] | undefined): void {
  const name = frame.keys[frame.next];
  const entry = frame.node.kind === 'map' && name !== undefined ? frame.node.entries.get(name) : undefined;
  if (name === undefined || !entry) return endFrame(out, stack, spans);
  writeIndent(out, frame.indent);
  begin(out, frame, stack);
  frame.next++;
  const path = spans ? [...frame.path, name] : frame.path;
  if (isEasyKey(name)) {
    const start = startOf(out);
    writeEasy(out, `${name}:`);
    spans?.push({ start, end: out.text.length - 1, part: 'key', node: entry.value, path });
    writeNode(out, entry.value, { indent: frame.indent, path, inMap: true }, stack, spans);
    return;
  }
  const key = throughJson(name);
  const shape = shapeOf(key);
  const isSimple = !shape.multiline && isShort(key);
  if (!isSimple) writeMark(out, '?', 'spaced', true);
  const start = startOf(out);
  writeString(out, key, shape, scalarIndent(frame.indent), isSimple ? 'key' : 'value');
  spans?.push({ start, end: out.text.length, part: 'key', node: entry.value, path });
  if (!isSimple) writeIndent(out, frame.indent);
  writeMark(out, ':', isSimple ? 'joined' : 'spaced', !isSimple);
  writeNode(out, entry.value, { indent: frame.indent, path, inMap: true }, stack, spans);
}

/** The span of a map or list starts at its first key or mark, which is known once the line is indented. */
function begin(out: Emitter, frame: Frame, stack: Frame[]): void {
  if (frame.next === 0) stack[stack.length - 1] = Object.assign(frame, { start: out.text.length });
}

function endFrame(out: Emitter, stack: Frame[], spans: Span[] | undefined): void {
  const frame = stack.pop();
  if (!frame) return;
  spans?.push({ start: frame.start, end: out.text.length, part: 'value', node: frame.node, path: frame.path });
}
