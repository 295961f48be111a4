import { expect, test } from 'vitest';
import { normalLayout } from './yamlLayout.ts';

test('levels take two spaces, lists none; the rest stays', () => {
  const text =
    'a:\n    b: "x"\n\nlist:\n    # one\n    - name: n\n      deep:\n          - [1, 2]\n    -   last\ntext: |\n  line\n\n  more\n';
  expect(normalLayout(text)).toBe(
    'a:\n  b: "x"\nlist:\n# one\n- name: n\n  deep:\n  - [1, 2]\n- last\ntext: |\n  line\n\n  more',
  );
});

test('what stands in brackets takes one line', () => {
  const text = 'a: {\n  b: "x",\n  c: [ 1,2, ],\n}\nd: {e:   f}\ng: [] # none\n';
  expect(normalLayout(text)).toBe('a: {b: "x", c: [1, 2]}\nd: {e: f}\ng: [] # none');
});

test('text that is no YAML stays as it is', () => {
  expect(normalLayout('a: [\n')).toBe('a: [\n');
});
