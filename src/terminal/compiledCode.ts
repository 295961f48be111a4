// How the platform compiles this program: what it keeps between runs, in the person's own folder, and how hard it tries.
// Reads no user's file.
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { homeFolder } from '../clusters/homeFolder.ts';

/**
 * To be called before the program is loaded. Node has this from 22.8 on, and refuses by a status, not by throwing: an older
 * one, or a folder that cannot be written, only starts slower. Not in the shared temporary folder, which is Node's own
 * choice: what is found there would be run.
 */
export function keepCompiledCode(env: NodeJS.ProcessEnv): void {
  const enable: typeof enableCompileCache | undefined = enableCompileCache;
  enable?.(join(homeFolder(env), 'compiled'));
}

/** Whether the platform's V8 is that of Node 24: the flags that are set here and in scale.ts are its own, and no promise. */
export function knowsCompiler(): boolean {
  return process.versions.v8.startsWith('13.');
}

/**
 * For a program that ends within a second: code that is compiled with the most effort comes too late to be worth it, and
 * takes a processor from the build. Measured: half of the processor time of a build of 2,000 objects, none lost at 10,000.
 */
export function compileForShortRun(): void {
  if (!knowsCompiler()) return;
  // Node keeps its own modules compiled for its own flags: what it loads behind them is compiled anew.
  void parseArgs;
  setFlagsFromString('--no-turbofan');
  compileAfter(CALLS_OF_SHORT_RUN);
}

/** Measured: an eighth of the processor time of a build of 400 objects less than with a third as many. */
export const CALLS_OF_SHORT_RUN = 3000;

/** How often a function is called before it is compiled with more effort than the least. */
export function compileAfter(calls: number): void {
  setFlagsFromString(`--invocation-count-for-maglev=${calls}`);
}

/** Far below the size of a heap that the platform collects as a whole. */
const SMALL_BYTES = 192 * 1024 * 1024;

/**
 * Whether the process may be left by process.exit, which waits for the threads that compile. One of those may wait for the main
 * thread to collect garbage: the process would then hang for ever, seldom (nodejs/node#54918).
 */
export function mayLeaveAtOnce(): boolean {
  return knowsCompiler() && process.memoryUsage.rss() < SMALL_BYTES;
}
