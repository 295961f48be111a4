// The quick reader held to the thorough one: whatever it takes, it reads as that one does, places included.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { SourceText } from '../model/sourceText.ts';
import { DocumentText } from '../model/sourceText.ts';
import { quickRead } from './quickRead.ts';
import { readYaml } from './read.ts';

const word = fc.constantFrom('a', 'name', 'app-1', 'x.y/z', 'true', 'no', 'null', '12', '1.50', '0x1F', '-3', '.inf');
const scalar = fc.oneof(
  word,
  fc.constantFrom(
    '~',
    "'it'",
    '"q: #"',
    "''",
    '"\\n"',
    '2001-12-14',
    'a b',
    'a #b',
    'a#b',
    'a: b',
    'http://x:80/',
    '&a b',
  ),
  fc.constantFrom(
    '|',
    '*a',
    '- x',
    '--flag',
    '-',
    '$(VAR)',
    '<<',
    '{}',
    '[]',
    '9007199254740993',
    'é',
    ',',
    '1_000',
    '12:30',
  ),
);
const bracketed = fc.oneof(
  fc.array(scalar, { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
  fc.array(fc.tuple(word, scalar), { maxLength: 3 }).map((all) => `{${all.map((one) => one.join(': ')).join(',')}}`),
);
const line = fc
  .tuple(
    fc.constantFrom('', '', '  ', '  ', '    ', '   '),
    fc.constantFrom('', '', '', '- ', '-   '),
    fc.constantFrom('a:', 'b:', 'name:', 'x.y/z:', 'true:', '"k":', '<<:', 'a', ''),
    fc.oneof(
      fc.constant(''),
      scalar.map((text) => ` ${text}`),
      bracketed.map((text) => `  ${text}`),
    ),
    fc.constantFrom('', '', '', ' ', ' # c', '#c', '\n', '\n# c', '\n    # c', '\r', '\t'),
  )
  .map((parts) => parts.join(''));
const anyLines = fc
  .tuple(fc.array(line, { maxLength: 8 }), fc.constantFrom('\n', '', '\n\n', '\n---\n'))
  .map(([lines, last]) => lines.join('\n') + last);

const usual = fc.constantFrom(
  'a',
  'app-1',
  'true',
  '12',
  '1.50',
  "'it'",
  '"q: #"',
  'a b',
  'a#b',
  'http://x:80/',
  '-v',
  '[]',
  '{a: 1}',
);
const usualKey = fc.constantFrom('a', 'name', 'app-1', 'x.y/z', 'no');

/** The lines of a value that stands behind a key or mark: the rest of that line, and what is below it. */
const { block } = fc.letrec<{ block: readonly string[] }>((tie) => ({
  block: fc.oneof(
    { maxDepth: 4, depthSize: 'medium' },
    fc
      .tuple(fc.oneof({ weight: 20, arbitrary: usual }, scalar, bracketed), fc.constantFrom('', '', ' ', ' # c'))
      .map(([value, rest]) => [` ${value}${rest}`]),
    fc
      .tuple(
        fc.constantFrom('|', '|', '>', '|-', '|+', '>-', '|2', '|  # c', '|-2', '|x'),
        fc.array(fc.constantFrom('x', 'a: b', '', '  more', '# text', ' ', '- x', '\tx', 'é'), { maxLength: 4 }),
        fc.constantFrom('', '', '', '# c'),
      )
      .map(([mark, lines, behind]) => [` ${mark}`, ...lines, ...(behind === '' ? [] : [behind])]),
    fc
      .tuple(
        fc.uniqueArray(fc.oneof({ weight: 20, arbitrary: usualKey }, word), { minLength: 1, maxLength: 3 }),
        fc.array(tie('block'), { minLength: 3, maxLength: 3 }),
      )
      .map(([keys, values]) => ['', ...keys.flatMap((key, i) => below(`${key}:`, values[i] ?? [''], '  '))]),
    fc
      .tuple(fc.array(tie('block'), { minLength: 1, maxLength: 3 }), fc.constantFrom('', '  '))
      .map(([items, pad]) => ['', ...items.flatMap((item) => below('-', item, '  ').map((one) => pad + one))]),
  ),
}));

/** A map within a list begins on the line of its mark. */
function below(lead: string, [first = '', second, ...others]: readonly string[], pad: string): string[] {
  if (second === undefined) return [lead + first];
  const rest = others.map((one) => pad + one);
  const joins = lead === '-' && first === '' && !second.startsWith('-');
  return joins ? [`- ${second.trimStart()}`, ...rest] : [lead + first, pad + second, ...rest];
}

const wellFormed = fc
  .tuple(block, fc.constantFrom('\n', '', '\n\n'))
  .map(([lines, last]) => lines.slice(1).join('\n') + last);
const document = fc.oneof(anyLines, wellFormed);

test('what is read the quick way is what is read the thorough way', () => {
  let taken = 0;
  const property = fc.property(document, (text) => {
    const source = new SourceText('a.yaml', text);
    const quick = quickRead(new DocumentText(source, 0, text.length), new Map());
    if (!quick || text.includes('\n---') || text.includes('9007199254740993')) return;
    taken++;
    // What rounds integers never goes the quick way.
    const thorough = readYaml(source, 'resource', { integers: 'float64', unfit: 'kept' });
    expect({ documents: [quick], findings: [] }, text).toEqual(thorough);
  });
  fc.assert(property, { numRuns: 20_000 });
  expect(taken).toBeGreaterThan(1000);
});

test('a manifest as most are goes the quick way', () => {
  const text = `apiVersion: apps/v1
kind: Deployment # the usual
metadata:
  name: web
  labels: {app: web, tier: "front end"}
spec:
  replicas: 2
  # how it runs
  template:
    spec:
      containers:
      - name: app
        image: registry.example/shop/app:1.0.0
        args: ["--port", '80', -v]
        command:
          - sh
          - -c
        env:
`;
  const source = new SourceText('a.yaml', text);
  const quick = quickRead(new DocumentText(source, 0, text.length), new Map());
  expect(quick).toBeDefined();
  expect({ documents: [quick], findings: [] }).toEqual(readYaml(source, 'resource', { integers: 'float64' }));
});

test.each([
  'a: b\n  c\n',
  'a: 1\na: 2\n',
  '- - a\n',
  'a: b: c\n',
  'a: |0\n  x\n',
  'a: b\n\n# foot\n',
  '? a\n',
  'a:\n  b\n',
])('%j is left to the thorough reader', (text) => {
  expect(quickRead(new DocumentText(new SourceText('a.yaml', text), 0, text.length), new Map())).toBeUndefined();
});
