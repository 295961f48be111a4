import { expect, test } from 'vitest';
import { builtinSchemas } from '../../schema/builtin.ts';
import { parseMerging } from './mergeDuplicates.ts';

const pod = builtinSchemas().schemaOf({ group: '', version: 'v1', kind: 'Pod' }) ?? { type: 'any' as const };

test.each([
  [
    'structs are merged',
    '{"metadata":{"name":"a","labels":{"x":"1"}},"metadata":{"labels":{"y":"2"}}}',
    { metadata: { name: 'a', labels: { x: '1', y: '2' } } },
  ],
  ['the last scalar wins', '{"metadata":{"name":"a"},"metadata":{"name":"b"}}', { metadata: { name: 'b' } }],
  ['null empties a map', '{"metadata":{"labels":{"x":"1"},"labels":null}}', { metadata: { labels: null } }],
  ['null leaves a scalar', '{"metadata":{"name":"a","name":null}}', { metadata: { name: 'a' } }],
  [
    'a shorter list reads into the elements that were there',
    '{"spec":{"containers":[{"name":"a","image":"x"},{"name":"b"}],"containers":[{"name":"c"}]}}',
    { spec: { containers: [{ name: 'c', image: 'x' }] } },
  ],
])('%s', (_name, text, expected) => {
  expect(parseMerging(text, pod)).toEqual(expected);
});
