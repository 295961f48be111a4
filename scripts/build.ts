// Bundles the programs: the editor's client, and the command line as a root that loads one of two programs, rendering
// alone or everything. `--watch` keeps going, `--minify` is for packaging.
import { build, context } from 'esbuild';
import type { BuildOptions } from 'esbuild';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AROUND } from '../src/terminal/keptProgram.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const shared: BuildOptions = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  // Node 20 is what a user's terminal may have; the editor brings a newer one.
  target: 'node20',
  sourcemap: !process.argv.includes('--minify'),
  minify: process.argv.includes('--minify'),
  legalComments: 'none',
  // Fields without a value are declared for the reader alone: to define each of them takes a call for every object made.
  tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
  logLevel: 'warning',
  mainFields: ['module', 'main'],
  // Sources find their files from where they are, which CommonJS says otherwise.
  define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
  // Only kubeconfig and authentication of client-node are used; undici is its transport, needs Node 22 and changes the
  // process-wide fetch when it is loaded.
  alias: { undici: join(root, 'scripts', 'undiciStub.ts') },
};

/** Bundles of their own, so that a plain build loads neither a cluster client nor a Git one. By the name of their entry. */
const APART = new Map([
  ['renderProgram.ts', 'render.cjs'],
  ['fullProgram.ts', 'full.cjs'],
  ['fetcher.ts', 'fetcher.cjs'],
]);

/** Makes of a dynamic import of such an entry a `require` of its bundle, which is quicker than the loader of modules. */
const apart: BuildOptions = {
  supported: { 'dynamic-import': false },
  plugins: [
    {
      name: 'apart',
      setup: (setup) =>
        setup.onResolve({ filter: /\.ts$/ }, ({ kind, path }) => {
          const bundle = kind === 'dynamic-import' ? APART.get(basename(path)) : undefined;
          return bundle === undefined ? undefined : { path: `./${bundle}`, external: true };
        }),
    },
  ],
};

/**
 * Escapes what is beyond ASCII: one such character, which regular expressions and comments keep, makes the platform decode
 * the text of a bundle a character at a time, and one beyond Latin-1 hold it in two bytes each for as long as it runs.
 */
async function escapeWide(file: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  const escaped = text.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  if (escaped !== text) await writeFile(file, escaped);
}

const programs: BuildOptions[] = [
  {
    ...shared,
    entryPoints: [join(root, 'src/extension.ts')],
    outfile: join(root, 'dist/extension.cjs'),
    external: ['vscode'],
  },
  {
    ...shared,
    entryPoints: [join(root, 'src/cli.ts')],
    outfile: join(root, 'dist/cli.cjs'),
    ...apart,
    banner: { js: '#!/usr/bin/env node' },
  },
  {
    ...shared,
    ...apart,
    entryPoints: [join(root, 'src/terminal/renderProgram.ts')],
    outfile: join(root, 'dist/render.cjs'),
    // Each command reads the whole of it.
    minify: true,
    banner: { js: AROUND.before },
    footer: { js: AROUND.after },
  },
  { ...shared, entryPoints: [join(root, 'src/terminal/fullProgram.ts')], outfile: join(root, 'dist/full.cjs') },
  { ...shared, entryPoints: [join(root, 'src/source/fetch/fetcher.ts')], outfile: join(root, 'dist/fetcher.cjs') },
];

if (process.argv.includes('--watch')) {
  for (const program of programs) await (await context(program)).watch();
} else {
  await Promise.all(
    programs.map(async (program) => {
      await build(program);
      if (program.outfile !== undefined) await escapeWide(program.outfile);
    }),
  );
}
