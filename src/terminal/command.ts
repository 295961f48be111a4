// A command of the command line as data: what it is called, what it takes, how its help reads, and what it runs.
import { parseArgs } from 'node:util';
import type { Readable, Writable } from 'node:stream';

/** Where a command reads and writes; the process's own streams, or a test's. */
export interface Io {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** True when a person looks at standard output: live tables and colours only then. */
  readonly interactive: boolean;
  readonly columns: number;
  /** Told of each text that is read from a folder, in characters. */
  readonly reading?: (characters: number) => void;
}

export interface Flag {
  readonly name: string;
  readonly short?: string;
  readonly type: 'string' | 'boolean' | 'list';
  /** How the value is called in the help: `FILE`. */
  readonly value?: string;
  readonly description: string;
  /** Closed sets are checked before the command runs. */
  readonly choices?: readonly string[];
}

/** The flags of one call. Only names that the command declares are there. */
export interface Flags {
  text(name: string): string | undefined;
  on(name: string): boolean;
  list(name: string): readonly string[];
}

export interface Invocation {
  readonly args: readonly string[];
  readonly flags: Flags;
  readonly io: Io;
  readonly signal: AbortSignal;
}

export interface Command {
  /** One word, or two for a command of a group: `cluster create`. */
  readonly name: string;
  readonly summary: string;
  /** The operands as in a usage line: `DIR [REF]`. */
  readonly operands: string;
  /** Least and most number of operands. */
  readonly arity: readonly [number, number];
  readonly description: string;
  /** Each with a comment that says what it does, as kubectl prints them. */
  readonly examples: readonly (readonly [comment: string, line: string])[];
  readonly flags: readonly Flag[];
  /** Not listed in the help: started by Plumbline itself. */
  readonly hidden?: boolean;
  /** The exit code. Throws UsageError for what the declaration cannot say. */
  readonly run: (call: Invocation) => Promise<number>;
}

/** Wrong words on the command line: exit code 2 and a pointer to the help. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Reads the words after the command's name. Throws UsageError in the words of kubectl. */
export function parseCall(command: Command, words: readonly string[]): { args: string[]; flags: Flags } {
  const options: Record<string, { type: 'string' | 'boolean'; short?: string; multiple?: boolean }> = {};
  for (const flag of command.flags) {
    options[flag.name] = {
      type: flag.type === 'boolean' ? 'boolean' : 'string',
      multiple: flag.type === 'list',
      ...(flag.short === undefined ? {} : { short: flag.short }),
    };
  }
  const { values, positionals } = parseWords(words, options);
  for (const flag of command.flags) {
    const value = values[flag.name];
    if (flag.choices && typeof value === 'string' && !flag.choices.includes(value)) {
      throw new UsageError(
        `invalid argument "${value}" for "--${flag.name}" flag: must be one of ${flag.choices.join(', ')}`,
      );
    }
  }
  const [least, most] = command.arity;
  if (positionals.length < least || positionals.length > most) {
    const wanted = least === most ? `${least}` : `${least} to ${most}`;
    throw new UsageError(
      `"plumbline ${command.name}" takes ${wanted} argument${wanted === '1' ? '' : 's'}${command.operands === '' ? '' : ` (${command.operands})`}, ${positionals.length} given`,
    );
  }
  return {
    args: positionals,
    flags: {
      text: (name) => textOf(values[name]),
      on: (name) => values[name] === true,
      list: (name) => listOf(values[name]),
    },
  };
}

type Value = string | boolean | (string | boolean)[] | undefined;

function parseWords(
  words: readonly string[],
  options: Record<string, { type: 'string' | 'boolean'; short?: string; multiple?: boolean }>,
): { values: Record<string, Value>; positionals: string[] } {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(
      error instanceof Error ? (error.message.split('. To specify')[0] ?? error.message) : String(error),
    );
  }
}

function textOf(value: Value): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function listOf(value: Value): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
