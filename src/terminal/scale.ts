// Fits the platform to the size of a short command, which is told by how much it reads: what is right for ten thousand objects
// costs ten of them more than it spares. Must not be used by a program that goes on.
import { setFlagsFromString } from 'node:v8';
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

/** To be told of each text that is read, in characters. */
export function scaleWithReading(): (characters: number) => void {
  if (!knowsCompiler()) return () => undefined;
  let read = 0;
  let growth = SLOWEST;
  let isLong = false;
  // The flags are a part of what is kept of compiled code, and the next process begins without these.
  process.prependOnceListener('exit', () => {
    growBy(SLOWEST);
    compileAfter(CALLS_OF_SHORT_RUN);
  });
  return (characters) => {
    read += characters;
    const before = growth;
    while (growth < FASTEST && growth * FIRST_ROOM < read * BYTES_FOR_CHARACTER) growth *= 2;
    if (growth !== before) growBy(growth);
    if (!isLong && read > LONG) compileAfter(CALLS_OF_LONG_RUN);
    isLong = read > LONG;
  };
}

function growBy(factor: number): void {
  setFlagsFromString(`--semi-space-growth-factor=${factor}`);
}
