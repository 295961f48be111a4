// The values of !!binary: base64 to text, as Go has it once it went through JSON.

/** The decoded text, or undefined for what is no padded base64. Line breaks within are passed over. */
export function decodeBinary(text: string): string | undefined {
  const base64 = text.replace(/[\r\n]/g, '');
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(base64)) return undefined;
  return decodeUtf8(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)));
}

/** UTF-8 where each byte that belongs to no character becomes U+FFFD, one by one as encoding/json does it. */
function decodeUtf8(bytes: Uint8Array): string {
  return decodeStrictly(bytes) ?? decodeByCharacter(bytes);
}

function decodeByCharacter(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const first = bytes[at] ?? 0;
    const length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    const char = decodeStrictly(bytes.subarray(at, at + length));
    text += char ?? '\ufffd';
    at += char === undefined ? 1 : length;
  }
  return text;
}

function decodeStrictly(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
