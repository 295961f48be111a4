// What the composition root starts: a command line with some or all of the commands. Each stands in a bundle of its own.
import type { Io } from './command.ts';

export interface Start {
  /** The words of the command line, without the program. */
  readonly words: readonly string[];
  readonly io: Io;
  /** The file by which this program is started again. */
  readonly program: string;
}

/** Runs one command; the exit code. */
export type RunProgram = (start: Start, signal: AbortSignal) => Promise<number>;

export interface Program {
  readonly runProgram: RunProgram;
}

/** The commands that rendering alone answers: they start without the rest, which is ten times as much to load. */
export const RENDERING: readonly string[] = ['build', 'explain'];

/** The file of the bundle that answers them, beside that of the composition root (scripts/build.ts). */
export const RENDER_BUNDLE = 'render.cjs';
