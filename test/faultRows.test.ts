// Every row of the list of faults (docs/faults.md) has a test that is named after it, or a reason why it has none.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const rows = (letter: string, last: number): string[] => Array.from({ length: last }, (_, at) => `${letter}${at + 1}`);
const ROWS = [...rows('G', 24), ...rows('A', 38), ...rows('P', 12), ...rows('B', 15)];

/** The ids in the names of tests: `A9, A10: the connection breaks ...`. */
function tested(): Set<string> {
  const ids = new Set<string>();
  for (const folder of ['src', 'test']) {
    for (const file of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.test.ts')) continue;
      for (const [, list] of readFileSync(join(ROOT, folder, file), 'utf8').matchAll(/['"`]((?:[ABGP]\d+(?:, )?)+): /g))
        for (const id of (list ?? '').split(', ')) ids.add(id);
    }
  }
  return ids;
}

function excused(): string[] {
  const text = readFileSync(join(ROOT, 'docs/faults.md'), 'utf8');
  return [...text.matchAll(/^\| ([ABGP]\d+) /gm)].map(([, id]) => id ?? '');
}

test('every row of the list of faults has a test, or a reason why it has none', () => {
  const [named, without] = [tested(), new Set(excused())];
  expect(ROWS.filter((id) => !named.has(id) && !without.has(id))).toEqual([]);
  expect(ROWS.filter((id) => named.has(id) && without.has(id))).toEqual([]);
});
