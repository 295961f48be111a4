// Recorded cases (JSON lines) as the runners go through them: what their command line asks for, and one case after the other.
import { readFileSync } from 'node:fs';
import type { JsonObject } from '../../src/model/json.ts';
import { parseJson } from '../../src/model/jsonText.ts';

export interface Asked {
  readonly files: readonly string[];
  /** A part of the ids that are wanted; all without it. */
  readonly only: string | undefined;
}

/** Reads `FILE... [--only=TEXT of an id]`. Ends the process with the usage where no file is named. */
export function readAsked(args: readonly string[], usage: string): Asked {
  const files = args.filter((arg) => !arg.startsWith('--'));
  if (files.length === 0) {
    console.error(`Usage: ${usage}`);
    process.exit(2);
  }
  return { files, only: args.find((arg) => arg.startsWith('--only='))?.slice('--only='.length) };
}

export interface Recorded {
  readonly id: string;
  readonly record: JsonObject;
  /** The path of the file that it stands in. */
  readonly file: string;
}

export function* recordsOf({ files, only }: Asked): Generator<Recorded> {
  for (const file of files)
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      if (line.trim() === '') continue;
      const record = parseJson(line) as JsonObject;
      const id = String(record['id']);
      if (only === undefined || id.includes(only)) yield { id, record, file };
    }
}

/** A case whose runner threw has failed. */
export function thrown(error: unknown): string {
  return `threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
