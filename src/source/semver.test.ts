// What the recorded cases of Masterminds' semver leave open; found by comparing generated ranges with the library.
import { expect, test } from 'vitest';
import { compareVersions, inRange, parseRange, parseVersion } from './semver.ts';
import type { Version } from './semver.ts';

const version = (text: string): Version => {
  const read = parseVersion(text);
  if (!read) throw new Error(`${text} is no version`);
  return read;
};

const matching = (range: string, versions: readonly string[]): readonly string[] | undefined => {
  const read = parseRange(range);
  return read && versions.filter((one) => inRange(version(one), read));
};

test('what stands behind an x is not looked at, and a part that is neither number nor x is refused', () => {
  expect(matching('1.x.x3', ['1.2.3', '2.0.0'])).toEqual(['1.2.3']);
  expect(matching('1.2.x3', ['1.2.3'])).toBeUndefined();
});

test('a range with a hyphen ends before whatever stands behind it', () => {
  expect(matching('1 - 2 x', ['1.2.5', '2.1.0', '3.0.0'])).toEqual(['1.2.5', '2.1.0']);
  expect(matching('1.0.0 - 3.0.0 ~1.x', ['1.2.5', '2.1.0'])).toEqual(['1.2.5']);
  expect(matching('1 - 2>1.5', ['1.2.5', '1.6.0'])).toEqual(['1.6.0']);
});

test('a number of a pre-release that 64 bits cannot hold is a text', () => {
  const [large, text] = [version('1.0.0-18446744073709551616'), version('1.0.0--')];
  expect(compareVersions(large, text)).toBe(1);
  expect(compareVersions(version('1.0.0-18446744073709551615'), text)).toBe(-1);
});
