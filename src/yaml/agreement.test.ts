// Our reader held to another parser of YAML, so that a clone without the Go programs tests more than our own examples:
// what the `yaml` package writes, in all of its styles, reads back as the value that was written.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import type { ToStringOptions } from 'yaml';
import { equalJson } from '../model/json.ts';
import type { JsonValue } from '../model/json.ts';
import { toJson } from '../model/node.ts';
import { SourceText } from '../model/sourceText.ts';
import { readYaml } from './read.ts';

const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.lorem({ maxCount: 25 }),
  fc
    .array(fc.constantFrom('\n', ' ', 'x', ' y', 'z ', '# ', '- ', ': ', '"', '\\'), { maxLength: 8 })
    .map((parts) => parts.join('')),
);
const { tree } = fc.letrec<{ tree: JsonValue }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.constantFrom(null, true, false, 0, -7, 12.5),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(
      text.filter((key) => key !== '__proto__'),
      tie('tree'),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
}));
const options = fc.record<ToStringOptions>({
  defaultStringType: fc.constantFrom('QUOTE_DOUBLE', 'QUOTE_SINGLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED'),
  defaultKeyType: fc.constant('QUOTE_DOUBLE'),
  collectionStyle: fc.constantFrom('any', 'flow'),
  indent: fc.constantFrom(2, 4),
  lineWidth: fc.constantFrom(0, 40, 80),
});

/** Strings that the package leaves plain, since YAML 1.2 takes them for text, while go-yaml reads them otherwise. */
const readOtherwise = /^(?:[yn]|yes|no|on|off|[-+.]?[0-9].*|<<)$/i;
/** In blocks the package loses lines of blanks, and go-yaml takes the deepest of them for the indentation. */
const blankAtEdge = /^\s|\s$|\n[ \n]| \n/;

function strings(value: JsonValue): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Array.isArray(value)
    ? value.flatMap(strings)
    : [...Object.keys(value), ...Object.values(value).flatMap(strings)];
}

function isComparable(value: JsonValue, style: ToStringOptions): boolean {
  const inBlocks = style.defaultStringType?.startsWith('BLOCK') === true;
  return strings(value).every((one) => !readOtherwise.test(one) && !(inBlocks && blankAtEdge.test(one)));
}

test('what the yaml package writes is read as it was meant', () => {
  const property = fc.property(tree, options, (written, style) => {
    fc.pre(isComparable(written, style));
    const document = stringify({ root: written }, { ...style, aliasDuplicateObjects: false });
    // At some widths it breaks a word and writes `undefined` into it: what it does not read back itself says nothing.
    fc.pre(equalJson(parse(document) as JsonValue, { root: written }));
    const { documents, findings } = readYaml(new SourceText('a.yaml', document), 'kubernetes');
    expect(findings, document).toEqual([]);
    const read = documents.map((node) => toJson(node));
    expect(equalJson(read, [{ root: written }]), document).toBe(true);
  });
  fc.assert(property, { numRuns: 1500 });
});
