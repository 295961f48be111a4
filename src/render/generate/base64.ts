// Base64 as kyaml writes it into Secrets and binaryData: in one line, or in lines of seventy characters where it is longer.

const LINE = 70;
const CHUNK = 0x8000;
const encoder = new TextEncoder();

export function base64Lines(value: string | Uint8Array): string {
  const bytes = typeof value === 'string' ? encoder.encode(value) : value;
  let binary = '';
  for (let at = 0; at < bytes.length; at += CHUNK) binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  const encoded = btoa(binary);
  if (encoded.length < LINE) return encoded;
  return encoded.replaceAll(new RegExp(`.{1,${LINE}}`, 'g'), '$&\n');
}
