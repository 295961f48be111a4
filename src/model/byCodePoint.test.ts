import { expect, it } from 'vitest';
import { byCodePoint } from './byCodePoint.ts';

const encoder = new TextEncoder();
const texts = ['', 'a', 'b', 'ab', 'é', '\uffff', '\ue000', '😀', '😁', '𐀀', 'a😀', 'a\uffff', '😀a', '😀b'];

it('orders as the bytes of UTF-8 do', () => {
  for (const a of texts)
    for (const b of texts)
      expect([a, b, byCodePoint(a, b)]).toEqual([a, b, Buffer.compare(encoder.encode(a), encoder.encode(b))]);
});
