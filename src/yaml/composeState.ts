// What is kept while the tokens of one document are composed. Data and its making only.
import type { Finding } from '../model/finding.ts';
import type { Duplicate, MapEntry, Node, ScalarStyle } from '../model/node.ts';
import { DocumentPlace } from '../model/sourceText.ts';
import type { DocumentText, Place, SourceText } from '../model/sourceText.ts';
import type { Dialect } from './resolve.ts';
import type { Fault, Token } from './token.ts';

/** What stood before a value. */
export interface Properties {
  readonly tag: string | undefined;
  readonly anchorName: string | undefined;
  readonly start: number;
  readonly end: number;
}

/** A key as it was written; without text for a list or a map. */
export interface KeyText {
  readonly text: string | undefined;
  /** The tag, where one was written or worked out already. */
  readonly tag: string | undefined;
  readonly style: ScalarStyle;
  readonly start: number;
  readonly end: number;
}

/** The entries of a map while it is read. */
export interface Entries {
  readonly map: Map<string, MapEntry>;
  readonly duplicates: Duplicate[];
  /** Of the resource dialect: the maps to merge, once all keys are known. */
  merged: readonly Node[] | undefined;
  /** The first key `<<`, be it in quotes. */
  named: MapEntry | undefined;
  /** Of the kubernetes dialect: keys that a merge put in, which are no duplicates of the map's own. */
  inherited: Set<string> | undefined;
}

/** A map into which another one was merged, as it stood before that. */
export interface Unmerged {
  readonly own: ReadonlySet<string>;
  readonly merging: MapEntry;
}

/** What is known of an anchor. Without a node it is still open: an alias to it would be a cycle. */
export interface Anchor {
  node: Node | undefined;
  size: number;
  depth: number;
}

/** What is one for all documents of a text. */
export interface Reading {
  readonly source: SourceText;
  readonly dialect: Dialect;
  readonly integers: 'exact' | 'float64';
  readonly unfit: 'reported' | 'kept';
  readonly findings: Finding[];
  /** All keys so far: each is kept in memory once. */
  readonly names: Map<string, string>;
}

/** What the composer keeps while it works on one document. */
export interface Compose extends Reading {
  readonly document: DocumentText;
  readonly tokens: readonly Token[];
  /** Where the next token is, and how many of the marks before it are passed. */
  at: number;
  passed: number;
  readonly tags: Map<string, string>;
  readonly anchors: Map<string, Anchor>;
  readonly stack: Frame[];
  /** Of the resource dialect: the maps that others were merged into. */
  unmerged: Map<Node, Unmerged> | undefined;
  root: Node | undefined;
  fault: Fault | undefined;
  decoded: number;
  aliased: number;
}

export type Form = 'list' | 'indentless' | 'map' | 'flowList' | 'flowMap' | 'flowPair';

/** A list or map that is being composed. */
export interface Frame {
  readonly form: Form;
  readonly start: number;
  end: number;
  first: boolean;
  /** Of maps: what comes next. */
  next: 'key' | 'value' | 'noValue';
  /** Of maps in braces: the key has no `:` behind it, and so no value, whatever follows. */
  bare: boolean;
  readonly items: Node[];
  readonly entries: Entries | undefined;
  key: KeyText | undefined;
  readonly anchor: Anchor | undefined;
  readonly decodedBefore: number;
  /** How deep the values within it are nested. */
  depth: number;
}

export function createCompose(reading: Reading, document: DocumentText, tokens: readonly Token[]): Compose {
  return {
    ...reading,
    document,
    tokens,
    at: 0,
    passed: 0,
    tags: new Map([
      ['!', '!'],
      ['!!', '!!'],
    ]),
    anchors: new Map(),
    stack: [],
    unmerged: undefined,
    root: undefined,
    fault: undefined,
    decoded: 0,
    aliased: 0,
  };
}

export function placeOf(compose: Compose, start: number, end: number): Place {
  return DocumentPlace.between(compose.document, start, end);
}
