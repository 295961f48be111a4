// Runs a program of the user's machine: found on the PATH by absolute entries only, never through a shell, never from
// the workspace or the current folder.
import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { ClusterError } from './provider.ts';

const OUTPUT_LIMIT = 1 << 20;

/** The absolute path of a program on the PATH, or undefined. */
export function findProgram(name: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    for (const ending of endings) {
      const path = join(folder, name + ending);
      try {
        accessSync(path, constants.X_OK);
        if (statSync(path).isFile()) return path;
      } catch {
        // Not here: the next entry.
      }
    }
  }
  return undefined;
}

export interface ProgramResult {
  readonly code: number;
  readonly output: string;
}

/**
 * Runs a program to its end. Each line that it prints goes to `onLine`; both streams are kept up to 1 MiB.
 * Rejects with the signal's reason when cancelled (the program is ended first), with ClusterError when it cannot start.
 */
export function runProgram(
  path: string,
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly input?: string; readonly onLine?: (line: string) => void },
  signal: AbortSignal,
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
      signal,
    });
    let output = '';
    let rest = '';
    const take = (chunk: string): void => {
      if (output.length < OUTPUT_LIMIT) output += chunk;
      const lines = (rest + chunk).split(/\r?\n|\r/);
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') options.onLine?.(line.trim());
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    // A program that does not read its input closes the pipe: that is its right.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    child.on('error', (error) =>
      reject(signal.aborted ? signal.reason : new ClusterError(`${path} could not be started: ${error.message}`)),
    );
    child.on('close', (code) => (signal.aborted ? reject(signal.reason) : resolve({ code: code ?? 1, output })));
  });
}
