// The command line's composition root: the process's streams, its signals and its exit code, and which program runs.
// Loads only that one. Nothing imports it.
import process from 'node:process';
import type { Io } from './terminal/command.ts';
import { compileForShortRun, keepCompiledCode } from './terminal/compiledCode.ts';
import { RENDERING } from './terminal/program.ts';
import type { RunProgram } from './terminal/program.ts';

const DEFAULT_COLUMNS = 120;
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => stop.abort(new Error(`stopped by ${signal}`)));
// A closed pipe (`plumbline build | head`) ends the program quietly, as it does kubectl.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const io: Io = {
  // Made when it is asked for: most commands read nothing, and its streams take a tenth of a small build to load.
  get stdin() {
    return process.stdin;
  },
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  interactive: process.stdout.isTTY && process.env['CI'] === undefined,
  columns: process.stdout.columns ?? DEFAULT_COLUMNS,
};
const words = process.argv.slice(2);
const isRendering = RENDERING.includes(words[0] ?? '');
// Before anything is compiled or looked for among what was: the flags are part of what is kept.
if (isRendering) compileForShortRun();
keepCompiledCode(process.env);
const loaded: Promise<{ runProgram: RunProgram }> = isRendering
  ? import('./terminal/renderProgram.ts')
  : import('./terminal/fullProgram.ts');

loaded
  .then(({ runProgram }) => runProgram({ words, io, program: import.meta.url }, stop.signal))
  .then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      process.stderr.write(`error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      process.exitCode = 1;
    },
  );
