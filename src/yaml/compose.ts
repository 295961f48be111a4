// Tokens of one document -> nodes: the grammar, anchors and the budgets. Walks with a stack of its own, since documents
// may be nested 10,000 deep. What a map makes of its keys is in mapEntries.ts, what scalars mean in scalarNode.ts.
import { cloneNode } from '../model/node.ts';
import type { ListNode, MapNode, Node } from '../model/node.ts';
import { ReadOrigin } from '../model/origin.ts';
import { placeOf } from './composeState.ts';
import type { Anchor, Compose, Form, Frame, KeyText, Properties } from './composeState.ts';
import * as findings from './findings.ts';
import { addEntry, closeMap, openMap } from './mapEntries.ts';
import { emptyNode, scalarNode } from './scalarNode.ts';
import { shortTag } from './shortTag.ts';
import { Kind, lastOf } from './token.ts';
import type { Token } from './token.ts';

/** The next mark or token. Behind the last token of a scan that failed there is nothing more. */
export function peek(compose: Compose): Kind | undefined {
  const token = compose.tokens[compose.at];
  if (!token) return undefined;
  if (token.opens > compose.passed) return token.opens - compose.passed === 2 ? Kind.BlockMapStart : Kind.Key;
  return token.kind;
}

/** Passes the next mark or token; gives the end of it. */
export function advance(compose: Compose): number {
  const token = compose.tokens[compose.at];
  if (!token) return 0;
  if (token.opens > compose.passed) {
    compose.passed++;
    return token.start;
  }
  compose.at++;
  compose.passed = 0;
  return token.end;
}

function offset(compose: Compose): number {
  return compose.tokens[compose.at]?.start ?? compose.source.text.length;
}

function refuse(compose: Compose, message: string, at = offset(compose)): void {
  const end = Math.max(at, compose.tokens[compose.at]?.end ?? at);
  compose.fault ??= { code: 'yaml-syntax', message, start: at, end };
}

/** Composes the node at the current token. Undefined where the text ends in an error, which `fault` or the scan tells. */
export function composeNode(compose: Compose): Node | undefined {
  startNode(compose, true, false);
  for (let frame = lastOf(compose.stack); frame; frame = lastOf(compose.stack)) {
    if (compose.fault || peek(compose) === undefined) return undefined;
    steps[frame.form](compose, frame);
  }
  return compose.fault ? undefined : compose.root;
}

/** Starts a node with its properties: scalars and aliases are done at once, lists and maps go on the stack. */
function startNode(compose: Compose, block: boolean, indentless: boolean): void {
  const start = offset(compose);
  if (peek(compose) === Kind.Alias) return composeAlias(compose);
  const properties = takeProperties(compose);
  if (compose.fault) return;
  const kind = peek(compose);
  if (kind === Kind.Scalar) return composeScalar(compose, start, properties);
  if (indentless && kind === Kind.BlockEntry) return push(compose, 'indentless', start, properties);
  if (kind === Kind.FlowListStart) return open(compose, 'flowList', start, properties);
  if (kind === Kind.FlowMapStart) return open(compose, 'flowMap', start, properties);
  if (block && kind === Kind.BlockListStart) return open(compose, 'list', start, properties);
  if (block && kind === Kind.BlockMapStart) return open(compose, 'map', start, properties);
  if (kind === undefined) return;
  if (!properties) return refuse(compose, 'a value is expected here; write "" for an empty text');
  deliver(compose, emptyNode(compose, properties, properties.end), properties.anchorName);
}

/** Passes an anchor and a tag, in either order. */
function takeProperties(compose: Compose): Properties | undefined {
  let found: Properties | undefined;
  for (let i = 0; i < 2; i++) {
    const kind = peek(compose);
    const token = compose.tokens[compose.at];
    if (!token || (kind !== Kind.Anchor && kind !== Kind.Tag)) break;
    if (kind === Kind.Anchor && found?.anchorName !== undefined) break;
    if (kind === Kind.Tag && found?.tag !== undefined) break;
    const tag = kind === Kind.Tag ? resolveTag(compose, token) : found?.tag;
    const anchorName = kind === Kind.Anchor ? token.text : found?.anchorName;
    found = { tag, anchorName, start: found?.start ?? token.start, end: token.end };
    advance(compose);
  }
  return found;
}

function resolveTag(compose: Compose, token: Token): string | undefined {
  const prefix = token.handle === '' ? '' : compose.tags.get(token.handle);
  if (prefix === undefined) {
    refuse(compose, `no %TAG directive defines ${token.handle}`, token.start);
    return undefined;
  }
  return shortTag(prefix + token.text);
}

function open(compose: Compose, form: Form, start: number, properties: Properties | undefined): void {
  advance(compose);
  push(compose, form, start, properties);
}

