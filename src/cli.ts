// The command line's composition root: the process's streams, its signals and its exit code, and which program runs.
// Loads only that one. Nothing imports it.
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import type { Io } from './terminal/command.ts';
import { compileForShortRun, keepCompiledCode, mayLeaveAtOnce } from './terminal/compiledCode.ts';
import { loadKept } from './terminal/keptProgram.ts';
import { RENDER_BUNDLE, RENDERING } from './terminal/program.ts';
import type { Program } from './terminal/program.ts';
import { scaleWithReading } from './terminal/scale.ts';

const DEFAULT_COLUMNS = 120;
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => stop.abort(new Error(`stopped by ${signal}`)));
// A closed pipe (`plumbline build | head`) ends the program quietly, as it does kubectl.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

/** The streams that something may have been written to. */
const outputs: Writable[] = [process.stdout];

const words = process.argv.slice(2);
const [first = ''] = words;
const isRendering = RENDERING.includes(first);

const io: Io = {
  // Made when it is asked for: most commands read nothing, and its streams take a tenth of a small build to load.
  get stdin() {
    return process.stdin;
  },
  stdout: process.stdout,
  get stderr() {
    outputs.push(process.stderr);
    return process.stderr;
  },
  env: process.env,
  // Fails where the folder has been removed meanwhile, which is the command's to say.
  get cwd() {
    return process.cwd();
  },
  interactive: process.stdout.isTTY && process.env['CI'] === undefined,
  columns: process.stdout.columns ?? DEFAULT_COLUMNS,
  ...(isRendering ? { reading: scaleWithReading() } : {}),
};
// Before anything is compiled or looked for among what was: the flags are part of what is kept.
if (isRendering) compileForShortRun();

function loadProgram(): Promise<Program> {
  if (!isRendering) {
    keepCompiledCode(process.env);
    return import('./terminal/fullProgram.ts');
  }
  const bundle = join(import.meta.dirname, RENDER_BUNDLE);
  const kept = loadKept(bundle, first, process.env) as Program | undefined;
  // There are no bundles where the sources are run.
  return kept ? Promise.resolve(kept) : import('./terminal/renderProgram.ts');
}

loadProgram()
  .then(({ runProgram }) => runProgram({ words, io, program: import.meta.filename }, stop.signal))
  .then(
    (code) => {
      process.exitCode = code;
      // Where all is written, which it is at once to files and pipes: else the platform first takes the whole heap apart.
      if (isRendering && mayLeaveAtOnce() && outputs.every((output) => output.writableLength === 0)) process.exit();
    },
    (error: unknown) => {
      process.stderr.write(`error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      process.exitCode = 1;
    },
  );
