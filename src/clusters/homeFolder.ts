// Where Plumbline keeps what it made for the person at the machine: clusters, samples, caches. Creates nothing.
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** `$PLUMBLINE_HOME`, or `~/.plumbline`. Absolute: processes with another current folder are told of it. */
export function homeFolder(env: NodeJS.ProcessEnv = process.env): string {
  const given = env['PLUMBLINE_HOME'];
  return given === undefined || given === '' ? join(homedir(), '.plumbline') : resolve(given);
}
