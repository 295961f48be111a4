// plumbline serve: the engine as a language server, on standard input and output.
import type { Command } from '../command.ts';
import { UsageError } from '../command.ts';
import { EXIT } from '../main.ts';

/** Starts the server; resolves when the client has gone. Loaded only here: no other command needs it. */
export type Serve = (signal: AbortSignal) => Promise<void>;

export function serveCommand(serve: Serve): Command {
  return {
    name: 'serve',
    summary: 'Run the engine as a language server',
    operands: '',
    arity: [0, 0],
    description: 'Run the engine as a language server for editors.',
    examples: [['Speak the protocol on standard input and output', 'plumbline serve --stdio']],
    flags: [
      { name: 'stdio', type: 'boolean', description: 'Speak on standard input and output. Must be given.' },
      {
        name: 'clientProcessId',
        type: 'string',
        value: 'PID',
        description: 'The process of the editor, as language clients pass it.',
      },
    ],
    run: async ({ flags, signal }) => {
      if (!flags.on('stdio')) throw new UsageError('say how to speak: --stdio');
      await serve(signal);
      return EXIT.ok;
    },
  };
}
