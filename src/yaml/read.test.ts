import { expect, test } from 'vitest';
import { nodeAt, toJson } from '../model/node.ts';
import { SourceText } from '../model/sourceText.ts';
import { readYaml } from './read.ts';
import type { Dialect } from './read.ts';

function read(text: string, dialect: Dialect): { values: unknown[]; codes: string[]; messages: string[] } {
  const { documents, findings } = readYaml(new SourceText('a.yaml', text), dialect);
  return {
    values: documents.map((node) => toJson(node)),
    codes: findings.map((finding) => `${finding.severity} ${finding.code}`),
    messages: findings.map((finding) => finding.message),
  };
}

const value = (text: string, dialect: Dialect): unknown =>
  (read(`a: ${text}\n`, dialect).values[0] as { a: unknown }).a;

test.each([
  ['no', 'no', false],
  ['y', 'y', true],
  ['On', 'On', true],
  ['True', true, true],
  ['0777', 511, 511],
  ['0o777', 511, 511],
  ['08', 8, 8],
  ['0x_1F', 31, 31],
  ['0b11', 3, 3],
  ['1_000', 1000, 1000],
  ['9007199254740993', 9007199254740993n, 9007199254740993n],
  ['18446744073709551615', 18446744073709551615n, 18446744073709551615n],
  ['18446744073709551616', 18446744073709552000, 18446744073709552000],
  ['1E400', '1E400', '1E400'],
  ['1.10', 1.1, 1.1],
  ['12:30', '12:30', '12:30'],
  ['2001-12-14', '2001-12-14T00:00:00Z', '2001-12-14'],
  ['2001-12-14t21:59:43.10-05:00', '2001-12-14T21:59:43.1-05:00', '2001-12-14t21:59:43.10-05:00'],
  ['2001-02-30', '2001-02-30', '2001-02-30'],
  ['~', null, null],
  ['', null, null],
  ["'no'", 'no', 'no'],
  ['!!str 1', '1', '1'],
  ["!!int '5'", 5, 5],
  ['!!binary aGVsbG8=', 'hello', 'hello'],
  ['! 12', 12, '12'],
  ['{b: }', { b: null }, { b: null }],
  ['=', '=', '='],
])('%s has its own meaning in each dialect', (text, inResource, inKustomization) => {
  expect(value(text, 'resource')).toEqual(inResource);
  expect(value(text, 'kubernetes')).toEqual(inKustomization);
});

test('keys are text in resources; in a kustomization words and numbers are turned into theirs', () => {
  expect(read('on: 1\n"y": 2\n', 'resource').values).toEqual([{ on: 1, y: 2 }]);
  expect(read('on: 1\n"y": 2\n1.50: 3\n0x10: 4\n', 'kubernetes').values).toEqual([
    { true: 1, y: 2, '1.5': 3, '16': 4 },
  ]);
  expect(read('a: {1: x}\n', 'resource').messages).toEqual(['key 1 is a number; put it in quotes']);
});

test('a key that stands twice is an error in a resource and a warning in a kustomization, where the last one counts', () => {
  const text = 'a: 1\nb: 2\na: 3\n';
  expect(read(text, 'resource').codes).toEqual(['error yaml-duplicate-key']);
  expect(read(text, 'kubernetes')).toMatchObject({ values: [{ a: 3, b: 2 }], codes: ['warning yaml-duplicate-key'] });
  const node = readYaml(new SourceText('a.yaml', text), 'resource').documents[0];
  expect(node?.kind === 'map' && node.duplicates).toMatchObject([{ key: 'a', place: { start: 10, end: 11 } }]);
});

test('merge keys are applied where they are not quoted', () => {
  const base = 'base: &b {x: 1, w: 2}\n';
  const own = (text: string, dialect: Dialect): unknown => (read(base + text, dialect).values[0] as { d: unknown }).d;
  expect(own('d: {w: 3, <<: *b }\n', 'resource')).toEqual({ w: 3, x: 1 });
  expect(own('d: {w: 3, <<: *b }\n', 'kubernetes')).toEqual({ w: 2, x: 1 });
  expect(own('d:\n  <<: [*b , {z: 9, x: 5}]\n', 'resource')).toEqual({ x: 1, w: 2, z: 9 });
  expect(own("d:\n  '<<': *b\n", 'resource')).toEqual({});
  expect(own("d:\n  '<<': *b\n", 'kubernetes')).toEqual({ '<<': { x: 1, w: 2 } });
  expect(read('a: {<<: 1}\n', 'resource').messages).toEqual([
    '<< needs a map, or a list of maps; give it an alias of one',
  ]);
});

function level(name: string, of: string): string {
  return `${name}: &${name} [${`*${of},`.repeat(9)}]\n`;
}

test('aliases are copies; cycles, unknown anchors and bombs are errors', () => {
  const { documents } = readYaml(new SourceText('a.yaml', 'a: &x [1]\nb: *x\n'), 'resource');
  expect(nodeAt(documents[0], ['b'])).toEqual(nodeAt(documents[0], ['a']));
  expect(nodeAt(documents[0], ['b'])).not.toBe(nodeAt(documents[0], ['a']));
  expect(read('a: &x\n  b: *x\n', 'resource').messages[0]).toMatch(/^anchor &x contains itself/);
  expect(read('a: *x\n', 'resource').messages[0]).toMatch(/^no anchor &x stands before this alias/);
  const bomb =
    'a: &a [1,1,1,1,1,1,1,1,1]\n' + [...'bcdefgh'].map((name, i) => level(name, 'abcdefgh'[i] ?? '')).join('');
  expect(read(bomb, 'resource').codes).toEqual(['error yaml-alias-budget']);
  expect(read(`a: &x {y: 1}\nb:\n${'- *x\n'.repeat(150)}`, 'resource').codes).toEqual([]);
});

