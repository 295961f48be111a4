// When a kept plan still is the plan: the same files, the same cluster, the same changes.
import { expect, test } from 'vitest';
import type { Plan, PlanEntry } from '../diff/plan/plan.ts';
import { staleReason } from './planFile.ts';
import { planJson } from './planJson.ts';

const entry = (name: string, more: Partial<PlanEntry> = {}): PlanEntry => ({
  ref: { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'shop', name },
  action: 'configure',
  stage: 'rest',
  reason: '',
  changes: [{ path: 'data.a', before: '1', after: '2' }],
  ...more,
});
const plan = (entries: PlanEntry[], more: Partial<Plan> = {}): Plan => ({
  kustomization: 'flux-system/apps',
  revision: 'sha256:4f2c1a9d00',
  server: 'https://127.0.0.1:1',
  confirmed: true,
  entries,
  findings: [],
  ...more,
});
const old = [planJson(plan([entry('a')]))];

test.each<[string, Plan, string | undefined]>([
  ['the same', plan([entry('a')]), undefined],
  [
    'other files',
    plan([entry('a')], { revision: 'sha256:77ab1a9d00' }),
    'made from 4f2c1a9, and the files are 77ab1a9',
  ],
  [
    'another cluster',
    plan([entry('a')], { server: 'https://127.0.0.1:2' }),
    'made for the cluster at https://127.0.0.1:1',
  ],
  ['another action', plan([entry('a', { action: 'replace' })]), 'ConfigMap/shop/a'],
  ['other values', plan([entry('a', { changes: [{ path: 'data.a', before: '7', after: '2' }] })]), 'ConfigMap/shop/a'],
  ['a further object', plan([entry('a'), entry('b')]), 'ConfigMap/shop/b'],
  ['another kustomization', plan([entry('a')], { kustomization: 'flux-system/b' }), 'flux-system/apps'],
])('%s', (_, now, said) => {
  const reason = staleReason(old, [now]);
  if (said === undefined) expect(reason).toBeUndefined();
  else expect(reason).toContain(said);
});
