// Settings of the controller as a client sends them.
import { expect, test } from 'vitest';
import { controllerSettingsOf } from './controllerSettings.ts';

test('settings are read by the names of the flags, and trimmed', () => {
  const controller = {
    defaultServiceAccount: ' deployer ',
    noCrossNamespaceRefs: true,
    overrideManagers: ['dashboard', ''],
    customApplyStageKinds: ['cert-manager.io/Certificate '],
    featureGates: { MigrateAPIVersion: true, Other: 'yes' },
  };
  expect(controllerSettingsOf({ controller })).toEqual({
    defaultServiceAccount: 'deployer',
    noCrossNamespaceRefs: true,
    overrideManagers: ['dashboard'],
    customStageKinds: ['cert-manager.io/Certificate'],
    featureGates: new Map([['MigrateAPIVersion', true]]),
  });
});

test.each([undefined, null, 'text', { controller: [] }])('%j says nothing', (section) => {
  expect(controllerSettingsOf(section)).toEqual({});
});

test('a value of another type says nothing', () => {
  const controller = { defaultServiceAccount: 1, noCrossNamespaceRefs: 'yes', overrideManagers: 'dashboard' };
  expect(controllerSettingsOf({ controller })).toMatchObject({
    defaultServiceAccount: undefined,
    noCrossNamespaceRefs: false,
    overrideManagers: [],
  });
});
