// Proposals for what is no change of one scalar: keys and items that are missing, empty values, and maps and lists in
// the place of other values. Only proposes: whether a proposal reads as it was meant is for edit.ts to find out.
import type { JsonObject, JsonValue } from '../model/json.ts';
import type { ListNode, MapEntry, MapNode, Node } from '../model/node.ts';
import type { Place } from '../model/sourceText.ts';
import { doubleQuoted, lineBreakOf } from './cstEdit.ts';
import { spreadLists, spreadsLists } from './listStyle.ts';
import { textOfValue } from './nodeOfJson.ts';
import { needsQuotes } from './resolve.ts';
import { shapeOf } from './scalarStyle.ts';
import { writeYaml } from './write.ts';

/** The key or index under which something stands, with the map or list that holds it. */
export interface Slot {
  readonly parent: MapNode | ListNode;
  readonly step: string | number;
}

/** Texts in which a value that is there has been replaced as a whole. */
export function* proposeReplacements(
  text: string,
  node: Node,
  slot: Slot | undefined,
  value: JsonValue,
): Generator<string> {
  const { place } = node.origin;
  if (!place) return;
  const entry = slot?.parent.kind === 'map' ? slot.parent.entries.get(String(slot.step)) : undefined;
  const key = entry?.keyPlace;
  if (!key) {
    yield splice(text, place.start, place.end, flow(value));
    return;
  }
  const colon = /\s*:/y;
  colon.lastIndex = key.end;
  const from = colon.test(text) ? colon.lastIndex : place.start;
  const atLineEnd = text[place.end - 1] === '\n' ? place.end - lineBreakOf(text).length : place.end;
  const to = Math.max(from, atLineEnd);
  if (isBlock(slot?.parent, text) && typeof value === 'object' && value !== null && size(value) > 0) {
    const lines = indented({ [String(slot?.step)]: value }, columnOf(key), text);
    yield splice(text, key.start, to, lines.trimStart());
  }
  yield splice(text, from, to, ` ${flow(value)}`);
  yield splice(text, place.start, place.end, flow(value));
}

/** Texts in which a map has one key more, or a list one item more at its end. */
export function* proposeInsertions(text: string, slot: Slot, value: JsonValue): Generator<string> {
  const { parent, step } = slot;
  const { place } = parent.origin;
  if (!place) return;
  const added: JsonValue[] | JsonObject = parent.kind === 'map' ? { [String(step)]: value } : [value];
  if (!isBlock(parent, text)) {
    yield insertInFlow(text, place, Array.isArray(added) ? flow(value) : flowEntries(added).join(''));
    return;
  }
  const column = columnOf(ownKeys(parent, place)[0]?.keyPlace ?? place);
  const end = Math.max(place.end, ...ownKeys(parent, place).map(({ value: last }) => last.origin.place?.end ?? 0));
  const onOneLine = Array.isArray(added) ? `- ${flow(value)}` : flowEntries(added).join('');
  for (const lines of [indented(added, column, text), ' '.repeat(column) + onOneLine])
    yield insertLines(text, end, lines);
}

/** Lines behind the line that `end` stands on, or at `end` where a line starts there. */
function insertLines(text: string, end: number, lines: string): string {
  const lineBreak = lineBreakOf(text);
  if (text[end - 1] === '\n') return splice(text, end, end, lines + lineBreak);
  const lineEnd = text.indexOf('\n', end);
  const at = lineEnd < 0 ? text.length : lineEnd - (text[lineEnd - 1] === '\r' ? 1 : 0);
  return splice(text, at, at, lineBreak + lines);
}

function splice(text: string, start: number, end: number, newText: string): string {
  return text.slice(0, start) + newText + text.slice(end);
}

/** Keys that stand within the map, not those that `<<` brought in. */
function ownKeys(node: MapNode | ListNode, place: Place): MapEntry[] {
  if (node.kind !== 'map') return [];
  return [...node.entries.values()].filter(
    ({ keyPlace: key }) => key && key.source === place.source && key.start >= place.start && key.end <= place.end,
  );
}

function isBlock(node: Node | undefined, text: string): boolean {
  const start = node?.origin.place?.start;
  return start !== undefined && text[start] !== '{' && text[start] !== '[';
}

function columnOf(place: Place): number {
  const { column } = place.source.position(place.start);
  return place.source.text.startsWith('\ufeff') && place.source.position(place.start).line === 1
    ? column - 2
    : column - 1;
}

/** As kustomize prints it, with lists as the text has them, at a column, without the last line break. */
function indented(value: JsonValue, column: number, text: string): string {
  const pad = ' '.repeat(column);
  const printed = writeYaml(value).replace(/\n$/, '').split('\n');
  const lines = spreadsLists(text) ? spreadLists(printed) : printed;
  return lines.map((line) => (line === '' ? line : pad + line)).join(lineBreakOf(text));
}

function insertInFlow(text: string, place: Place, added: string): string {
  let at = place.end - 1;
  while (/\s/.test(text.charAt(at - 1))) at--;
  const before = text.charAt(at - 1);
  const isFirst = at - 1 === place.start;
  return splice(text, at, at, isFirst ? added : before === ',' ? ` ${added}` : `, ${added}`);
}

/** On one line: JSON with a space behind each colon and without needless quotes, which is YAML. */
function flow(value: JsonValue): string {
  if (typeof value === 'string') {
    const isPlain = value !== '' && shapeOf(value).plain && !needsQuotes(value) && !/^:|[,[\]{}?]/.test(value);
    return isPlain ? value : doubleQuoted(value);
  }
  if (value === null || typeof value !== 'object') return textOfValue(value);
  return Array.isArray(value) ? `[${value.map(flow).join(', ')}]` : `{${flowEntries(value).join(', ')}}`;
}

function flowEntries(value: JsonObject): string[] {
  return Object.keys(value).map((key) => `${flow(key)}: ${flow(value[key] ?? null)}`);
}

function size(value: object): number {
  return Object.keys(value).length;
}
