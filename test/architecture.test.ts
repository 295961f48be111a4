// The document is the configuration: what ARCHITECTURE.md says of the rooms must hold for the sources.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { checkBoundaries, findCycles, importsOf, readLimits, readRooms, readSources } from '../scripts/boundaries.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const architecture = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
const rooms = readRooms(architecture);

test('the rooms keep to the table of ARCHITECTURE.md', () => {
  expect(checkBoundaries(readSources(join(root, 'src')), rooms, readLimits(architecture))).toEqual([]);
});

test('P12: nothing that builds is loaded into the extension host, whose heap is shared with every extension', () => {
  const loaded = new Set<string>();
  const sources = new Map(readSources(join(root, 'src')).map((source) => [source.path, source]));
  const follow = (path: string): void => {
    if (loaded.has(path)) return;
    loaded.add(path);
    for (const { target, own, typeOnly } of sources.get(path)?.imports ?? []) if (own && !typeOnly) follow(target);
  };
  follow('extension.ts');
  const roomsOf = new Set([...loaded].map((path) => path.split('/')[0] ?? ''));
  expect(
    [...roomsOf].filter((room) => !['editor', 'extension.ts', 'server', 'model', 'present'].includes(room)),
  ).toEqual([]);
});

test('the checker sees what it is there to see', () => {
  const file = (path: string, imports: { target: string; own: boolean; typeOnly: boolean }[], text = '// a file') => ({
    path,
    text,
    lines: 1,
    imports,
  });
  const editor = { target: 'editor/tree.ts', own: true, typeOnly: true };
  const problems = checkBoundaries(
    [file('model/a.ts', [editor, { target: 'node:fs', own: false, typeOnly: false }]), file('yaml/utils.ts', [], '')],
    rooms,
    new Map(),
  );
  expect(problems).toEqual([
    'src/model/a.ts: model may not import editor/tree.ts',
    'src/model/a.ts: model may not import the module node:fs',
    'src/yaml/utils.ts: a name that says nothing about what is inside',
    'src/yaml/utils.ts: the first line does not say what the file is for',
  ]);
  const loop = [
    file('model/a.ts', [{ target: 'model/b.ts', own: true, typeOnly: true }]),
    file('model/b.ts', [{ target: 'model/a.ts', own: true, typeOnly: false }]),
  ];
  expect(findCycles(loop)).toEqual([['model/a.ts', 'model/b.ts', 'model/a.ts']]);
});

test('imports are seen in every form', () => {
  const text = [
    "import a from './a.ts';",
    "import type { B } from './b.ts';",
    "import {\n  c,\n  type D,\n} from './c.ts';",
    "import { type E, type F } from './e.ts';",
    "import './g.ts';",
    "export type { H } from './h.ts';",
    "export { i } from './i.ts';",
    "const late = await import('./j.ts');",
    "const text = 'no import from here';",
    "import * as k from 'node:fs';",
  ].join('\n');
  expect(importsOf('x/x.ts', text).map(({ target, typeOnly }) => `${target}${typeOnly ? ' type' : ''}`)).toEqual([
    'x/a.ts',
    'x/b.ts type',
    'x/c.ts',
    'x/e.ts type',
    'x/g.ts',
    'x/h.ts type',
    'x/i.ts',
    'node:fs',
    'x/j.ts',
  ]);
});

test('the documents name files that exist', () => {
  const missing: string[] = [];
  for (const document of [
    'ARCHITECTURE.md',
    'CONTRIBUTING.md',
    'README.md',
    'docs/differences.md',
    'docs/value-tree.md',
  ]) {
    const text = readFileSync(join(root, document), 'utf8');
    for (const [, path = ''] of text.matchAll(
      /`((?:src\/|test\/|scripts\/|docs\/|[a-z]+\/)[\w./-]*(?:\.ts|\.md|\/))`/g,
    )) {
      if (!existsSync(join(root, path)) && !existsSync(join(root, 'src', path))) missing.push(`${document}: ${path}`);
    }
  }
  expect(missing).toEqual([]);
});
