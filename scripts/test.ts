// `npm test`: every suite that needs nothing but npm's packages, then those whose programs are there. Each suite says
// its own result; `N passed, N failed, N skipped` stands alone on the last line. `--only=NAME` runs one suite.
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recorded, withKnownDifferences } from './knownDifferences.ts';
import { counted, onlyFlag, root, run, runSuites } from './suites.ts';
import type { Count, Suite } from './suites.ts';

const suites: Suite[] = [
  { name: 'build', run: () => counted('scripts/build.ts', []) },
  { name: 'unit and scenarios', run: vitest },
  { name: 'conformance', run: () => withRecordings(['kustomize.jsonl'], 'test/conformance/kustomize.ts') },
  { name: 'golden', run: () => withRecordings(jsonLines('golden'), 'test/conformance/golden.ts') },
  { name: 'api', run: () => withKnownDifferences(jsonLines('api'), 'api.txt') },
  { name: 'packaging', run: () => counted('scripts/package.ts', ['--check']) },
  { name: 'editor', run: () => counted('test/editor/run.ts', []) },
];

function jsonLines(folder: string): string[] {
  const path = join(recorded, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => join(folder, name));
}

/** Runs a script over recorded data, or says that the data is not beside this clone. */
async function withRecordings(files: string[], script: string): Promise<Count> {
  if (!existsSync(recorded)) {
    console.log('skipped: ../shared/conformance not found');
    return { passed: 0, failed: 0, skipped: 1 };
  }
  return counted(
    script,
    files.map((file) => join(recorded, file)),
  );
}

async function vitest(): Promise<Count> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-test-'));
  const report = join(folder, 'report.json');
  const { code } = await run(process.execPath, [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
  const result = JSON.parse(readFileSync(report, 'utf8')) as {
    numPassedTests: number;
    numFailedTests: number;
    numPendingTests: number;
    numFailedTestSuites: number;
  };
  rmSync(folder, { recursive: true, force: true });
  const failed = Math.max(result.numFailedTests, result.numFailedTestSuites, code === 0 ? 0 : 1);
  return { passed: result.numPassedTests, failed, skipped: result.numPendingTests };
}

await runSuites(suites, onlyFlag());
