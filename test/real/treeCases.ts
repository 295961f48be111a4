// The recorded trees (test/conformance/trees) through the real kustomize: `node test/real/treeCases.ts [--record]`. Prints each
// whose answer is another one now; with `--record` writes the answers.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reportCounts } from '../counts.ts';
import { withFiles } from '../folder.ts';
import { parseTreeCase, printTreeCase } from '../conformance/treeCase.ts';
import type { TreeCase } from '../conformance/treeCase.ts';
import { findOracle } from './oracle.ts';

const folder = new URL('../conformance/trees/', import.meta.url);

function answer(program: string, { files }: TreeCase): Promise<string | undefined> {
  return withFiles(files, async (directory) => {
    try {
      return execFileSync(program, ['build', join(directory, 'root')], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    } catch {
      return undefined;
    }
  });
}

const program = findOracle('kustomize-5.8.3');
const counts = { passed: 0, failed: 0, skipped: 0 };
for (const name of readdirSync(folder)) {
  const path = new URL(name, folder);
  const recorded = parseTreeCase(readFileSync(path, 'utf8'));
  if (program === undefined) {
    counts.skipped++;
    continue;
  }
  const expected = await answer(program, recorded);
  if (process.argv.includes('--record')) writeFileSync(path, printTreeCase({ ...recorded, expected }));
  else if (expected !== recorded.expected) {
    counts.failed++;
    console.log(`${name}: kustomize answers otherwise`);
    continue;
  }
  counts.passed++;
}
if (program === undefined) console.log('skipped: kustomize-5.8.3 not found');
reportCounts(counts);
