// Whether a private key of ssh is encrypted. Looks at its head only; decrypts nothing.

const OPENSSH = /-----BEGIN OPENSSH PRIVATE KEY-----([^-]*)-----END/;
const MAGIC = 'openssh-key-v1\0';

/** True for a key that cannot be read without its passphrase (golang.org/x/crypto/ssh, PassphraseMissingError). */
export function isEncrypted(key: string): boolean {
  if (/^Proc-Type: 4,ENCRYPTED\s*$/m.test(key)) return true;
  const bytes = Buffer.from(OPENSSH.exec(key)?.[1] ?? '', 'base64');
  if (bytes.subarray(0, MAGIC.length).toString('latin1') !== MAGIC || bytes.length < MAGIC.length + 4) return false;
  const length = bytes.readUInt32BE(MAGIC.length);
  return bytes.subarray(MAGIC.length + 4, MAGIC.length + 4 + length).toString('latin1') !== 'none';
}
