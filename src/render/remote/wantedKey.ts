// What makes two wanted things the same. Reads values only.
import type { Wanted } from '../../source/wanted.ts';

/** One text for all that a wanted thing says: equal keys have equal answers. */
export function wantedKey(wanted: Wanted): string {
  if (wanted.kind !== 'template') return JSON.stringify(wanted);
  const chart = [...wanted.chart].map(([path, bytes]) => [path, latin1(bytes)]);
  return JSON.stringify({ ...wanted, chart });
}

const latin1Decoder = new TextDecoder('latin1');

function latin1(bytes: Uint8Array): string {
  return latin1Decoder.decode(bytes);
}
