// The size of the package and of an install, in bytes on disk.
import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mebibytes } from './measure.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export async function benchSizes(): Promise<void> {
  execFileSync(process.execPath, [join(root, 'scripts/package.ts')], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  for (const file of ['dist/plumbline.vsix', 'dist/extension.cjs', 'dist/full.cjs', 'dist/render.cjs']) {
    if (existsSync(join(root, file))) console.log(`${file}: ${mebibytes(statSync(join(root, file)).size)}`);
  }
  console.log(`node_modules: ${mebibytes(sizeOf(join(root, 'node_modules')))}`);
}

function sizeOf(path: string): number {
  const stats = lstatSync(path);
  if (!stats.isDirectory()) return stats.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}
