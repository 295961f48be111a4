import { expect, test } from 'vitest';
import type { Plan, PlanEntry } from '../../diff/plan/plan.ts';
import { SourceText } from '../../model/sourceText.ts';
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

test('a place that has no room beside its change stands whole on a line of its own', () => {
  const deep = new SourceText('apps/web/overlays/staging/patches/deployment.yaml', 'a: 1\n');
  const origin = { place: { source: deep, start: 0, end: 1 }, cause: { by: 'resource' as const } };
  const change = {
    path: 'spec.template.spec.containers[web].image',
    before: 'shop/web:1.4.1',
    after: 'shop/web:1.5.0',
    origin,
  };
  const lines = (width: number): string[] =>
    planText([plan([entry('configure', 'Deployment', 'web', { changes: [change] })])], { cluster: 'dev', width })
      .split('\n')
      .slice(4, -2);
  const value = '        spec.template.spec.containers[web].image   "shop/web:1.4.1" -> "shop/web:1.5.0"';
  expect(lines(200)).toEqual([`${value}   apps/web/overlays/staging/patches/deployment.yaml:1`]);
  expect(lines(100)).toEqual([value, '            apps/web/overlays/staging/patches/deployment.yaml:1']);
});

test('in a column beside a file every line fits, and what has nothing to do shares one', () => {
  const origin = { place, cause: { by: 'resource' as const } };
  const changes = [
    { path: 'spec.replicas', before: 2, after: 5, origin },
    { path: 'spec.template.spec.containers[nginx].envFrom[0].name', before: 'web-kk29689m48', after: 'web-9m95655m6g' },
  ];
  const quiet = ['flux-system/a', 'flux-system/b'].map((kustomization) =>
    plan([entry('unchanged', 'Service', 'web')], { kustomization }),
  );
  const [, changed] = planText([...quiet, plan([entry('configure', 'Deployment', 'web', { changes })])], {
    cluster: 'embedded/dev',
    width: 60,
  }).split('stage 2  the rest\n');
  expect(changed).toBe(`    ~ Deployment staging/web
        spec.replicas   2 -> 5   base/deployment.yaml:2
        spec.template.spec.containers[nginx].envFrom[0].name
            "web-kk29689m48" -> "web-9m95655m6g"
nothing to do: flux-system/a, flux-system/b
Plan: 1 configure, 2 unchanged.
`);
});

test('in a column the manager stands below the value that it takes over from, and a long value on two lines', () => {
  const changes = [
    { path: 'spec.replicas', before: 6, after: 4, owner: { manager: 'plumbline-simulated-drift' } },
    { path: 'data.banner', before: 'This is only a test of lines', after: 'And this is only another one' },
  ];
  const text = planText([plan([entry('configure', 'Deployment', 'web', { changes })])], { cluster: 'dev', width: 56 });
  expect(text.split('staging/web\n')[1]).toBe(`        spec.replicas   6 -> 4
            takes over from plumbline-simulated-drift
        data.banner
            "This is only a test of lines"
            -> "And this is only another one"
Plan: 1 configure.
`);
});

test('where nothing is to be done in a column, it is said once what is compared', () => {
  const quiet = ['flux-system/infrastructure', 'flux-system/api-production', 'flux-system/web'].map((kustomization) =>
    plan([entry('unchanged', 'Service', 'web')], { kustomization }),
  );
  expect(planText(quiet, { cluster: 'embedded/dev', width: 50, unsavedFiles: 1 }))
    .toBe(`main@4f2c1a9 with 1 unsaved file
-> cluster embedded/dev
nothing to do: flux-system/infrastructure,
  flux-system/api-production, flux-system/web
Plan: no changes, 3 unchanged.
`);
});

test('an editor wraps long lines itself: only what has parts stands on lines of its own', () => {
  const origin = { place, cause: { by: 'resource' as const } };
  const changes = [
    { path: 'spec.replicas', before: 6, after: 4, owner: { manager: 'plumbline-simulated-drift' }, origin },
    { path: 'spec.template.spec.containers[web].image', before: 'shop/web:1.4.1', after: 'shop/web:1.5.0' },
  ];
  const quiet = ['infrastructure', 'api-production', 'web-production'].map((name) =>
    plan([entry('unchanged', 'Service', 'web')], { kustomization: `flux-system/${name}` }),
  );
  const plans = [...quiet, plan([entry('configure', 'Deployment', 'web', { changes })])];
  const surface = { cluster: 'embedded/dev', unsavedFiles: 1, width: 40, wraps: true };
  expect(planText(plans, surface)).toBe(`flux-system/apps
  main@4f2c1a9 with 1 unsaved file -> cluster embedded/dev
  stage 1  definitions   nothing
  stage 2  the rest
    ~ Deployment staging/web
      spec.replicas   6 -> 4
        takes over from plumbline-simulated-drift
        base/deployment.yaml:2
      spec.template.spec.containers[web].image
        "shop/web:1.4.1"
        -> "shop/web:1.5.0"
nothing to do in flux-system: infrastructure, api-production, web-production
Plan: 1 configure, 3 unchanged.
`);
});

test('fields that go or stay for another reason than Git say so; order and hand-over are told', () => {
  const changes = [
    { path: 'data.a', before: 'x', owner: { manager: 'kubectl-create' }, fate: 'takeover' as const },
    { path: 'data.b', before: 'x', after: 'x', owner: { manager: 'scaler' }, fate: 'strip' as const },
    { path: 'data.c', before: 'x', after: 'x', fate: 'adopt' as const },
  ];
  const entries = [
    entry('configure', 'ConfigMap', 'two', { changes }),
    entry('handover', 'ConfigMap', 'more', { reason: 'it moves to flux-system/b' }),
  ];
  const more = { dependsOn: ['flux-system/infra'], dependents: ['flux-system/jobs'] };
  expect(
    planText([plan(entries, more)], { cluster: 'dev' })
      .split('\n')
      .slice(1),
  ).toEqual([
    '  waits for flux-system/infra; flux-system/jobs waits for it',
    '  stage 1  definitions   nothing',
    '  stage 2  the rest',
    '    ~ ConfigMap staging/two',
    '        data.a   - "x"   goes: kubectl-create set it, Git does not',
    '        data.b   "x"     left to scaler (spec.ignore)',
    '        data.c   "x"     kept as it is live (spec.ignore)',
    '    > ConfigMap staging/more   hand over: it moves to flux-system/b',
    'Plan: 1 configure, 1 hand over.',
    '',
  ]);
});

test('a range names what it compares with', () => {
  const text = planText([plan([entry('create', 'ConfigMap', 'new')], { confirmed: false })], {
    cluster: '',
    before: 'main@sha1:0011223344',
  });
  expect(text.split('\n')[0]).toBe('flux-system/apps  main@4f2c1a9 -> compared with main@0011223, without a cluster');
});

test.each([
  ['unchanged', false],
  ['skip', false],
  ['create', true],
  ['prune', true],
] as const)('%s counts as a change: %s', (action, expected) => {
  expect(planChanges([plan([entry(action, 'Service', 'web')])])).toBe(expected);
});