test('nesting is limited at 10,000 and no stack overflows before', () => {
  expect(readYaml(new SourceText('a.yaml', `a: ${'['.repeat(9999)}${']'.repeat(9999)}`), 'resource').findings).toEqual(
    [],
  );
  expect(read(`a: ${'['.repeat(1_000_000)}`, 'resource').codes).toEqual(['error yaml-depth']);
  expect(read(`a:\n${'- '.repeat(20_000)}x`, 'kubernetes').codes).toEqual(['error yaml-depth']);
});

test('an alias is copied at any depth, and counts as deep as its value', () => {
  const text = (times: number): string =>
    `a: &x ${'['.repeat(4000)}${']'.repeat(4000)}\nb: ${'['.repeat(times)}*x ${']'.repeat(times)}\n`;
  expect(read(text(4000), 'resource').codes).toEqual([]);
  expect(read(text(6000), 'resource').codes).toEqual(['error yaml-depth']);
});

test.each([
  ['a tab', 'a:\n\tb: 1\n', 'a tab cannot indent; use spaces'],
  [
    'half a surrogate pair',
    'a: "\\ud83d\\ude00"\n',
    '\\ud83d is no character; write the character itself or \\U with eight digits',
  ],
  [
    'a raw control character',
    'a: x\x07y\n',
    'the control character U+0007 is not allowed; write it as an escape in double quotes',
  ],
  ['a directive', '%YAML 1.1\n---\na: 1\n', 'a directive must be followed by --- in the same document'],
  ['text behind the separator', 'a: 1\n--- b\nc: 1\n', 'only a comment can stand behind --- on its line'],
  ['infinity', 'a: .inf\n', '.inf has no form in JSON; put it in quotes if it is text'],
  ['a list as a key', '? [a]\n: b\n', 'a key cannot be a list or a map'],
  [
    'an escape that cannot be printed',
    'a: "\\x7f"\n',
    'kustomize cannot print the character U+007F, however it is written',
  ],
])('%s is an error', (_, text, message) => {
  expect(read(text, 'resource').messages.join('\n')).toContain(message);
});

test('the error says where', () => {
  const source = new SourceText('a.yaml', 'a: 1\n---\nb:\n  - c\n d: 1\n');
  const { documents, findings } = readYaml(source, 'resource');
  expect(documents).toHaveLength(1);
  expect(source.position(findings[0]?.at?.start ?? 0)).toEqual({ line: 5, column: 2 });
});

test('documents without content are skipped; byte order mark and CRLF are read', () => {
  expect(read('---\n---\n# c\n---\na: 1\n---\n', 'resource').values).toEqual([{ a: 1 }]);
  expect(read('\ufeffa: |\r\n  x\r\n  y\r\nb: z\r\n', 'resource').values).toEqual([{ a: 'x\ny\n', b: 'z' }]);
  expect(read('# nothing\n', 'kubernetes')).toMatchObject({ values: [], codes: [] });
  expect(read('a: 1\n---\nb: 2\n', 'kubernetes')).toMatchObject({
    values: [{ a: 1 }],
    codes: ['warning yaml-unsupported'],
  });
  expect(read('a: !foo bar\n', 'resource')).toMatchObject({
    values: [{ a: 'bar' }],
    codes: ['warning yaml-unsupported'],
  });
});

test('names of object properties are keys like others', () => {
  const { documents } = readYaml(new SourceText('a.yaml', '__proto__: {polluted: true}\nconstructor: 1\n'), 'resource');
  expect(documents[0]?.kind === 'map' && [...documents[0].entries.keys()]).toEqual(['__proto__', 'constructor']);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

test('nodes know their places, their style and what was written', () => {
  const source = new SourceText('a.yaml', 'a:\n  "b": 0777 # c\n  l: [x, \'y\']\n');
  const root = readYaml(source, 'resource').documents[0];
  const shown = (path: string[]): string | undefined => {
    const place = nodeAt(root, path)?.origin.place;
    return place && source.text.slice(place.start, place.end);
  };
  expect(nodeAt(root, ['a', 'b'])).toMatchObject({ value: 511, text: '0777', style: 'plain', tag: '!!int' });
  expect([shown(['a', 'b']), shown(['a', 'l']), shown(['a'])]).toEqual([
    '0777',
    "[x, 'y']",
    '"b": 0777 # c\n  l: [x, \'y\']',
  ]);
  expect(root?.kind === 'map' && root.entries.get('a')?.keyPlace).toMatchObject({ start: 0, end: 1 });
});

test('numbers of a JSON 6902 patch can be rounded as kustomize rounds them', () => {
  const { documents, findings } = readYaml(new SourceText('p.yaml', '- value: 9007199254740993\n'), 'kubernetes', {
    integers: 'float64',
  });
  expect(nodeAt(documents[0], [0, 'value'])).toMatchObject({ value: 9007199254740992 });
  expect(findings).toMatchObject([{ code: 'yaml-unsupported', severity: 'warning' }]);
});

test('four times the keys take about four times as long, not sixteen times', () => {
  const cost = (keys: number): number => {
    const text = Array.from({ length: keys }, (_, i) => `key${i}: value\n`).join('');
    const start = process.cpuUsage();
    expect(read(text, 'resource').codes).toEqual([]);
    return process.cpuUsage(start).user;
  };
  const [few, many] = [20_000, 80_000].map((keys) => Math.min(cost(keys), cost(keys), cost(keys)));
  expect(many).toBeLessThan(10 * (few ?? 0));
});
