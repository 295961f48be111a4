// The files of a gzipped tar archive. Reads bytes and gives bytes; links and devices are left out, and a name that leaves the
// archive is an error.
import { gunzipSync } from 'node:zlib';
import { normalizePath } from './paths.ts';

const BLOCK = 512;
/** An archive that unpacks to more is refused: it would fill the memory. */
const SIZE_LIMIT = 256 * 1024 * 1024;
const decoder = new TextDecoder();

export function isTarball(path: string): boolean {
  return /\.(tar\.gz|tgz)$/i.test(path);
}

/** Files by path. Throws an Error with one sentence where the bytes are no such archive. */
export function extractTarball(bytes: Uint8Array): Map<string, Uint8Array> {
  const data = gunzipSync(bytes, { maxOutputLength: SIZE_LIMIT });
  const files = new Map<string, Uint8Array>();
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= data.length;) {
    const header = data.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) break;
    const size = Number.parseInt(textOf(header, 124, 12).trim() || '0', 8);
    if (!Number.isSafeInteger(size) || at + BLOCK + size > data.length) throw new Error('the archive ends too early');
    const body = data.subarray(at + BLOCK, at + BLOCK + size);
    const type = textOf(header, 156, 1);
    if (type === 'L') longName = decoder.decode(body).replace(/\0.*$/s, '');
    else if (type === 'x') longName = paxPath(body) ?? longName;
    else if (type !== 'g') {
      if (type === '' || type === '0') addFile(files, longName ?? headerName(header), body);
      longName = undefined;
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}

function addFile(files: Map<string, Uint8Array>, name: string, body: Uint8Array): void {
  const path = normalizePath(name);
  if (path === undefined || name.startsWith('/')) throw new Error(`${name} leads out of the archive`);
  if (path !== '') files.set(path, body);
}

function headerName(header: Uint8Array): string {
  const prefix = textOf(header, 257, 5) === 'ustar' ? textOf(header, 345, 155) : '';
  const name = textOf(header, 0, 100);
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** The `path` of an extended header: lines of `LENGTH KEY=VALUE`. */
function paxPath(body: Uint8Array): string | undefined {
  for (const line of decoder.decode(body).split('\n')) {
    const [, value] = /^\d+ path=(.*)$/.exec(line) ?? [];
    if (value !== undefined) return value;
  }
  return undefined;
}

function textOf(header: Uint8Array, start: number, length: number): string {
  return decoder.decode(header.subarray(start, start + length)).replace(/\0.*$/s, '');
}
