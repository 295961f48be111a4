// Timing of whole commands, and the words of a result.
import { spawnSync } from 'node:child_process';

/** Milliseconds of one run; throws when the command fails. */
export function timeCommand(command: readonly string[], env: NodeJS.ProcessEnv = process.env): number {
  const [program = '', ...args] = command;
  const start = performance.now();
  const { status, error } = spawnSync(program, args, {
    stdio: ['ignore', 'ignore', 'ignore'],
    env,
    maxBuffer: 1 << 30,
  });
  if (status !== 0) throw new Error(`${command.join(' ')} ended with ${error?.message ?? `exit code ${status}`}`);
  return performance.now() - start;
}

/** What one run took by the clock and of the processors, in milliseconds. */
export interface Cost {
  readonly wall: number;
  /** Of all threads, user and system; undefined where no shell can say. */
  readonly processor: number | undefined;
}

/** As timeCommand, with the processor time that bash counts. Throws when the command fails. */
export function costOfCommand(command: readonly string[]): Cost {
  const { status, stderr, error } = spawnSync(
    'bash',
    ['-c', 'TIMEFORMAT="%3R %3U %3S"; time "$@"', 'bash', ...command],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    },
  );
  if (error) return { wall: timeCommand(command), processor: undefined };
  if (status !== 0) throw new Error(`${command.join(' ')} ended with exit code ${status}: ${stderr}`);
  const [wall = 0, user = 0, system = 0] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  return { wall: wall * 1000, processor: (user + system) * 1000 };
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

export const ms = (value: number): string =>
  value < 1000 ? `${value.toFixed(value < 10 ? 1 : 0)} ms` : `${(value / 1000).toFixed(2)} s`;

export const mebibytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

/** Resident memory of a process in bytes, or undefined where the platform does not say. */
export function residentBytes(pid: number): number | undefined {
  const { stdout, status } = spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return status === 0 ? Number(stdout.trim()) * 1024 : undefined;
}
