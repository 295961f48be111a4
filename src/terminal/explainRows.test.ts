// The reasons beside the rows of the loop's table: of the moment that a row shows, not of a later one.
import { expect, test } from 'vitest';
import { flux } from '../../test/whyState.ts';
import type { KubeReader } from '../kube/client.ts';
import type { JsonObject } from '../model/json.ts';
import { assumedType } from '../model/resourceType.ts';
import { loopRows } from '../present/loopTable.ts';
import type { LoopRow } from '../present/loopTable.ts';
import { explainRows } from './explainRows.ts';

const FAILED = flux('apps', ['False', 'Whatever', 'no']);
const RUNS = flux('apps', ['Unknown', 'Progressing', 'Fetching']);
const RELEASE = { ...FAILED, apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease' };

/** A cluster that has these Kustomizations whenever it is read. */
function cluster(kustomizations: JsonObject[]): KubeReader {
  return {
    resourceType: async (gvk) => (gvk.kind === 'Kustomization' ? assumedType(gvk) : undefined),
    resourceTypes: async () => [],
    get: async () => undefined,
    list: async () => ({ items: kustomizations, resourceVersion: '1' }),
  };
}

const rows = (...kustomizations: JsonObject[]): LoopRow[] => loopRows({ sources: [], kustomizations });
const NEVER = new AbortController().signal;

test('a row that has failed says why, once what was read has failed too', async () => {
  const inCluster = [RUNS];
  const reasons = explainRows(cluster(inCluster), undefined, NEVER);
  await reasons.read(rows(FAILED));
  expect(reasons.of(rows(FAILED)).map(({ why }) => why)).toEqual([undefined]);
  inCluster[0] = FAILED;
  await reasons.read(rows(FAILED));
  expect(reasons.of(rows(FAILED)).map(({ why }) => why)).toEqual(['apps failed -> no.']);
  // Another round of it takes nothing away.
  inCluster[0] = RUNS;
  await reasons.readAll(rows(FAILED));
  expect(reasons.of(rows(FAILED)).map(({ why }) => why)).toEqual(['apps failed -> no.']);
});

test('rows of which nothing is known keep none of the others back', async () => {
  const reasons = explainRows(cluster([FAILED]), undefined, NEVER);
  const both = loopRows({ sources: [], kustomizations: [FAILED], releases: [RELEASE] });
  await reasons.read(both);
  expect(reasons.of(both).map(({ why }) => why)).toContain('apps failed -> no.');
});
