// Selectors in their text form.
import { expect, test } from 'vitest';
import { parseLabelSelector } from './labelSelector.ts';

const labels = new Map([
  ['app', 'web'],
  ['tier', '2'],
]);

test.each([
  ['', true],
  ['app=web', true],
  ['app==web,tier', true],
  ['app!=web', false],
  ['missing!=x', true],
  ['app in (api, web)', true],
  ['app notin (api)', true],
  ['missing notin (x)', true],
  ['!missing', true],
  ['!app', false],
  ['tier>1', true],
  ['tier<2', false],
])('%s', (text, expected) => expect(parseLabelSelector(text)(labels)).toBe(expected));

test.each([
  ['a in (', "unable to parse requirement: found '', expected: ',', ')' or identifier"],
  ['a=b=c', "found '=', expected: ',' or 'end of string'"],
])('%s is refused', (text, message) => expect(() => parseLabelSelector(text)).toThrow(message));
