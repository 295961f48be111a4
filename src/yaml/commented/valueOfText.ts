// The value of a document as Go decodes it before it makes JSON of it: aliases and merge keys resolved, scalars by their tags
// (decode.go, with an interface{} as the target).
import { setKey } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { resolvePlain, resolveTagged } from '../resolve.ts';
import type { TextDocument, TextNode } from './textNode.ts';
import { TextFault } from './tokenQueue.ts';

interface Decoder {
  readonly anchors: Map<string, TextNode>;
  /** What aliases stand for, as of the document's beginning to the alias. */
  readonly targets: Map<TextNode, TextNode>;
  /** Aliases that are being decoded. */
  readonly open: Set<TextNode>;
  decoded: number;
  aliased: number;
  depth: number;
}

/** As deep as this walks, through aliases too. */
const MAX_DEPTH = 2000;

/** Undefined where Go cannot decode the document, or can make no JSON of it. */
export function valueOfText({ root }: TextDocument): JsonValue | undefined {
  if (!root) return null;
  const decoder: Decoder = {
    anchors: new Map(),
    targets: new Map(),
    open: new Set(),
    decoded: 0,
    aliased: 0,
    depth: 0,
  };
  try {
    findTargets(decoder, root);
    return decode(decoder, root);
  } catch (error) {
    if (error instanceof TextFault) return undefined;
    throw error;
  }
}

/** An alias stands for the last node before it that has the name. */
function findTargets(decoder: Decoder, node: TextNode): void {
  if (node.anchor !== '') decoder.anchors.set(node.anchor, node);
  const target = node.kind === 'alias' ? decoder.anchors.get(node.value) : undefined;
  if (target) decoder.targets.set(node, target);
  for (const each of node.content) findTargets(decoder, each);
}

function decode(decoder: Decoder, node: TextNode): JsonValue {
  return deeper(decoder, () => decodeNode(decoder, node));
}

function deeper<T>(decoder: Decoder, use: () => T): T {
  if (++decoder.depth > MAX_DEPTH) throw new TextFault();
  const result = use();
  decoder.depth--;
  return result;
}

function decodeNode(decoder: Decoder, node: TextNode): JsonValue {
  count(decoder);
  if (node.kind === 'alias') return within(decoder, node, (target) => decode(decoder, target));
  if (node.kind === 'scalar') return scalarValue(node);
  if (node.kind === 'list') return node.content.map((item) => decode(decoder, item));
  const object: JsonObject = {};
  const keys = node.content.filter((_, i) => i % 2 === 0);
  // Other maps than those of texts cannot be written as JSON.
  if (!keys.every((key) => isTextKey(decoder, key))) throw new TextFault();
  addEntries(decoder, node, object, undefined);
  return object;
}

/** go-yaml's guard against "billion laughs". */
function count(decoder: Decoder): void {
  decoder.decoded++;
  if (decoder.open.size > 0) decoder.aliased++;
  const { decoded, aliased } = decoder;
  if (aliased <= 100 || decoded <= 1000) return;
  const share =
    decoded <= 400_000 ? 0.99 : decoded >= 4_000_000 ? 0.1 : 0.99 - 0.89 * ((decoded - 400_000) / 3_600_000);
  if (aliased / decoded > share) throw new TextFault();
}

function within<T>({ targets, open }: Decoder, alias: TextNode, use: (target: TextNode) => T): T {
  const target = targets.get(alias);
  if (!target || open.has(alias)) throw new TextFault();
  open.add(alias);
  const result = use(target);
  open.delete(alias);
  return result;
}

function isTextKey({ targets }: Decoder, key: TextNode): boolean {
  const node = key.kind === 'alias' ? targets.get(key) : key;
  return node?.kind === 'scalar' && (node.tag === '!!str' || node.tag === '!!merge');
}

function isMerge({ kind, value, tag }: TextNode): boolean {
  return kind === 'scalar' && value === '<<' && tag === '!!merge';
}

/** Adds the entries of a map. `taken`: of a map that is merged, the keys that those before it have given. */
function addEntries(decoder: Decoder, map: TextNode, object: JsonObject, taken: Set<string> | undefined): void {
  checkUnique(map);
  let merged: TextNode | undefined;
  for (let i = 0; i + 1 < map.content.length; i += 2) {
    const [key, value] = [map.content[i], map.content[i + 1]];
    if (!key || !value) break;
    if (isMerge(key)) {
      merged = value;
      continue;
    }
    const name = keyText(decoder, key);
    if (name === undefined || taken?.has(name) === true) continue;
    taken?.add(name);
    setKey(object, name, decode(decoder, value));
  }
  if (!merged) return;
  const from = merged;
  deeper(decoder, () => addMerged(decoder, from, object, taken ?? new Set(Object.keys(object))));
}

function checkUnique({ content }: TextNode): void {
  const seen = new Set<string>();
  for (let i = 0; i < content.length; i += 2) {
    const key = `${content[i]?.kind}:${content[i]?.value}`;
    if (seen.has(key)) throw new TextFault();
    seen.add(key);
  }
}

/** Of a map that is merged any scalar will do for a key, but for null, which is passed. */
function keyText(decoder: Decoder, key: TextNode): string | undefined {
  count(decoder);
  if (key.kind === 'alias') return within(decoder, key, (target) => keyText(decoder, target));
  if (key.kind !== 'scalar') throw new TextFault();
  const value = scalarValue(key);
  if (value === null) return undefined;
  return key.tag === '!!binary' ? String(value) : key.value;
}

function addMerged(decoder: Decoder, merged: TextNode, object: JsonObject, taken: Set<string>): void {
  for (const each of merged.kind === 'list' ? merged.content : [merged]) {
    if (each.kind === 'map') {
      count(decoder);
      addEntries(decoder, each, object, taken);
    } else if (each.kind === 'alias') {
      count(decoder);
      within(decoder, each, (target) => {
        if (target.kind !== 'map') throw new TextFault();
        count(decoder);
        addEntries(decoder, target, object, taken);
      });
    } else throw new TextFault();
  }
}

function scalarValue({ tag, value }: TextNode): JsonValue {
  if (tag === '!!str') return value;
  const found = tag === '' ? resolvePlain(value, 'resource') : resolveTagged(tag, value, 'resource');
  if (!found || (typeof found.value === 'number' && !Number.isFinite(found.value))) throw new TextFault();
  return found.value;
}
