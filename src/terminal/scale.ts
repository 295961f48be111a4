// Fits the platform to the size of a short command, which is told by how much it reads: what is right for ten thousand objects
// costs ten of them more than it spares. Must not be used by a program that goes on.
import { setFlagsFromString } from 'node:v8';
import type { Snapshot } from '../source/snapshot.ts';
import { CALLS_OF_SHORT_RUN, compileAfter, knowsCompiler } from './compiledCode.ts';

/**
 * Young objects are collected when their room is full, and all that lives is copied then: what a build makes lives until its end.
 * But to make more room than it needs takes as long. Bytes of young objects for each character of YAML; measured: 55 MB for 0.4 MB.
 */
const BYTES_FOR_CHARACTER = 110;
/** What the platform begins with. It grows with the next collection, by the factor that holds then. */
const FIRST_ROOM = 1024 * 1024;
/** The factor that is the platform's own, and the one that reaches its largest room. */
const [SLOWEST, FASTEST] = [2, 64];

/** Behind so many characters, those of some 800 objects, more of the code pays for being compiled with more effort. */
const LONG = 160_000;
const CALLS_OF_LONG_RUN = 1000;

/** The snapshot, of which each text that is read counts. For a process that ends with the command. */
export function scaledBy(snapshot: Snapshot): Snapshot {
  if (!knowsCompiler()) return snapshot;
  let characters = 0;
  let growth = SLOWEST;
  let isLong = false;
  // The flags are a part of what is kept of compiled code, and the next process begins without these.
  const putBack = (): void => {
    growBy(SLOWEST);
    compileAfter(CALLS_OF_SHORT_RUN);
  };
  const count = (more: number): void => {
    if (characters === 0) process.prependOnceListener('exit', putBack);
    characters += more;
    const before = growth;
    while (growth < FASTEST && growth * FIRST_ROOM < characters * BYTES_FOR_CHARACTER) growth *= 2;
    if (growth !== before) growBy(growth);
    if (!isLong && characters > LONG) compileAfter(CALLS_OF_LONG_RUN);
    isLong ||= characters > LONG;
  };
  return {
    get revision() {
      return snapshot.revision;
    },
    kind: (path) => snapshot.kind(path),
    text(path) {
      const found = snapshot.text(path);
      if (found !== undefined) count(found.length);
      return found;
    },
    bytes: (path) => snapshot.bytes(path),
    list: (path) => snapshot.list(path),
    real: (path) => snapshot.real?.(path),
    isLink: (path) => snapshot.isLink?.(path) ?? false,
  };
}

function growBy(factor: number): void {
  setFlagsFromString(`--semi-space-growth-factor=${factor}`);
}
