import { expect, test } from 'vitest';
import { cloneJson, equalJson } from './json.ts';
import type { JsonValue } from './json.ts';
import { stringifyJson } from './jsonText.ts';
import { cloneNode, depthOf, MapEntry, toJson, visitNodes } from './node.ts';
import type { Node } from './node.ts';

const depth = 10_000;
const origin = { place: undefined, cause: { by: 'resource' } } as const;
const scalar = (value: bigint): Node => ({
  kind: 'scalar',
  value,
  text: `${value}`,
  style: 'plain',
  tag: '!!int',
  origin,
});

/** Lists and maps by turns around a scalar. */
function deepNode(): Node {
  let node = scalar(2n ** 60n);
  for (let i = 0; i < depth; i++) {
    node =
      i % 2
        ? { kind: 'list', items: [node], origin }
        : { kind: 'map', entries: new Map([['k', new MapEntry(node)]]), origin };
  }
  return node;
}

test('trees are copied, walked and turned into JSON 10,000 levels deep', () => {
  const node = deepNode();
  const copy = cloneNode(node);
  let count = 0;
  visitNodes(copy, () => count++);
  expect([count, depthOf(copy)]).toEqual([depth + 1, depth]);
  expect(equalJson(toJson(node), toJson(copy))).toBe(true);
});

test('JSON is copied, compared and written 10,000 levels deep', () => {
  const value = toJson(deepNode());
  expect(equalJson(cloneJson(value), value)).toBe(true);
  expect(stringifyJson(value)).toBe(`${'[{"k":'.repeat(depth / 2)}1152921504606846976${'}]'.repeat(depth / 2)}`);
});

test('a copy shares the origins and nothing else', () => {
  const node: Node = { kind: 'list', items: [scalar(1n)], origin };
  const copy = cloneNode(node);
  expect(copy).toEqual(node);
  expect(copy.items[0]).not.toBe(node.items[0]);
  expect(copy.items[0]?.origin).toBe(origin);
});

test.each<[string, JsonValue, JsonValue, boolean]>([
  ['keys in another order, and bigint', { a: 1, b: [2] }, { b: [2n], a: 1n }, true],
  ['another key', { a: 1 }, { b: 1 }, false],
  ['a list and a map', { a: [] }, { a: {} }, false],
  ['null and a map', { a: null }, { a: {} }, false],
  ['items in another order', [1, 2], [2, 1], false],
  ['lists of lists', [[1], []], [[1], []], true],
])('equality: %s', (_, a, b, equal) => {
  expect(equalJson(a, b)).toBe(equal);
  expect(equalJson(b, a)).toBe(equal);
});

test.each([0, 2])('numbers beyond 2^53 are written as the platform writes the others, indented by %i', (indent) => {
  const value = { a: [1, { 'b"': [] }], c: {}, d: 'x\n' };
  expect(stringifyJson(value, indent)).toBe(JSON.stringify(value, null, indent));
  const exact = stringifyJson({ ...value, n: 2n ** 60n }, indent);
  expect(exact).toBe(JSON.stringify({ ...value, n: 0 }, null, indent).replace(/0(?=\s*\}$)/, '1152921504606846976'));
});
