// Runs our own program as a user would: a process of its own, its output and its exit code.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cli = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'src', 'cli.ts');

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program to its end. `home` keeps its clusters and samples apart from the user's. */
export function plumbline(
  words: readonly string[],
  options: { readonly cwd?: string; readonly home?: string; readonly input?: string } = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, CI: '1', ...(options.home === undefined ? {} : { PLUMBLINE_HOME: options.home }) };
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', cli, ...words], {
      cwd: options.cwd ?? process.cwd(),
      env,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
    child.stdin.end(options.input ?? '');
  });
}
