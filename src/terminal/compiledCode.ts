// How the platform compiles this program: what it keeps between runs, in the person's own folder, and how hard it tries.
// Reads no user's file.
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
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

/** The V8 of Node 24: the flags below are its own, and no promise. */
const KNOWN_V8 = '13.';

/**
 * For a program that ends within a second: code that is compiled with the most effort comes too late to be worth it, and
 * takes a processor from the build. Measured: half of the processor time of a build of 2,000 objects, none lost at 10,000.
 * Says whether the process may be left by process.exit.
 */
export function compileForShortRun(): boolean {
  if (!process.versions.v8.startsWith(KNOWN_V8)) return false;
  setFlagsFromString('--no-turbofan');
  setFlagsFromString('--invocation-count-for-maglev=1000');
  // A thread that compiles may wait for the main thread to collect garbage, while that waits in process.exit for the thread
  // to end: a build then hangs for ever, seldom (nodejs/node#54918). So nothing is compiled beside.
  setFlagsFromString('--no-concurrent-sparkplug');
  setFlagsFromString('--no-concurrent-recompilation');
  // The room for young objects starts small and grows with each collection that found it too small: what a build makes
  // lives as long as the build, so that each of those is spent on copying. Measured against a factor of 32: a build of 2,000
  // objects fits into that room whole, and takes a seventeenth fewer instructions; one of 40 touches 450 pages more.
  setFlagsFromString('--semi-space-growth-factor=64');
  return true;
}
