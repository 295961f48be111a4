import { expect, test } from 'vitest';
import { readText } from './readText.ts';
import { writeText } from './writeText.ts';

function rewritten(text: string): string | undefined {
  const document = readText(text);
  return document && writeText(document);
}

test.each([
  [
    'levels take two spaces, lists none',
    'a:\n    b: x\nl:\n    - n: 1\n      m:\n          - 2\n',
    'a:\n  b: x\nl:\n- n: 1\n  m:\n  - 2',
  ],
  ['one space behind a colon and a dash', 'a:   1\nl:\n-   x\n- - y\n', 'a: 1\nl:\n- x\n- - y'],
  ['blank lines go', '---\na: 1\n\nb: 2\n\n', 'a: 1\nb: 2'],
  [
    'brackets take one line',
    'a: {\n  b: "x",\n  c: [ 1,2, ],\n}\ng: [] # none\n',
    'a: {b: "x", c: [1, 2]}\ng: [] # none',
  ],
  ['plain and quoted text takes one line', "a: x\n  y\nb: \"x\n  y\"\nc: 'it''s'\n", "a: x y\nb: \"x y\"\nc: 'it''s'"],
  ['block text keeps its lines', 'a: |\n    one\n\n     two\nb: |-\n    x\n', 'a: |\n  one\n\n   two\nb: |-\n  x'],
  ['folded text is one paragraph', 'a: >-\n  one\n  two\n\n  three\nb: 1\n', 'a: >-\n  one two\n\n  three\nb: 1'],
  [
    'comments keep to what they are about',
    '# top\n\na: # of a\n      # of b\n      b: 1   # too\nl:\n  # item\n  -\n    # key\n    k: v\n',
    '# top\n\na: # of a\n  # of b\n  b: 1 # too\nl:\n# item\n- # key\n  k: v',
  ],
])('%s', (_, text, expected) => {
  expect(rewritten(text)).toBe(expected);
});

test.each([
  [
    'anchors, aliases and tags are kept',
    'a: &x 1\nb: *x\nc: !own {d: !!int "5"}\n',
    'a: &x 1\nb: *x\nc: !own {d: !!int "5"}',
  ],
  ['a key that is no plain text', '? [a, b]\n: c\n? "two\\nlines"\n: d\n', '? [a, b]\n: c\n? "two\\nlines"\n: d'],
  [
    'what stands below a value stays with it',
    'a:\n  b: 1\n  # of b\n\n# of c\nc: 2\n',
    'a:\n  b: 1\n  # of b\n# of c\nc: 2',
  ],
  ['comments within brackets', 'a: [x, # one\n  y # two\n  ]\n', 'a: [x, # one\n  y, # two\n]'],
])('%s', (_, text, expected) => {
  expect(rewritten(text)).toBe(expected);
});

test.each(['a: {', '*a', 'a: b: c', '? x\n- y', '%YAML 1.2\n---\na: 1', 'a: !no!x y', '"\u0007"'])(
  '%j cannot be read',
  (text) => {
    expect(readText(text)).toBeUndefined();
  },
);
