import { expect, test } from 'vitest';
import { fileText } from './fileText.ts';

const decode = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
const read = (...bytes: number[]): ReturnType<typeof fileText> =>
  fileText(decode(Uint8Array.from(bytes)), () => Uint8Array.from(bytes));

test('UTF-8 is text, also where it holds the replacement character itself', () => {
  expect(read(0x61, 0xef, 0xbf, 0xbd, 0x62)).toEqual({ text: 'a\uFFFDb' });
});

test('UTF-16 is text behind its byte order mark, in both orders', () => {
  expect(read(0xff, 0xfe, 0x61, 0).text).toBe('a');
  expect(read(0xfe, 0xff, 0, 0x61).text).toBe('a');
});

test('the first byte that is no UTF-8 is found, behind replacement characters too', () => {
  expect(read(0x61, 0xe9)).toEqual({ text: 'a\uFFFD', fault: 1 });
  expect(read(0xef, 0xbf, 0xbd, 0x61, 0xe9)).toEqual({ text: '\uFFFDa\uFFFD', fault: 2 });
});
