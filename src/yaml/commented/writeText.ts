// A document -> YAML text as go-yaml v3 writes it for kyaml (emitterc.go, with two spaces for each level and lists not indented
// under their key). A machine of states, as upstream's: a comment is written by the state that comes to it first.
import { eventsOf } from './events.ts';
import type { Event } from './events.ts';
import { hasBelow, newOutput, putBreak, writeFoot, writeHead, writeIndent, writeLine, writeMark } from './output.ts';
import type { Output } from './output.ts';
import type { TextDocument } from './textNode.ts';
import { fittingStyle, writeScalar } from './writeScalar.ts';
import type { ScalarPlace } from './writeScalar.ts';
import { shapeOf } from '../scalarStyle.ts';
import { shortTag } from '../shortTag.ts';

interface Writer extends Output {
  readonly events: readonly Event[];
  at: number;
  state: State;
  readonly states: State[];
  /** How many brackets are open. */
  flow: number;
  /** Whether the node at hand stands in a map. */
  inMap: boolean;
}

type State =
  | 'document'
  | 'root'
  | 'documentEnd'
  | 'firstFlowItem'
  | 'flowItem'
  | 'flowItemBehindComma'
  | 'firstFlowKey'
  | 'flowKey'
  | 'flowKeyBehindComma'
  | 'simpleFlowValue'
  | 'flowValue'
  | 'firstItem'
  | 'item'
  | 'firstKey'
  | 'key'
  | 'simpleValue'
  | 'value';
type Step = (writer: Writer, event: Event) => void;

/** The text of a document, without white space around it. */
export function writeText(document: TextDocument): string {
  const events = eventsOf(document);
  const writer: Writer = {
    ...newOutput(),
    events,
    at: 0,
    state: 'document',
    states: [],
    flow: 0,
    inMap: false,
  };
  for (const event of events) {
    for (const part of ['head', 'line', 'foot', 'tail'] as const) if (event[part] !== '') writer[part] = event[part];
    states[writer.state](writer, event);
    writer.at++;
  }
  return goTrim(writer.text);
}

/** As Go's strings.TrimSpace, which knows other white space than `trim`. */
export function goTrim(text: string): string {
  const white = '[\\t\\n\\v\\f\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+';
  return text.replace(new RegExp(`^${white}`), '').replace(new RegExp(`${white}$`), '');
}

const states: Readonly<Record<State, Step>> = {
  document: (writer) => {
    if (writer.head !== '') {
      writeHead(writer);
      putBreak(writer);
    }
    writer.state = 'root';
  },
  root: (writer, event) => {
    writer.states.push('documentEnd');
    writeHead(writer);
    writeNode(writer, event, { map: false });
    writeBehind(writer);
  },
  documentEnd: (writer) => {
    writer.footIndent = 0;
    writeFoot(writer);
    writer.footIndent = -1;
    writeIndent(writer);
  },
  firstFlowItem: (writer, event) => flowItem(writer, event, 'first'),
  flowItem: (writer, event) => flowItem(writer, event, 'next'),
  flowItemBehindComma: (writer, event) => flowItem(writer, event, 'behind comma'),
  firstFlowKey: (writer, event) => flowKey(writer, event, 'first'),
  flowKey: (writer, event) => flowKey(writer, event, 'next'),
  flowKeyBehindComma: (writer, event) => flowKey(writer, event, 'behind comma'),
  simpleFlowValue: (writer, event) => flowValue(writer, event, ':', {}),
  flowValue: (writer, event) => flowValue(writer, event, ':', { spaced: true }),
  firstItem: (writer, event) => {
    // The `-` counts as indentation, unless the list begins on the line of another.
    const compact = writer.inMap && (writer.column === 0 || !writer.indention);
    openIndent(writer, 'block', compact ? 2 : 0);
    item(writer, event);
  },
  item: (writer, event) => item(writer, event),
  firstKey: (writer, event) => {
    openIndent(writer, 'block', 0);
    key(writer, event);
  },
  key: (writer, event) => key(writer, event),
  simpleValue: (writer, event) => {
    writeMark(writer, ':');
    value(writer, event);
  },
  value: (writer, event) => {
    writeIndent(writer);
    writeMark(writer, ':', { spaced: true, indents: true });
    value(writer, event);
  },
};

type Position = 'first' | 'next' | 'behind comma';

function openIndent(writer: Writer, kind: 'block' | 'flow', less: number): void {
  const { indent } = writer;
  writer.indents.push(indent);
  if (indent < 0) writer.indent = kind === 'flow' ? 2 : 0;
  else if (writer.states.at(-1) === 'item') writer.indent += 2;
  else writer.indent = 2 * Math.floor((indent + 2) / 2) - less;
}

function closeIndent(writer: Writer): void {
  writer.indent = writer.indents.pop() ?? -1;
}

function pop(writer: Writer): void {
  writer.state = writer.states.pop() ?? 'documentEnd';
}

/** The comments behind and below what was just written. */
function writeBehind(writer: Writer): void {
  writeLine(writer);
  writeFoot(writer);
}

function openFlow(writer: Writer, mark: string, position: Position): void {
  if (position !== 'first') return;
  writeMark(writer, mark, { spaced: true, white: true });
  openIndent(writer, 'flow', 0);
  writer.flow++;
}

/** To where the next item or key begins. */
function goOnInFlow(writer: Writer, position: Position): void {
  if (position === 'next') writeMark(writer, ',');
  writeHead(writer);
  if (writer.column === 0) writeIndent(writer);
}

function leaveFlow(writer: Writer): void {
  writer.flow--;
  closeIndent(writer);
}

function endFlow(writer: Writer, mark: string): void {
  writeMark(writer, mark);
  writeBehind(writer);
  pop(writer);
}

