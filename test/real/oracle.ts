// Finds the real programs that tests compare with: the oracles' folder first, then the PATH.
import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

const folder = join(process.env['PLUMBLINE_ORACLES'] ?? join(homedir(), '.cache', 'plumbline-oracles'), 'bin');

/** The path of a program, or undefined: the test then says "skipped: NAME not found". */
export function findOracle(name: string): string | undefined {
  for (const dir of [folder, ...(process.env['PATH'] ?? '').split(delimiter)]) {
    const path = join(dir, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here.
    }
  }
  return undefined;
}
