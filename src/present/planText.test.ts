import { expect, test } from 'vitest';
import type { Plan, PlanEntry } from '../diff/plan.ts';
import { SourceText } from '../model/sourceText.ts';
import { planChanges, planText } from './planText.ts';

const source = new SourceText('base/deployment.yaml', 'spec:\n  replicas: 3\n');
const place = { source, start: 18, end: 19 };
const ref = (kind: string, name: string): PlanEntry['ref'] => ({
  group: '',
  version: 'v1',
  kind,
  namespace: 'staging',
  name,
});
const entry = (action: PlanEntry['action'], kind: string, name: string, more: Partial<PlanEntry> = {}): PlanEntry => ({
  ref: ref(kind, name),
  action,
  stage: 'rest',
  reason: '',
  changes: [],
  ...more,
});
const plan = (entries: PlanEntry[], more: Partial<Plan> = {}): Plan => ({
  kustomization: 'flux-system/apps',
  revision: 'main@sha1:4f2c1a9d00',
  server: 'https://127.0.0.1',
  confirmed: true,
  entries,
  findings: [],
  ...more,
});

test('a plan reads like a plan', () => {
  const changes = [
    {
      path: 'spec.replicas',
      before: 7,
      after: 3,
      owner: { manager: 'kubectl-scale' },
      origin: { place, cause: { by: 'resource' as const } },
    },
    { path: 'spec.paused', after: true },
  ];
  const entries = [
    entry('configure', 'Deployment', 'web', { changes }),
    entry('replace', 'Job', 'migrate', {
      reason: 'spec.template is immutable',
      dangers: [{ code: 'replacement', message: 'a Job is deleted and run again' }],
    }),
    entry('create', 'ConfigMap', 'new'),
    entry('prune', 'ConfigMap', 'old'),
    entry('unchanged', 'Service', 'web'),
  ];
  expect(planText([plan(entries)], { cluster: 'embedded/dev', changedFiles: 2 })).toBe(`1 danger
  ! Job staging/migrate   replace: a Job is deleted and run again

flux-system/apps  main@4f2c1a9 + 2 changed files -> cluster embedded/dev
  stage 1  definitions   nothing
  stage 2  the rest
    ~ Deployment staging/web
        spec.replicas   7 -> 3   takes over from kubectl-scale   base/deployment.yaml:2
        spec.paused     + true
    ! Job staging/migrate   replace: spec.template is immutable
    + ConfigMap staging/new
    - ConfigMap staging/old
Plan: 1 create, 1 configure, 1 replace, 1 prune, 1 unchanged. 1 danger: a Job is deleted and run again.
`);
});

test('a plan without changes is one line and a sum', () => {
  expect(
    planText([plan([entry('unchanged', 'Service', 'web')], { revision: 'sha256:4f2c1a9d', confirmed: false })], {
      cluster: 'kind/dev',
    }),
  ).toBe(
    'flux-system/apps  nothing to do  (working tree 4f2c1a9 -> cluster kind/dev, predicted)\nPlan: no changes, 1 unchanged.\n',
  );
});

test.each([
  ['unchanged', false],
  ['skip', false],
  ['create', true],
  ['prune', true],
] as const)('%s counts as a change: %s', (action, expected) => {
  expect(planChanges([plan([entry(action, 'Service', 'web')])])).toBe(expected);
});
