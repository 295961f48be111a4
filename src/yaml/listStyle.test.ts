// Added lists look like the lists that are there.
import { expect, test } from 'vitest';
import { spreadLists, spreadsLists } from './listStyle.ts';

test('a text shows how it sets its lists', () => {
  expect(spreadsLists('a:\n  - b\n')).toBe(true);
  expect(spreadsLists('- a:\n    - b\n')).toBe(true);
  expect(spreadsLists('a:\n- b\n')).toBe(false);
  expect(spreadsLists('a:\n  - b\nc:\n- d\n')).toBe(false);
  expect(spreadsLists('a: {b: [c]}\n')).toBe(false);
});

test('lists go two further in, with all that they hold', () => {
  const lines = [
    'ignore:',
    '- paths:',
    '  - /a',
    '  - /b',
    '  target:',
    '    kind: A',
    '- paths:',
    '  - /c',
    'next: |',
    '  - text',
  ];
  expect(spreadLists(lines)).toEqual([
    'ignore:',
    '  - paths:',
    '      - /a',
    '      - /b',
    '    target:',
    '      kind: A',
    '  - paths:',
    '      - /c',
    'next: |',
    '  - text',
  ]);
});
