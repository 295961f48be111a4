import { expect, test } from 'vitest';
import { SourceText } from '../../model/sourceText.ts';
import { readYaml } from '../../yaml/read.ts';
import { placesOf, writeYamlText } from './yamlText.ts';

function rewritten(text: string): string | undefined {
  const [document] = readYaml(new SourceText('', text), 'resource').documents;
  return document && writeYamlText(document, text, placesOf(document));
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

test('anchors and tags are not written', () => {
  expect(rewritten('a: &x 1\nb: *x\n')).toBeUndefined();
});
