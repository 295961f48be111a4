import { expect, test } from 'vitest';
import type { JsonObject } from '../model/json.ts';
import { fluxState } from './fluxState.ts';
import { loopOutcome, loopRows, loopTable } from './loopTable.ts';

const condition = (type: string, status: string, reason: string, message: string): JsonObject => ({
  type,
  status,
  reason,
  message,
});
const kustomization = (name: string, conditions: JsonObject[], spec: JsonObject = {}): JsonObject => ({
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  metadata: { name, namespace: 'flux-system', generation: 2 },
  spec,
  status: { observedGeneration: 2, lastAppliedRevision: 'main@sha1:4f2c1a9d00', conditions },
});
const READY = [condition('Ready', 'True', 'ReconciliationSucceeded', 'Applied revision: main@sha1:4f2c1a9d00')];

test.each([
  ['ready', READY, {}, 0],
  ['drifted', READY, {}, 1],
  ['suspended', READY, { suspend: true }, 0],
  ['failed', [condition('Ready', 'False', 'BuildFailed', 'no such file')], {}, 0],
  [
    'progressing',
    [
      condition(
        'Ready',
        'False',
        'HealthCheckCanceled',
        'New reconciliation triggered by GitRepository/flux-system/shop',
      ),
    ],
    {},
    0,
  ],
  [
    'waiting',
    [condition('Ready', 'False', 'DependencyNotReady', "dependency 'flux-system/infra' is not ready")],
    {},
    0,
  ],
  [
    'progressing',
    [
      condition('Ready', 'Unknown', 'Progressing', 'applying'),
      condition('Reconciling', 'True', 'Progressing', 'applying'),
    ],
    {},
    0,
  ],
  ['unknown', [], {}, 0],
] as const)('%s', (word, conditions, spec, drifted) => {
  expect(fluxState(kustomization('apps', [...conditions], spec), drifted).word).toBe(word);
});

test('the table of the loop', () => {
  const rows = loopRows({
    sources: [],
    kustomizations: [
      kustomization('b', READY),
      kustomization('a', [condition('Ready', 'False', 'BuildFailed', 'no such file')]),
    ],
  });
  expect(loopTable(rows)).toBe(
    'KIND            NAME            READY   STATUS                           REVISION\n' +
      'Kustomization   flux-system/a   False   no such file                     main@4f2c1a9\n' +
      'Kustomization   flux-system/b   True    Applied revision: main@4f2c1a9   main@4f2c1a9\n',
  );
  expect(loopOutcome(rows)).toBe('failed');
});