function push(compose: Compose, form: Form, start: number, properties: Properties | undefined): void {
  const isMap = form === 'map' || form === 'flowMap' || form === 'flowPair';
  const anchor: Anchor | undefined =
    properties?.anchorName === undefined ? undefined : { node: undefined, size: 0, depth: 0 };
  if (anchor && properties?.anchorName !== undefined) compose.anchors.set(properties.anchorName, anchor);
  compose.stack.push({
    form,
    start,
    end: start,
    first: true,
    next: 'key',
    bare: false,
    items: [],
    entries: isMap ? openMap() : undefined,
    key: undefined,
    anchor,
    decodedBefore: compose.decoded,
    depth: 0,
  });
}

function composeScalar(compose: Compose, start: number, properties: Properties | undefined): void {
  const token = compose.tokens[compose.at];
  if (!token) return;
  advance(compose);
  const frame = lastOf(compose.stack);
  if (frame?.entries && frame.next === 'key' && properties === undefined) {
    compose.decoded++;
    frame.key = { text: token.text, tag: undefined, style: token.style, start, end: token.end };
    frame.next = frame.bare ? 'noValue' : 'value';
    return;
  }
  deliver(compose, scalarNode(compose, token, start, properties), properties?.anchorName);
}

function composeAlias(compose: Compose): void {
  const token = compose.tokens[compose.at];
  if (!token) return;
  advance(compose);
  const at = placeOf(compose, token.start, token.end);
  const anchor = compose.anchors.get(token.text);
  if (!anchor?.node) {
    compose.findings.push(anchor ? findings.anchorCycle(token.text, at) : findings.unknownAnchor(token.text, at));
    return deliver(compose, emptyNode(compose, undefined, token.end), undefined);
  }
  compose.decoded += anchor.size;
  compose.aliased += anchor.size;
  if (isOverBudget(compose)) {
    const message = 'the document consists mostly of aliases, which may be an attack; write the values out';
    compose.fault = { code: 'yaml-alias-budget', message, start: token.start, end: token.end };
    return;
  }
  if (compose.stack.length + anchor.depth > maxDepth) {
    compose.findings.push(findings.aliasDepth(token.text, at));
    return deliver(compose, emptyNode(compose, undefined, token.end), undefined);
  }
  const frame = lastOf(compose.stack);
  if (frame) frame.depth = Math.max(frame.depth, anchor.depth);
  const copy = cloneNode(anchor.node);
  const unmerged = compose.unmerged?.get(anchor.node);
  if (unmerged) compose.unmerged?.set(copy, unmerged);
  deliver(compose, copy, undefined, 'alias');
}

/** Upstream's limit when it reads what it printed, where aliases stand no more. */
const maxDepth = 10_000;

/** go-yaml's guard against "billion laughs": the larger the document, the smaller the part that aliases may make up. */
function isOverBudget({ aliased, decoded }: Compose): boolean {
  if (aliased <= 100 || decoded <= 1000) return false;
  const share =
    decoded <= 400_000 ? 0.99 : decoded >= 4_000_000 ? 0.1 : 0.99 - 0.89 * ((decoded - 400_000) / 3_600_000);
  return aliased / decoded > share;
}

/** Hands a finished node to what it stands in. */
function deliver(compose: Compose, node: Node, anchorName: string | undefined, via?: 'alias'): void {
  compose.decoded++;
  if (anchorName !== undefined) compose.anchors.set(anchorName, { node, size: 1, depth: 0 });
  const frame = lastOf(compose.stack);
  if (!frame) {
    compose.root = node;
    return;
  }
  const end = node.origin.place?.end ?? frame.end;
  if (end > frame.end) frame.end = end;
  if (!frame.entries) frame.items.push(node);
  else if (frame.next === 'key') {
    frame.key = keyOf(node);
    frame.next = frame.bare ? 'noValue' : 'value';
  } else {
    if (frame.key) addEntry(compose, frame.entries, frame.key, node, via);
    frame.next = 'key';
  }
}

function keyOf(node: Node): KeyText {
  const { start, end } = node.origin.place ?? { start: 0, end: 0 };
  if (node.kind !== 'scalar') return { text: undefined, tag: undefined, style: 'plain', start, end };
  return { text: node.text, tag: node.tag, style: node.style, start, end };
}

function deliverEmpty(compose: Compose, at: number): void {
  deliver(compose, emptyNode(compose, undefined, at), undefined);
}

function close(compose: Compose, end: number): void {
  const frame = compose.stack.pop();
  if (!frame) return;
  const origin = ReadOrigin.between(compose.document, frame.start, Math.max(end, frame.end));
  const node: ListNode | MapNode = frame.entries
    ? closeMap(compose, frame.entries, origin)
    : { kind: 'list', items: frame.items, origin };
  if (frame.form.startsWith('flow')) node.flow = true;
  const parent = lastOf(compose.stack);
  if (parent) parent.depth = Math.max(parent.depth, frame.depth + 1);
  deliver(compose, node, undefined);
  if (!frame.anchor) return;
  frame.anchor.node = node;
  frame.anchor.size = compose.decoded - frame.decodedBefore;
  frame.anchor.depth = frame.depth + 1;
}

