// Random scalars, keys and maps through one resource of a real `kustomize build`: what our reader and writer make of the
// same text must be equal to the byte. Many values go into each call, since a call costs tens of milliseconds.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { visitNodes } from '../../src/model/node.ts';
import { SourceText } from '../../src/model/sourceText.ts';
import { compareKeys } from '../../src/yaml/keyOrder.ts';
import { settleFlow } from '../../src/render/write.ts';
import { readYaml } from '../../src/yaml/read.ts';
import { writeYaml } from '../../src/yaml/write.ts';
import { findOracle } from './oracle.ts';

const head = 'apiVersion: example.com/v1\nkind: Sample\nmetadata:\n  name: sample\nspec:\n';

/** Our output, or undefined where we refuse the text. */
function ours(text: string): string | undefined {
  const { documents, findings } = readYaml(new SourceText('resource.yaml', text), 'resource');
  const refused = findings.some((finding) => finding.severity === 'error') || documents.length !== 1;
  if (refused) return undefined;
  // What a build does to them behind the reading: empty values within brackets become texts.
  for (const document of documents) visitNodes(document, settleFlow);
  return documents.map((node) => writeYaml(node)).join('');
}

function theirs(program: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-yaml-'));
  try {
    writeFileSync(join(folder, 'kustomization.yaml'), 'resources:\n- resource.yaml\n');
    writeFileSync(join(folder, 'resource.yaml'), text);
    const run = spawnSync(program, ['build', folder], { encoding: 'utf8', maxBuffer: 1 << 28 });
    return run.status === 0 ? run.stdout : run.stderr;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const numeric = fc.string({ unit: fc.constantFrom(...'0123456789+-._eExob:TZ'), maxLength: 12 });
const words = fc.constantFrom(
  'null',
  '~',
  'yes',
  'No',
  'on',
  'TRUE',
  '.5',
  '1_0',
  '2001-1-2',
  '2001-12-14T21:59:43.10-05:00',
  '=',
  '<<',
);
const marks = fc.string({ unit: fc.constantFrom(...' abc:#-?!&*%@`"\'|>{}[],=.\\é中\t'), maxLength: 20 });
/** Text as it may stand behind `key: ` in a file. */
const written = fc.oneof(numeric, words, marks);
/** Any text, as JSON writes it: a form of double quotes that YAML reads too. */
const quoted = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 30 }),
    fc.lorem({ maxCount: 30 }),
    fc.array(fc.constantFrom(' ', '\n', 'x', ' y', 'z '), { maxLength: 8 }).map((parts) => parts.join('')),
  )
  .map((text) => JSON.stringify(text));
const block = fc
  .tuple(
    fc.constantFrom('|', '>', '|-', '>-', '|+', '>+'),
    fc.array(fc.constantFrom('x', 'two words', ' deep', '', '- a', '# b'), { minLength: 1, maxLength: 5 }),
  )
  .map(
    ([mark, lines]) => `${mark}\n${['first', ...lines].map((line) => (line === '' ? '' : `    ${line}`)).join('\n')}`,
  );
const key = fc
  .oneof(fc.stringMatching(/^[a-z]{1,3}[0-9]{0,3}[-_.]?[0-9]{0,2}$/), fc.string({ maxLength: 6 }), words)
  .map((text) => JSON.stringify(text));
function less(a: string, b: string): boolean {
  return compareKeys(JSON.parse(a) as string, JSON.parse(b) as string) < 0;
}

/** Upstream's order is no order for some keys (9 < 2001 < 2d < 9): it prints such maps now so, now so. */
function isOrdered(keys: readonly string[]): boolean {
  return keys.every((a) => keys.every((b) => !less(a, b) || keys.every((c) => !less(b, c) || less(a, c))));
}
const map = fc
  .uniqueArray(key, { minLength: 1, maxLength: 6 })
  .filter(isOrdered)
  .map((keys) => `\n${keys.map((name) => `    ${name}: 1`).join('\n')}`);
const value = fc.oneof(written, quoted, block, map);

test('random values come out as kustomize prints them', { timeout: 120_000 }, () => {
  const program = findOracle('kustomize');
  if (program === undefined) {
    process.stdout.write('skipped: kustomize not found\n');
    return;
  }
  let compared = 0;
  const property = fc.property(fc.array(value, { minLength: 600, maxLength: 600 }), (values) => {
    const accepted = values.filter((one) => ours(`${head}  k: ${one}\n`) !== undefined);
    const text = head + accepted.map((one, i) => `  k${i}: ${one}\n`).join('');
    compared += accepted.length;
    expect(theirs(program, text)).toBe(ours(text));
  });
  fc.assert(property, { numRuns: 12, endOnFailure: true });
  process.stdout.write(`${compared} random values are equal to kustomize's\n`);
});
