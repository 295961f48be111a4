// The command line's composition root: the process's streams, its signals and its exit code. Nothing imports it.
import process from 'node:process';
import { allCommands } from './terminal/commands.ts';
import type { Io } from './terminal/command.ts';
import { main } from './terminal/main.ts';
import { clustersOf, selfCommand } from './terminal/openClusters.ts';
import { version } from './terminal/version.ts';

const DEFAULT_COLUMNS = 120;
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => stop.abort(new Error(`stopped by ${signal}`)));
// A closed pipe (`plumbline build | head`) ends the program quietly, as it does kubectl.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const io: Io = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  interactive: process.stdout.isTTY && process.env['CI'] === undefined,
  columns: process.stdout.columns ?? DEFAULT_COLUMNS,
};
const self = selfCommand(import.meta.url);
const commands = allCommands(
  (given, options) => clustersOf(given.env, self, options),
  async (signal) => {
    const { serveStdio } = await import('./server/serve.ts');
    await serveStdio({ env: io.env, self }, signal);
  },
);

main(commands, version, process.argv.slice(2), io, stop.signal).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  },
);