const steps: Readonly<Record<Form, (compose: Compose, frame: Frame) => void>> = {
  list: stepList,
  indentless: stepIndentless,
  map: stepMap,
  flowList: stepFlowList,
  flowMap: stepFlowMap,
  flowPair: stepFlowPair,
};

function stepList(compose: Compose, frame: Frame): void {
  const kind = peek(compose);
  if (kind === Kind.BlockEntry) {
    const end = advance(compose);
    const next = peek(compose);
    if (next === Kind.BlockEntry || next === Kind.BlockEnd) deliverEmpty(compose, end);
    else startNode(compose, true, false);
  } else if (kind === Kind.BlockEnd) {
    advance(compose);
    close(compose, frame.end);
  } else refuse(compose, "a list item must start with '- ' at the column of the items before it");
}

function stepIndentless(compose: Compose, frame: Frame): void {
  if (peek(compose) !== Kind.BlockEntry) return close(compose, frame.end);
  const end = advance(compose);
  const next = peek(compose);
  if (next === Kind.BlockEntry || next === Kind.Key || next === Kind.Value || next === Kind.BlockEnd) {
    deliverEmpty(compose, end);
  } else startNode(compose, true, false);
}

function stepMap(compose: Compose, frame: Frame): void {
  const kind = peek(compose);
  const wanted = frame.next === 'key' ? Kind.Key : Kind.Value;
  if (kind === wanted) {
    const end = advance(compose);
    const next = peek(compose);
    if (next === Kind.Key || next === Kind.Value || next === Kind.BlockEnd) deliverEmpty(compose, end);
    else startNode(compose, true, true);
  } else if (frame.next === 'value') deliverEmpty(compose, frame.key?.end ?? frame.end);
  else if (kind === Kind.BlockEnd) {
    advance(compose);
    close(compose, frame.end);
  } else refuse(compose, 'a key is expected here: indent it as the keys of one of the maps before it');
}

function stepFlowList(compose: Compose, frame: Frame): void {
  if (peek(compose) !== Kind.FlowListEnd && !frame.first) {
    if (peek(compose) !== Kind.FlowEntry) return refuse(compose, "',' or ']' is expected here");
    advance(compose);
  }
  frame.first = false;
  const kind = peek(compose);
  if (kind === Kind.FlowListEnd) close(compose, advance(compose));
  else if (kind === Kind.Key) {
    const start = offset(compose);
    advance(compose);
    push(compose, 'flowPair', start, undefined);
  } else startNode(compose, false, false);
}

/** A single `key: value` within brackets, which is a map of its own. */
function stepFlowPair(compose: Compose, frame: Frame): void {
  const kind = peek(compose);
  const ends = kind === Kind.FlowEntry || kind === Kind.FlowListEnd;
  if (!frame.first && frame.next === 'key') return close(compose, frame.end);
  if (frame.next === 'key') {
    frame.first = false;
    // Where the key is missing, go-yaml passes whatever token stands there.
    if (kind === Kind.Value || ends) deliverEmpty(compose, advance(compose));
    else startNode(compose, false, false);
  } else if (kind === Kind.Value) {
    const end = advance(compose);
    const next = peek(compose);
    if (next === Kind.FlowEntry || next === Kind.FlowListEnd) deliverEmpty(compose, end);
    else startNode(compose, false, false);
  } else deliverEmpty(compose, frame.end);
}

function stepFlowMap(compose: Compose, frame: Frame): void {
  if (frame.next !== 'key') return stepFlowValue(compose, frame);
  if (peek(compose) !== Kind.FlowMapEnd && !frame.first) {
    if (peek(compose) !== Kind.FlowEntry) return refuse(compose, "',' or '}' is expected here");
    advance(compose);
  }
  frame.first = false;
  const kind = peek(compose);
  if (kind === Kind.FlowMapEnd) return close(compose, advance(compose));
  frame.bare = kind !== Kind.Key;
  if (frame.bare) return startNode(compose, false, false);
  const end = advance(compose);
  const next = peek(compose);
  if (next === Kind.Value || next === Kind.FlowEntry || next === Kind.FlowMapEnd) deliverEmpty(compose, end);
  else startNode(compose, false, false);
}

function stepFlowValue(compose: Compose, frame: Frame): void {
  if (frame.next === 'noValue' || peek(compose) !== Kind.Value) {
    return deliverEmpty(compose, frame.key?.end ?? frame.end);
  }
  const end = advance(compose);
  const next = peek(compose);
  if (next === Kind.FlowEntry || next === Kind.FlowMapEnd) deliverEmpty(compose, end);
  else startNode(compose, false, false);
}
