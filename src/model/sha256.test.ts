import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { sha256Hex } from './sha256.ts';

test('equals the hash of the platform for texts of every length around the block size', () => {
  for (const length of [0, 1, 54, 55, 56, 63, 64, 65, 119, 120, 1000, 70_000]) {
    const text = 'aé'.repeat(length).slice(0, length);
    expect(sha256Hex(text)).toBe(createHash('sha256').update(text).digest('hex'));
  }
});
