// The command line of rendering alone. What is imported here is loaded by every `plumbline build`: no cluster, no server.
import { buildCommand } from './commands/build.ts';
import { explainCommand } from './commands/explain.ts';
import { main } from './main.ts';
import type { RunProgram } from './program.ts';
import { version } from './version.ts';

export const runProgram: RunProgram = ({ words, io }, signal) =>
  main([buildCommand, explainCommand], version, words, io, signal);
