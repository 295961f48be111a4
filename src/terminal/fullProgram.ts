// The command line with every command, and the engine that the editor starts.
import { serveStdio } from '../server/serve.ts';
import { allCommands } from './commands.ts';
import { main } from './main.ts';
import { clustersOf, selfCommand } from './openClusters.ts';
import type { RunProgram } from './program.ts';
import { version } from './version.ts';

export const runProgram: RunProgram = ({ words, io, program }, signal) => {
  const self = selfCommand(program);
  const commands = allCommands(
    (given, options) => clustersOf(given.env, self, options),
    (ended) => serveStdio({ env: io.env, self }, ended),
  );
  return main(commands, version, words, io, signal);
};
