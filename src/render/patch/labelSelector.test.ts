import { expect, test } from 'vitest';
import { matchesLabels, parseLabelSelector } from './labelSelector.ts';

const labels = new Map([
  ['app', 'web'],
  ['tier', '3'],
]);

test.each([
  ['', true],
  ['app', true],
  ['!app', false],
  ['app=web,tier!=4', true],
  ['app == api', false],
  ['app in (web, api)', true],
  ['app notin (web)', false],
  ['missing notin (x)', true],
  ['tier>2,tier<4', true],
  ['example.com/x', false],
])('%s: %s', (text, expected) => {
  const selector = parseLabelSelector(text);
  expect('fault' in selector ? selector.fault : matchesLabels(selector, labels)).toBe(expected);
});

test.each(['a b', 'a in', 'a in (b', '=b', 'a,', '-a', 'a>b'])('%s is malformed', (text) => {
  expect(parseLabelSelector(text)).toHaveProperty('fault');
});
