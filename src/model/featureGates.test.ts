// Feature gates as the controller reads them from its command line.
import { expect, test } from 'vitest';
import { gateFault, isGateOn, readFeatureGates } from './featureGates.ts';

test('pairs are read, later ones win, and what is not said is the default', () => {
  const featureGates = readFeatureGates([
    'MigrateAPIVersion=false, StrictPostBuildSubstitutions = F',
    'MigrateAPIVersion=1',
  ]);
  if (typeof featureGates === 'string') throw new Error(featureGates);
  expect(isGateOn({ featureGates }, 'MigrateAPIVersion')).toBe(true);
  expect(isGateOn({ featureGates }, 'StrictPostBuildSubstitutions')).toBe(false);
  expect(isGateOn({ featureGates }, 'AdditiveCELDependencyCheck')).toBe(false);
  expect(gateFault({ featureGates })).toBeUndefined();
});

test.each([
  ['MigrateAPIVersion', 'malformed pair, expect string=bool'],
  [
    'MigrateAPIVersion=yes',
    'invalid value of MigrateAPIVersion: yes, err: strconv.ParseBool: parsing "yes": invalid syntax',
  ],
])('%s cannot be read', (word, why) => {
  expect(readFeatureGates([word])).toBe(why);
});

test('a gate that the controller does not know is refused in its words', () => {
  expect(gateFault({ featureGates: new Map([['constructor', true]]) })).toBe(
    "feature-gate 'constructor' not supported",
  );
});
