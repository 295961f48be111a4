// `npm test`: every suite that needs nothing but npm's packages, then those whose programs are there. Each suite says
// its own result; `N passed, N failed, N skipped` stands alone on the last line. `--only=NAME` runs one suite.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const recorded = join(root, '..', 'shared', 'conformance');

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

interface Suite {
  readonly name: string;
  readonly run: () => Promise<Count>;
}

const suites: Suite[] = [
  { name: 'build', run: () => counted('scripts/build.ts', []) },
  { name: 'unit and scenarios', run: vitest },
  { name: 'conformance', run: () => withRecordings(['kustomize.jsonl'], 'test/conformance/kustomize.ts') },
  { name: 'golden', run: () => withRecordings(jsonLines('golden'), 'test/conformance/golden.ts') },
  { name: 'api', run: () => withRecordings(jsonLines('api'), 'test/conformance/golden.ts') },
  { name: 'packaging', run: () => counted('scripts/package.ts', ['--check']) },
  { name: 'editor', run: () => counted('test/editor/run.ts', []) },
];

function jsonLines(folder: string): string[] {
  const path = join(recorded, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path).filter((name) => name.endsWith('.jsonl')).map((name) => join(folder, name));
}

/** Runs a script over recorded data, or says that the data is not beside this clone. */
async function withRecordings(files: string[], script: string): Promise<Count> {
  if (!existsSync(recorded)) {
    console.log('skipped: ../shared/conformance not found');
    return { passed: 0, failed: 0, skipped: 1 };
  }
  return counted(script, files.map((file) => join(recorded, file)));
}

/** Runs a script and reads the count on its last line; a script that prints none counts as one test. */
async function counted(script: string, args: string[]): Promise<Count> {
  const { code, last } = await run(process.execPath, [join(root, script), ...args]);
  const found = /^(?:\w+: )?(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/.exec(last);
  if (!found) return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
  const count = { passed: Number(found[1]), failed: Number(found[2]), skipped: Number(found[3] ?? 0) };
  // A script that ends badly has failed, whatever it counted.
  return code !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count;
}

async function vitest(): Promise<Count> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-test-'));
  const report = join(folder, 'report.json');
  const { code } = await run(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]);
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
  const result = JSON.parse(readFileSync(report, 'utf8')) as { numPassedTests: number; numFailedTests: number; numPendingTests: number; numFailedTestSuites: number };
  rmSync(folder, { recursive: true, force: true });
  const failed = Math.max(result.numFailedTests, result.numFailedTestSuites, code === 0 ? 0 : 1);
  return { passed: result.numPassedTests, failed, skipped: result.numPendingTests };
}

function run(command: string, args: string[]): Promise<{ code: number; last: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    let last = '';
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      process.stdout.write(chunk);
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      last = lines.findLast((line) => line.trim() !== '') ?? last;
    });
    child.on('error', () => resolve({ code: 127, last }));
    child.on('close', (code) => resolve({ code: code ?? 1, last: rest.trim() === '' ? last : rest }));
  });
}

const only = process.argv.slice(2).find((arg) => arg.startsWith('--only='))?.slice('--only='.length);
const total: Count = { passed: 0, failed: 0, skipped: 0 };
for (const suite of suites.filter((one) => only === undefined || one.name === only)) {
  console.log(`\n== ${suite.name}`);
  const start = Date.now();
  const count = await suite.run();
  total.passed += count.passed;
  total.failed += count.failed;
  total.skipped += count.skipped;
  console.log(`-- ${suite.name}: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped in ${((Date.now() - start) / 1000).toFixed(0)} s`);
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;
