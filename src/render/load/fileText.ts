// The text of a file as go-yaml reads its bytes: UTF-8, or UTF-16 behind a byte order mark. Finds the first byte that is
// neither, which a lenient decoder would hide.

export interface FileText {
  readonly text: string;
  /** The offset in `text` of the first byte that is no UTF-8. */
  readonly fault?: number;
}

const REPLACED = '\uFFFD';
const encoder = new TextEncoder();

/** `text` is the bytes decoded leniently as UTF-8; they are asked for only where something was lost by that. */
export function fileText(text: string, bytes: () => Uint8Array | undefined): FileText {
  const first = text.indexOf(REPLACED);
  const raw = first < 0 ? undefined : bytes();
  if (!raw) return { text };
  const [a, b] = raw;
  if (a === 0xff && b === 0xfe) return { text: new TextDecoder('utf-16le').decode(raw) };
  if (a === 0xfe && b === 0xff) return { text: new TextDecoder('utf-16be').decode(raw) };
  let at = 0;
  let offset = 0;
  for (let next = first; next >= 0; next = text.indexOf(REPLACED, offset)) {
    at += encoder.encode(text.slice(offset, next)).length;
    // The character itself may be written in the file.
    if (raw[at] !== 0xef || raw[at + 1] !== 0xbf || raw[at + 2] !== 0xbd) return { text, fault: next };
    at += 3;
    offset = next + 1;
  }
  return { text };
}
