// The manifest says what the table says. `UPDATE=1` writes both files from it.
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { COMMANDS, contributes, manifestParts, manifestStrings } from './contributions.ts';

const MANIFEST = new URL('../../package.json', import.meta.url);
const STRINGS = new URL('../../package.nls.json', import.meta.url);
const read = (url: URL): Record<string, unknown> => JSON.parse(readFileSync(url, 'utf8')) as Record<string, unknown>;

test('package.json contributes what the table says', () => {
  if (process.env['UPDATE']) {
    writeFileSync(
      MANIFEST,
      `${JSON.stringify({ ...read(MANIFEST), ...manifestParts(), contributes: contributes() }, null, 2)}\n`,
    );
    writeFileSync(STRINGS, `${JSON.stringify(manifestStrings(), null, 2)}\n`);
  }
  expect(read(MANIFEST)).toMatchObject({ ...manifestParts(), contributes: contributes() });
  expect(read(STRINGS)).toEqual(manifestStrings());
});

test('every string that the manifest names is there', () => {
  const names = [...JSON.stringify(read(MANIFEST)).matchAll(/%([\w.]+)%/g)].map((match) => match[1]);
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter((name) => name === undefined || !(name in manifestStrings()))).toEqual([]);
});

test('titles are Title Case, without an emoji, and end in "..." only where more is asked', () => {
  for (const { title } of Object.values(COMMANDS)) expect(title).toMatch(/^[A-Z][\w ]*(\.\.\.)?$/);
});
