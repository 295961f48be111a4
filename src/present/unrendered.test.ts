// Charts and sources that the local loop does no more with yet: one word of their own, and nobody waits for them.
import { expect, test } from 'vitest';
import type { JsonObject } from '../model/json.ts';
import { fluxState } from './fluxState.ts';
import { loopCells, loopOutcome, loopRows } from './loopTable.ts';

const release = (status: JsonObject): JsonObject => ({
  apiVersion: 'helm.toolkit.fluxcd.io/v2',
  kind: 'HelmRelease',
  metadata: { name: 'web', namespace: 'apps' },
  status,
});
const ready: JsonObject = { type: 'Ready', status: 'True', reason: 'Succeeded', message: 'done' };

test('a chart that nothing reconciles is not rendered yet; one that helm-controller has taken up is what it says', () => {
  expect(fluxState(release({ observedGeneration: -1 }))).toMatchObject({
    word: 'unrendered',
    message: 'not rendered yet',
  });
  expect(fluxState(release({ observedGeneration: 1, conditions: [ready] })).word).toBe('ready');
});

test('it is in the table, and holds nothing up', () => {
  const kustomization: JsonObject = {
    kind: 'Kustomization',
    metadata: { name: 'apps', namespace: 'flux-system' },
    status: { conditions: [ready] },
  };
  const rows = loopRows({
    sources: [],
    kustomizations: [kustomization],
    releases: [release({ observedGeneration: -1 })],
  });
  expect(rows.map(loopCells).at(-1)).toEqual(['HelmRelease', 'apps/web', 'Unknown', 'not rendered yet', '']);
  expect(loopOutcome(rows)).toBe('ready');
});
