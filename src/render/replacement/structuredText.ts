// Replacements into the text of a scalar that is JSON or YAML itself: `data.config\.json.db.host`. The text is changed where
// the value stands; JSON is written anew, as upstream does.
import { toJson, visitNodes } from '../../model/node.ts';
import type { Node, ScalarNode } from '../../model/node.ts';
import { isJsonObject, setKey } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { stringifyJson } from '../../model/jsonText.ts';
import { SourceText } from '../../model/sourceText.ts';
import { readYaml } from '../../yaml/read.ts';
import type { Place } from '../../model/sourceText.ts';
import { isUnfit, isUnfitKey } from '../../yaml/unfit.ts';
import { setScalar, settleFlow } from '../write.ts';
import { scalarText } from './goYamlScalar.ts';
import { lookup } from './lookup.ts';
import { matchPath } from './match.ts';
import { placesOf, writeYamlText } from './yamlText.ts';
import type { MatchOptions, Slot } from './match.ts';
import { ReplacementFault } from './replacementFault.ts';

/** Sets a found node to the value; the same for what stands in an object and in a text. */
export type SetSlot = (slot: Slot) => void;

/** Sets the value inside a structured text, and says whether the path led into one. */
export function setInStructuredText(
  target: Node,
  path: readonly string[],
  set: SetSlot,
  options: MatchOptions,
): boolean {
  try {
    const found = structuredScalar(target, path);
    return found !== undefined && setInside(found.scalar, found.rest, set, options);
  } catch (error) {
    if (error instanceof ReplacementFault) return false;
    throw error;
  }
}

/** The first scalar on the way that holds a text which can be read as YAML. */
function structuredScalar(
  target: Node,
  path: readonly string[],
): { scalar: ScalarNode; rest: readonly string[] } | undefined {
  for (let i = 1; i < path.length; i++) {
    let found: Node | undefined;
    try {
      found = lookup(target, path.slice(0, i));
    } catch (error) {
      if (error instanceof ReplacementFault) continue;
      throw error;
    }
    if (found?.kind === 'scalar' && readText(found.text)) return { scalar: found, rest: path.slice(i) };
  }
  return undefined;
}

function readText(text: string): { readonly document: Node; readonly isWhole: boolean } | undefined {
  const { documents, findings } = readYaml(new SourceText('', text), 'resource');
  const [document] = documents;
  if (!document || findings.some((finding) => finding.code === 'yaml-syntax')) return undefined;
  // A key that is a map, or a merge key, is no part of the tree.
  const isWhole = !/^[ \t-]*(?:\? +(?:[[{<-]|[^"'\n]*:(?: |$))|["']?<<["']?[ \t]*:)/m.test(text);
  return { document, isWhole };
}

function setInside(scalar: ScalarNode, rest: readonly string[], set: SetSlot, options: MatchOptions): boolean {
  const read = readText(scalar.text);
  if (!read) return false;
  const { document, isWhole } = read;
  // What the path makes has no place in this text.
  const places = placesOf(document);
  const slots = matchPath(document, rest, options);
  if (slots.length === 0) return false;
  for (const slot of slots) set(slot);
  const isJson = /^\s*[{[]/.test(scalar.text);
  if (isJson && !readsAsJson(document)) return false;
  const text = isJson
    ? printJson(toJson(document), scalar.text)
    : ((isWhole ? writeYamlText(document, scalar.text, places) : undefined) ?? editText(scalar.text, slots, places));
  if (text === undefined) return false;
  setScalar(scalar, { value: text, text, tag: '!!str', style: scalar.style }, options.change);
  return true;
}

/** Gives the values the types that they have once kyaml has printed and read them. False where it cannot read them. */
function readsAsJson(document: Node): boolean {
  let isRead = true;
  visitNodes(document, (node) => {
    settleFlow(node);
    if (node.kind === 'scalar' && isUnfit(node)) isRead = false;
    // Go makes no JSON of maps with other keys than texts.
    if (
      node.kind === 'map' &&
      (node.duplicates || [...node.entries].some(([key, entry]) => isUnfitKey(node, key, entry)))
    )
      isRead = false;
  });
  return isRead;
}

/** Writes the new values of scalars where they stood, for a text that uses what is not written anew. */
function editText(
  text: string,
  slots: readonly Slot[],
  places: ReadonlyMap<Node, Place | undefined>,
): string | undefined {
  let result = text;
  const edits = slots.map(({ node }) => ({ node, place: places.get(node) }));
  for (const { place, node } of edits.toSorted((a, b) => (b.place?.start ?? 0) - (a.place?.start ?? 0))) {
    const written = node.kind === 'scalar' ? scalarText(node, 0, 'key') : undefined;
    if (!place || written === undefined) return undefined;
    result = result.slice(0, place.start) + written + result.slice(place.end);
  }
  return result.trim();
}

/** As Go's encoding/json: sorted keys, with line breaks where the old text had them, and `<`, `>`, `&` escaped. */
function printJson(value: JsonValue, old: string): string {
  const indent = old.includes('\n') && old.includes('  ') ? 2 : 0;
  return stringifyJson(sorted(value), indent).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  const object: JsonObject = {};
  for (const key of Object.keys(value).sort()) setKey(object, key, sorted(value[key] as JsonValue));
  return object;
}