function flowItem(writer: Writer, event: Event, position: Position): void {
  openFlow(writer, '[', position);
  if (event.kind === 'listEnd') {
    leaveFlow(writer);
    if (writer.column === 0) writeIndent(writer);
    return endFlow(writer, ']');
  }
  goOnInFlow(writer, position);
  writer.states.push(hasBelow(writer) ? 'flowItemBehindComma' : 'flowItem');
  writeNode(writer, event, { map: false });
  writeBehindFlow(writer);
}

function writeBehindFlow(writer: Writer): void {
  if (hasBelow(writer)) writeMark(writer, ',');
  writeBehind(writer);
}

function flowKey(writer: Writer, event: Event, position: Position): void {
  openFlow(writer, '{', position);
  if (event.kind === 'mapEnd') {
    if (position === 'next' && (writer.head !== '' || writer.foot !== '' || writer.tail !== '')) writeMark(writer, ',');
    writeHead(writer);
    leaveFlow(writer);
    return endFlow(writer, '}');
  }
  goOnInFlow(writer, position);
  if (isSimpleKey(writer, event)) {
    writer.states.push('simpleFlowValue');
    return writeNode(writer, event, { map: true, key: true });
  }
  writeMark(writer, '?', { spaced: true });
  writer.states.push('flowValue');
  writeNode(writer, event, { map: true });
}

function flowValue(writer: Writer, event: Event, mark: string, spacing: { readonly spaced?: boolean }): void {
  writeMark(writer, mark, spacing);
  writer.states.push(hasBelow(writer) ? 'flowKeyBehindComma' : 'flowKey');
  writeNode(writer, event, { map: true });
  writeBehindFlow(writer);
}

function item(writer: Writer, event: Event): void {
  if (event.kind === 'listEnd') {
    closeIndent(writer);
    return pop(writer);
  }
  writeHead(writer);
  writeIndent(writer);
  writeMark(writer, '-', { spaced: true, indents: true });
  writer.states.push('item');
  writeNode(writer, event, { map: false });
  writeBehind(writer);
}

function key(writer: Writer, event: Event): void {
  writeHead(writer);
  if (event.kind === 'mapEnd') {
    closeIndent(writer);
    return pop(writer);
  }
  writeIndent(writer);
  // The comment behind the key of a block is written behind its colon.
  if (writer.line !== '') writer.keyLine = writer.line;
  writer.line = '';
  if (isSimpleKey(writer, event)) {
    writer.states.push('simpleValue');
    return writeNode(writer, event, { map: true, key: true });
  }
  writeMark(writer, '?', { spaced: true, indents: true });
  writer.states.push('value');
  writeNode(writer, event, { map: true });
}

function value(writer: Writer, event: Event): void {
  if (writer.keyLine !== '') {
    if (event.kind === 'scalar') {
      if (writer.line === '') {
        writer.line = writer.keyLine;
        writer.keyLine = '';
      }
    } else if (!event.flow && (event.kind === 'map' || event.kind === 'list')) {
      const { line } = writer;
      writer.line = writer.keyLine;
      writeLine(writer);
      writer.keyLine = '';
      writer.line = line;
    }
  }
  writer.states.push('key');
  writeNode(writer, event, { map: true });
  writeBehind(writer);
}

interface Context {
  readonly map: boolean;
  /** A key without `?`. */
  readonly key?: boolean;
}

const openings = {
  map: ['firstFlowKey', 'firstKey'],
  list: ['firstFlowItem', 'firstItem'],
} as const;

function writeNode(writer: Writer, event: Event, { map, key: isKey }: Context): void {
  writer.inMap = map;
  if (event.kind === 'alias') {
    writeMark(writer, `*${event.value}`, { spaced: true });
    return pop(writer);
  }
  if (event.anchor !== '') writeMark(writer, `&${event.anchor}`, { spaced: true });
  if (event.tag !== '') writeMark(writer, writtenTag(event.tag), { spaced: true });
  if (event.kind === 'map' || event.kind === 'list') {
    const [inFlow, inBlock] = openings[event.kind];
    writer.state = writer.flow > 0 || event.flow || isEmpty(writer) ? inFlow : inBlock;
    return;
  }
  const place: ScalarPlace = writer.flow > 0 ? (isKey === true ? 'flowKey' : 'flow') : isKey === true ? 'key' : 'block';
  openIndent(writer, 'flow', 0);
  writeScalar(writer, event.value, fittingStyle(event.value, event.style, place));
  closeIndent(writer);
  pop(writer);
}

/** Whether the map or list at hand ends with the next event. */
function isEmpty({ events, at }: Writer): boolean {
  const next = events[at + 1]?.kind;
  return next === 'mapEnd' || next === 'listEnd';
}

const MAX_KEY = 128;

function isSimpleKey(writer: Writer, { kind, value: text, anchor, tag }: Event): boolean {
  if (kind === 'scalar' && shapeOf(text).multiline) return false;
  if ((kind === 'map' || kind === 'list') && !isEmpty(writer)) return false;
  const written = tag === '' ? '' : writtenTag(tag).replace(/^!<(.*)>$/, '$1');
  return new TextEncoder().encode(anchor + written + text).length <= MAX_KEY;
}

function writtenTag(long: string): string {
  const tag = shortTag(long);
  if (tag.startsWith('!!')) return `!!${tagContent(tag.slice(2))}`;
  return tag.startsWith('!') ? `!${tagContent(tag.slice(1))}` : `!<${tagContent(tag)}>`;
}

/** What stands for itself in a tag; the bytes of all else are written in hexadecimal digits. */
function tagContent(text: string): string {
  return text.replace(/[^\w;/?:@&=+$,.~*'()[\]-]/gu, (char) =>
    [...new TextEncoder().encode(char)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}
