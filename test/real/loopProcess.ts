// Our loop as a user starts it: `plumbline run` on a cluster, as a process of its own. Whoever starts it ends it.
import { spawn } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const PROGRAMS = { sources: join(root, 'src', 'cli.ts'), bundle: join(root, 'dist', 'cli.cjs') };

export interface LoopProcess {
  readonly program: keyof typeof PROGRAMS;
  readonly kubeconfig: string;
  readonly home: string;
  /** How it tells its events. Default lines for a person. */
  readonly output?: 'lines' | 'json';
  /** Default: nobody listens. */
  readonly stdio?: StdioOptions;
}

export function spawnLoop(options: LoopProcess): ChildProcess {
  const { program, kubeconfig, home, output = 'lines', stdio = 'ignore' } = options;
  return spawn(process.execPath, [PROGRAMS[program], 'run', '--kubeconfig', kubeconfig, '--output', output], {
    stdio,
    env: { ...process.env, PLUMBLINE_HOME: home, NODE_NO_WARNINGS: '1' },
  });
}
