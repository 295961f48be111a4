import { expect, test } from 'vitest';
import { child } from '../../model/node.ts';
import type { MapNode } from '../../model/node.ts';
import { SourceText } from '../../model/sourceText.ts';
import { readYaml } from '../../yaml/read.ts';
import { setText } from '../write.ts';
import { setInStructuredText } from './structuredText.ts';

const change = { place: undefined, cause: { by: 'transformer', field: 'test' } } as const;

/** The text with the value at `a` replaced by `new`. */
function replaced(text: string): string | undefined {
  const object = readYaml(new SourceText('', `text: ${JSON.stringify(text)}`), 'resource').documents[0] as MapNode;
  setInStructuredText(
    object,
    ['text', 'a'],
    ({ node }) => {
      if (node.kind === 'scalar') setText(node, 'new', change);
    },
    { create: undefined, change },
  );
  const node = child(object, 'text');
  return node?.kind === 'scalar' ? node.text : undefined;
}

test.each([
  ['a: x\nm:\n    <<: {b: c}\n', 'a: new\nm:\n    <<: {b: c}'],
  ['a: x\n? {b: c}\n: d\n', 'a: new\n? {b: c}\n: d'],
  ['a: x\nb: 1\nb: 2\n', 'a: new\nb: 1\nb: 2'],
  ['a: x\nb: &c 1\nd: *c\n', 'a: new\nb: &c 1\nd: *c'],
])('of %j nothing is lost', (text, expected) => {
  expect(replaced(text)).toBe(expected);
});
