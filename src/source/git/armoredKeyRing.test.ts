// Armored key rings, cut out as go-crypto cuts them: what it refuses and what it takes was seen beside the real controller.
import { expect, test } from 'vitest';
import { readArmoredKeyRing } from './armoredKeyRing.ts';

const TYPE = 'PGP PUBLIC KEY BLOCK';
const block = (body: string, type = TYPE): string => `-----BEGIN ${type}-----\n\n${body}\n-----END ${type}-----\n`;
const base64 = (text: string): string => Buffer.from(readArmoredKeyRing(text)).toString('base64');

test('of two blocks the first is read, without its headers, its checksum and the words around it', () => {
  const text = `ours\n-----BEGIN ${TYPE}-----\r\nComment: x\r\n\r\nmDME\r\nZabc\r\n=AAAA\r\n-----END ${TYPE}-----\r\n${block('mOther')}`;
  expect(base64(text)).toBe('mDMEZabc');
});

test('a line that is no header makes the next block the first', () => {
  expect(base64(`-----BEGIN PGP X-----\nnothing\n\n${block('mDME')}`)).toBe('mDME');
});

test('a block of nothing is a ring of no keys', () => {
  expect(base64(`-----BEGIN ${TYPE}-----\n\n-----END ${TYPE}-----\n`)).toBe('');
});

test.each([
  ['nonsense', 'openpgp: invalid argument: no armored data found'],
  ['', 'openpgp: invalid argument: no armored data found'],
  [block('AAAA', 'CERTIFICATE'), 'expected public or private key block, got: CERTIFICATE'],
  [`-----BEGIN ${TYPE}-----\n\nmDME\n`, 'unexpected EOF'],
  [block('!DME'), 'illegal base64 data'],
  [block('AAAA'), 'openpgp: invalid data: tag byte does not have MSB set'],
  [block('m'.repeat(97)), 'openpgp: invalid data: armor invalid'],
])('%j is refused', (text, why) => {
  expect(() => readArmoredKeyRing(text)).toThrow(why);
});
