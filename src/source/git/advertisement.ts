// The list of refs that a server sends, made fit for isomorphic-git: that fetches nothing from a server without a HEAD (its
// default branch was renamed, or never pushed), and takes any text for the name of a ref. Decides nothing about refs.
import { isRefName } from './refName.ts';

const REF = /^([0-9a-f]{40}) ([^\0\n]+)(?:\0([^\n]*))?\n?$/;

/** The list without names that no ref may have, and with a HEAD; as it is where it is no list of refs. */
export function fitAdvertisement(bytes: Uint8Array): Uint8Array {
  // Names may be of any alphabet: a character for each byte loses nothing.
  const packets = packetsOf(Buffer.from(bytes).toString('latin1'));
  const refs = packets?.flatMap((text) => (REF.exec(text) ? [text] : [])) ?? [];
  if (!packets || refs.length === 0) return bytes;
  const capabilities = REF.exec(refs[0] ?? '')?.[3] ?? '';
  const named = refs.map((text) => [REF.exec(text)?.[1] ?? '', REF.exec(text)?.[2] ?? ''] as const);
  const kept = named.filter(([, name]) => name === 'HEAD' || isRefName(name.replace(/\^\{\}$/, '')));
  const [first] = kept;
  if (!first) return bytes;
  if (!kept.some(([, name]) => name === 'HEAD')) kept.push([first[0], 'HEAD']);
  const lines = kept.map(([id, name], at) => `${id} ${name}${at === 0 ? `\0${capabilities}` : ''}\n`);
  const start = packets.indexOf(refs[0] ?? '');
  const rest = packets.slice(start).filter((text) => !REF.test(text));
  return Buffer.from([...packets.slice(0, start), ...lines, ...rest].map(packetOf).join(''), 'latin1');
}

/** Stands for the packet that ends a part of the answer. */
const FLUSH = '';

/** The packets of a text whose characters are bytes; undefined where it is not made of packets. */
function packetsOf(text: string): string[] | undefined {
  const packets: string[] = [];
  for (let at = 0; at < text.length;) {
    const length = /^[0-9a-f]{4}$/i.test(text.slice(at, at + 4)) ? Number.parseInt(text.slice(at, at + 4), 16) : 1;
    if ((length > 0 && length < 4) || at + length > text.length) return undefined;
    packets.push(length === 0 ? FLUSH : text.slice(at + 4, at + length));
    at += length === 0 ? 4 : length;
  }
  return packets;
}

function packetOf(text: string): string {
  return text === FLUSH ? '0000' : `${(text.length + 4).toString(16).padStart(4, '0')}${text}`;
}
