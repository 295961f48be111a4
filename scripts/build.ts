// Bundles the programs: the editor's client, and the command line as a root that loads one of two programs, rendering
// alone or everything. `--watch` keeps going, `--minify` is for packaging.
import { build, context } from 'esbuild';
import type { BuildOptions, Plugin } from 'esbuild';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

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
  logLevel: 'warning',
  mainFields: ['module', 'main'],
  // Sources find their files from import.meta.url, which CommonJS has not.
  banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
  define: { 'import.meta.url': 'importMetaUrl' },
  // Only kubeconfig and authentication of client-node are used; undici is its transport, needs Node 22 and changes the
  // process-wide fetch when it is loaded.
  alias: { undici: join(root, 'scripts', 'undiciStub.ts') },
};

/** What the command line's root imports dynamically is a bundle beside it, so that a build does not load a cluster client. */
const besideRoot: Plugin = {
  name: 'beside-root',
  setup: (setup) =>
    setup.onResolve({ filter: /Program\.ts$/ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path: `./${bundleOf(path)}`, external: true } : undefined,
    ),
};

/** `renderProgram.ts` -> `render.cjs`. */
function bundleOf(program: string): string {
  return `${basename(program, 'Program.ts')}.cjs`;
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
    plugins: [besideRoot],
    // As require, which is quicker than the loader of ECMAScript modules.
    supported: { 'dynamic-import': false },
    banner: { js: `#!/usr/bin/env node\n${shared.banner?.['js'] ?? ''}` },
  },
  ...['renderProgram.ts', 'fullProgram.ts'].map((program) => ({
    ...shared,
    entryPoints: [join(root, 'src/terminal', program)],
    outfile: join(root, 'dist', bundleOf(program)),
  })),
];

if (process.argv.includes('--watch')) {
  for (const program of programs) await (await context(program)).watch();
} else {
  await Promise.all(programs.map((program) => build(program)));
}
