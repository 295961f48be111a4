import { expect, test } from 'vitest';
import { inertMarkdown } from './treeNode.ts';

test.each([
  ['[x](command:evil)', '\\[x\\]\\(command:evil\\)'],
  ['<img src=x onerror=alert(1)>', '\\<img src=x onerror=alert\\(1\\)\\>'],
  ['https://evil.example and www.evil.example', 'https\\://evil.example and www\\.evil.example'],
  ['# head\n- item\n1. one', '\\# head  \n\\- item  \n1\\. one'],
  ['web-staging: ready', 'web-staging: ready'],
])('%s stays text', (text, expected) => {
  expect(inertMarkdown(text)).toBe(expected);
});
