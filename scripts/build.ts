// Bundles the two programs: the editor's client and the engine with its command line. `--watch` keeps going,
// `--minify` is for packaging.
import { build, context } from 'esbuild';
import type { BuildOptions } from 'esbuild';
import { dirname, join } from 'node:path';
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
    banner: { js: `#!/usr/bin/env node\n${shared.banner?.['js'] ?? ''}` },
  },
];

if (process.argv.includes('--watch')) {
  for (const program of programs) await (await context(program)).watch();
} else {
  await Promise.all(programs.map((program) => build(program)));
}
