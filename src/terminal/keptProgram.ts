// Loads a bundle with the code that an earlier run compiled from it, which spares a short command half of its own time.
// Node keeps compiled code too (compiledCode.ts), but only of what is compiled while a file is loaded, before it runs.
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { homeFolder } from '../clusters/homeFolder.ts';

type Bundle = (
  exports: object,
  require: NodeJS.Require,
  module: { exports: object },
  file: string,
  dir: string,
) => void;

/** What stands around a bundle in its file, so that its text is not put together anew by each command. */
export const AROUND = { before: '(function (exports, require, module, __filename, __dirname) {', after: '})' };

/** After this time the code is kept anew, with what the commands of these days need. */
const RENEW_MS = 24 * 60 * 60 * 1000;

/**
 * What a CommonJS bundle exports; undefined where there is no such file. It is ASCII, within {@link AROUND}. When the process
 * ends, the compiled code is kept under a name in the person's own folder: what is found there is run.
 */
export function loadKept(file: string, name: string, env: NodeJS.ProcessEnv): unknown {
  const text = read(file);
  if (!text) return undefined;
  const home = homeFolder(env);
  const path = join(home, 'compiled', `${name}-${process.version}-${process.platform}-${process.arch}.code`);
  const kept = codeOf(read(path), text);
  const script = new Script(text.toString('latin1'), { filename: file, cachedData: kept });
  if (!kept || script.cachedDataRejected === true || isOld(path))
    process.once('exit', () => keep(home, path, text, script));
  const module = { exports: {} };
  (script.runInThisContext() as Bundle)(module.exports, createRequire(file), module, file, dirname(file));
  return module.exports;
}

/** V8 asks of kept code only that its text was as long: the text stands behind the code, and must be the same. */
function codeOf(kept: Buffer | undefined, text: Buffer): Buffer | undefined {
  const length = (kept?.length ?? 0) - text.length;
  return length > 0 && kept?.subarray(length).equals(text) === true ? kept.subarray(0, length) : undefined;
}

/** A folder that cannot be written, or a full disk, only means that the next run starts slower too. */
function keep(home: string, path: string, text: Buffer, script: Script): void {
  try {
    // Not recursively: where nothing can be made, that may look for a parent for ever.
    for (const folder of [home, dirname(path)]) if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
    const beside = `${path}.${process.pid}`;
    writeFileSync(beside, Buffer.concat([script.createCachedData(), text]), { mode: 0o600 });
    renameSync(beside, path);
  } catch {
    // Nothing was lost.
  }
}

function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

function isOld(path: string): boolean {
  return Date.now() - statSync(path).mtimeMs > RENEW_MS;
}
