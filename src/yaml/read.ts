// YAML text -> nodes with places, in the two dialects of the Kubernetes world. Bad text is a finding, never an
// exception. Splits the text into documents as upstream does; scan.ts and compose.ts read each.
import type { Finding } from '../model/finding.ts';
import type { Node } from '../model/node.ts';
import { DocumentPlace, DocumentText } from '../model/sourceText.ts';
import type { SourceText } from '../model/sourceText.ts';
import { advance, composeNode, peek } from './compose.ts';
import { createCompose, placeOf } from './composeState.ts';
import type { Compose, Reading } from './composeState.ts';
import * as findings from './findings.ts';
import { footOf } from './foot.ts';
import { quickRead } from './quickRead.ts';
import type { Dialect } from './resolve.ts';
import { scanTokens } from './scan.ts';
import { sharpen } from './sharpen.ts';
import { Kind } from './token.ts';

export type { Dialect } from './resolve.ts';

export interface ReadOptions {
  /** `float64`: integers beyond 2^53 are rounded, as kustomize rounds what passes through a JSON 6902 patch. */
  readonly integers?: 'exact' | 'float64';
  /** `kept`: values that have no form in JSON are not judged here (see unfit.ts), since they may still be replaced. */
  readonly unfit?: 'reported' | 'kept';
}

export interface ReadResult {
  /** One node for each document that holds anything; of the `kubernetes` dialect at most one, as upstream reads it. */
  readonly documents: Node[];
  readonly findings: Finding[];
}

/** Reads all documents of a text. A document with a syntax error is missing; the others are there. */
export function readYaml(source: SourceText, dialect: Dialect, options: ReadOptions = {}): ReadResult {
  const result: ReadResult = { documents: [], findings: [] };
  const reading = newReading(source, dialect, options, result.findings);
  for (const { start, end } of dialect === 'resource' ? splitDocuments(source, result.findings) : [whole(source)]) {
    readInto(result, reading, new DocumentText(source, start, end));
  }
  return result;
}

/** Reads one document of a text, as `readYaml` does among the others of its file. Places are those of the given document. */
export function readOneDocument(document: DocumentText, dialect: Dialect, options: ReadOptions): ReadResult {
  const result: ReadResult = { documents: [], findings: [] };
  readInto(result, newReading(document.source, dialect, options, result.findings), document);
  return result;
}

/** Whether a stretch of a text that begins a document and is followed by a separator or the end is one document. */
export function isOneDocument(text: string): boolean {
  return !text.includes('\n---');
}

function newReading(source: SourceText, dialect: Dialect, options: ReadOptions, found: Finding[]): Reading {
  const { integers = 'exact', unfit = 'reported' } = options;
  return { source, dialect, integers, unfit, findings: found, names: new Map() };
}

function readInto(result: ReadResult, reading: Reading, document: DocumentText): void {
  const { source, start, end } = document;
  const bad = controlCharacter.exec(source.text.slice(start, end));
  if (bad) {
    const at = start + bad.index;
    const place = DocumentPlace.between(document, at, at + 1);
    result.findings.push(findings.controlCharacter(source.text.codePointAt(at) ?? 0, place));
    return;
  }
  const node = readDocument(reading, document);
  if (node && !(node.kind === 'scalar' && node.value === null)) result.documents.push(node);
}

// eslint-disable-next-line no-control-regex -- they are the subject.
const controlCharacter = /[\0-\x08\v\f\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;

// What Go takes for white space, which is not quite what trim() does.
const onlyComment = /^[\t\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*(?:#|$)/;

interface Stretch {
  readonly start: number;
  readonly end: number;
}

function whole(source: SourceText): Stretch {
  return { start: 0, end: source.text.length };
}

/**
 * kyaml cuts a text at every line that starts with `---` before any YAML is read, even within a quoted value. The line
 * break before the cut belongs to the document before it.
 */
function splitDocuments(source: SourceText, found: Finding[]): Stretch[] {
  const separator = /\n---([^\n]*)\n/g;
  const stretches: Stretch[] = [];
  let start = 0;
  for (let match = separator.exec(source.text); match; match = separator.exec(source.text)) {
    const at = match.index + 1;
    if (!onlyComment.test(match[1] ?? '')) {
      found.push(findings.separatorWithText({ source, start: at, end: at + match[0].length - 2 }));
    }
    stretches.push({ start, end: at });
    start = match.index + match[0].length;
  }
  stretches.push({ start, end: source.text.length });
  return stretches;
}

function readDocument(reading: Reading, document: DocumentText): Node | undefined {
  const isUsual = reading.dialect === 'resource' && reading.integers === 'exact';
  return (isUsual ? quickRead(document, reading.names) : undefined) ?? readAny(reading, document);
}

function readAny(reading: Reading, document: DocumentText): Node | undefined {
  const { tokens, fault } = scanTokens(reading.source.text, document.start, document.end);
  const compose = createCompose(reading, document, tokens);
  const node = composeDocument(compose);
  // An error of the grammar stands before the one that ended the scan. One behind the document's end counts as far as
  // upstream looks ahead: v3 has three tokens in hand, v2 one.
  const isNear = marksLeft(compose) < (reading.dialect === 'resource' ? 3 : 1);
  const error = compose.fault ?? (isNear ? fault : undefined);
  if (!error) {
    if (node) checkRest(compose);
    document.foot = footOf(document, tokens);
    return node;
  }
  const cause = sharpen(reading.source.text, document, error, compose.stack);
  reading.findings.push(findings.ofFault(cause, placeOf(compose, cause.start, cause.end)));
  return undefined;
}

function marksLeft(compose: Compose): number {
  let count = 0;
  for (const token of compose.tokens.slice(compose.at, compose.at + 3)) count += 1 + token.opens;
  return count;
}

/** The document's root, behind its directives and its `---`. */
function composeDocument(compose: Compose): Node | undefined {
  const first = compose.tokens[0];
  let directives = 0;
  while (peek(compose) === Kind.Directive) {
    takeDirective(compose, compose.tokens[compose.at]?.text ?? '');
    advance(compose);
    directives++;
  }
  if (compose.fault) return undefined;
  if (peek(compose) === Kind.DocumentStart) {
    advance(compose);
    if (endsDocument(peek(compose))) return undefined;
  } else if (directives > 0 && first && peek(compose) !== undefined) {
    const message = 'a directive must be followed by --- in the same document';
    compose.fault = { code: 'yaml-syntax', message, start: first.start, end: first.end };
    return undefined;
  } else if (peek(compose) === Kind.StreamEnd) return undefined;
  return composeNode(compose);
}

function endsDocument(kind: Kind | undefined): boolean {
  return kind === Kind.DocumentStart || kind === Kind.DocumentEnd || kind === Kind.Directive || kind === Kind.StreamEnd;
}

function takeDirective(compose: Compose, text: string): void {
  const [name, first = '', second = ''] = text.split(' ');
  const token = compose.tokens[compose.at];
  if (name === '%TAG') compose.tags.set(first, second);
  else if (first !== '1.1' && token) {
    const message = `YAML ${first} cannot be read, only 1.1`;
    compose.fault = { code: 'yaml-unsupported', message, start: token.start, end: token.end };
  }
}

/** Upstream reads one document and stops; what else there is would be lost without a word. */
function checkRest(compose: Compose): void {
  while (peek(compose) === Kind.DocumentEnd || peek(compose) === Kind.DocumentStart) advance(compose);
  const token = compose.tokens[compose.at];
  if (!token || token.kind === Kind.StreamEnd) return;
  compose.findings.push(findings.unreadRest(placeOf(compose, token.start, token.end)));
}
