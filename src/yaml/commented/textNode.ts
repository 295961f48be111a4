// A YAML text with all that go-yaml v3 keeps of it: comments, anchors, aliases, keys of any kind, keys that stand twice. For
// texts that kyaml writes anew; what a value means is not known here. Data and its making only.
import type { ScalarStyle } from '../../model/node.ts';

export interface TextNode {
  readonly kind: 'map' | 'list' | 'scalar' | 'alias';
  /** In short form (`!!int`); nothing for what was made without one. */
  tag: string;
  /** Whether the tag was written. */
  tagged: boolean;
  style: ScalarStyle;
  /** Whether it stood within brackets. */
  flow: boolean;
  /** The text of a scalar, the name in an alias. */
  value: string;
  anchor: string;
  /** The items of a list; of a map each key and behind it its value. What is put into a null stays there, unseen. */
  content: TextNode[];
  /** Where it stood in its text; -1 for what was made. */
  readonly at: number;
  head: string;
  line: string;
  foot: string;
}

/** A document: its root, and the comments that are about no value. */
export interface TextDocument {
  /** Undefined where the text holds no document. */
  root: TextNode | undefined;
  readonly head: string;
  readonly foot: string;
}

export function newTextNode(kind: TextNode['kind'], parts: Partial<Omit<TextNode, 'kind'>> = {}): TextNode {
  return {
    kind,
    tag: '',
    tagged: false,
    style: 'plain',
    flow: false,
    value: '',
    anchor: '',
    content: [],
    at: -1,
    head: '',
    line: '',
    foot: '',
    ...parts,
  };
}
