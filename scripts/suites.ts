// Runs test suites that are programs, and adds up what they print: `N passed, N failed, N skipped` on their last line.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

export interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

export interface Suite {
  readonly name: string;
  readonly run: () => Promise<Count>;
}

/** Runs a script and reads the count on its last line; a script that prints none counts as one test. */
export async function counted(script: string, args: string[]): Promise<Count> {
  const { code, lines } = await run(process.execPath, [join(root, script), ...args]);
  const found = /^(?:\w+: )?(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/.exec(lines.at(-1) ?? '');
  if (!found) return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
  const count = { passed: Number(found[1]), failed: Number(found[2]), skipped: Number(found[3] ?? 0) };
  // A script that ends badly has failed, whatever it counted.
  return code !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count;
}

export interface Ended {
  readonly code: number;
  /** What it printed, without blank lines. */
  readonly lines: readonly string[];
}

/** Runs a program to its end and shows what it prints; `quiet` only keeps it. */
export function run(command: string, args: string[], quiet = false): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      if (!quiet) process.stdout.write(chunk);
      text += chunk;
    });
    const end = (code: number): void => resolve({ code, lines: text.split('\n').filter((line) => line.trim() !== '') });
    child.on('error', () => end(127));
    child.on('close', (code) => end(code ?? 1));
  });
}

/** Runs suites one after the other, prints the total alone on the last line, and sets the exit code. */
export async function runSuites(suites: readonly Suite[], only: string | undefined): Promise<void> {
  const total: Count = { passed: 0, failed: 0, skipped: 0 };
  for (const suite of suites.filter((one) => only === undefined || one.name === only)) {
    console.log(`\n== ${suite.name}`);
    const start = Date.now();
    const count = await suite.run();
    total.passed += count.passed;
    total.failed += count.failed;
    total.skipped += count.skipped;
    console.log(
      `-- ${suite.name}: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped in ${((Date.now() - start) / 1000).toFixed(0)} s`,
    );
  }
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}

/** The value of `--only=NAME`. */
export function onlyFlag(): string | undefined {
  return process.argv
    .slice(2)
    .find((arg) => arg.startsWith('--only='))
    ?.slice('--only='.length);
}
