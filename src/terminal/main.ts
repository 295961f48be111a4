// The command line from words to exit code: finds the command, prints help, and says failures in one line.
import { reasonOf } from '../model/reason.ts';
import { StatusError } from '../kube/client.ts';
import { ClusterError } from '../clusters/provider.ts';
import { parseCall, UsageError } from './command.ts';
import type { Command, Io } from './command.ts';
import { commandHelp, groupHelp } from './help.ts';

/** Exit codes: 0 as asked, 1 a failure (or, for `plan`, changes), 2 wrong usage (or, for `plan`, a failure). */
export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

export async function main(
  commands: readonly Command[],
  version: string,
  words: readonly string[],
  io: Io,
  signal: AbortSignal,
): Promise<number> {
  const [first, second] = words;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    io.stdout.write(groupHelp(commands, undefined));
    return EXIT.ok;
  }
  if (first === 'version' || first === '--version') {
    io.stdout.write(`${version}\n`);
    return EXIT.ok;
  }
  const command =
    commands.find((one) => one.name === `${first} ${second ?? ''}`) ?? commands.find((one) => one.name === first);
  if (!command) return unknown(commands, first, second, io);
  const rest = words.slice(command.name.split(' ').length);
  if (rest.includes('--help') || rest.includes('-h')) {
    io.stdout.write(commandHelp(command));
    return EXIT.ok;
  }
  return run(command, rest, io, signal);
}

async function run(command: Command, words: readonly string[], io: Io, signal: AbortSignal): Promise<number> {
  try {
    return await command.run({ ...parseCall(command, words), io, signal });
  } catch (error) {
    if (error instanceof UsageError) {
      io.stderr.write(`error: ${error.message}\nSee 'plumbline ${command.name} --help' for usage.\n`);
      return EXIT.usage;
    }
    if (signal.aborted) return 130;
    io.stderr.write(`error: ${describe(error)}\n`);
    if (io.env['PLUMBLINE_DEBUG'] && error instanceof Error) io.stderr.write(`${error.stack ?? ''}\n`);
    return command.name === 'plan' ? EXIT.usage : EXIT.failed;
  }
}

function describe(error: unknown): string {
  if (error instanceof StatusError)
    return error.code > 0 ? `${error.message} (${error.code} ${error.reason})` : error.message;
  if (error instanceof ClusterError) return error.message;
  return reasonOf(error);
}

function unknown(commands: readonly Command[], first: string, second: string | undefined, io: Io): number {
  const inGroup = commands.some((one) => one.name.startsWith(`${first} `));
  if (inGroup && (second === undefined || second === '--help' || second === '-h')) {
    io.stdout.write(groupHelp(commands, first));
    return EXIT.ok;
  }
  const name = inGroup ? `${first} ${second ?? ''}` : first;
  io.stderr.write(`error: unknown command "${name}" for "plumbline"\nRun 'plumbline --help' for usage.\n`);
  return EXIT.usage;
}
