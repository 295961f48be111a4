// What is asked before an apply: what goes, by name, and which answer is the safe one.
import { expect, test } from 'vitest';
import type { Plan, PlanEntry } from '../../diff/plan/plan.ts';
import type { Offer } from '../../workspace/plan/applying.ts';
import { applyOutcome, applyQuestion, cancelledOutcome, planErrors } from './applyQuestion.ts';

const entry = (action: PlanEntry['action'], kind: string, name: string, danger?: string): PlanEntry => ({
  ref: { group: '', version: 'v1', kind, namespace: 'shop', name },
  action,
  stage: 'rest',
  reason: '',
  changes: [],
  ...(danger === undefined ? {} : { dangers: [{ code: 'replacement', message: danger }] }),
});
const offer = (entries: PlanEntry[], unsaved = 0): Offer => {
  const plan: Plan = {
    kustomization: 'flux-system/apps',
    revision: 'sha256:1',
    server: '',
    confirmed: true,
    entries,
    findings: [],
  };
  return { id: '1', cluster: 'dev', plans: [plan], unsaved } as unknown as Offer;
};
const cluster = { name: 'dev', provider: 'embedded', loop: 'controlling', serving: 'head' } as const;

test('what is deleted and replaced is named, with the dangers, and the safe answer comes first', () => {
  const entries = [
    entry('prune', 'ConfigMap', 'old'),
    entry('replace', 'Job', 'migrate', 'a Job is deleted and run again'),
    entry('configure', 'Deployment', 'web'),
    entry('unchanged', 'Service', 'web'),
  ];
  expect(applyQuestion(offer(entries, 2), cluster)).toEqual({
    question: 'Apply to the embedded cluster "dev": 1 configure, 1 replace, 1 prune?',
    detail: `Deleted:
  • ConfigMap shop/old

Deleted and made again:
  • Job shop/migrate

Danger:
  • Job shop/migrate: a Job is deleted and run again

From the files as they are now, 2 not saved.
The loop stays at these files until the next commit.`,
    button: 'Apply to dev',
    destructive: true,
  });
});

test('what loses nothing is asked in two lines; a cluster without a loop of this window is left as it is then', () => {
  const { detail, destructive, question } = applyQuestion(offer([entry('create', 'ConfigMap', 'new')]), {
    ...cluster,
    provider: 'kubeconfig',
    loop: 'none',
  });
  expect([question, detail, destructive]).toEqual([
    'Apply to the cluster "dev": 1 create?',
    'From the files as they are now.',
    false,
  ]);
});

test('a long list is counted after eight names', () => {
  const entries = Array.from({ length: 11 }, (_, at) => entry('prune', 'ConfigMap', `c${at}`));
  expect(applyQuestion(offer(entries), cluster).detail).toContain('  • ConfigMap shop/c7\n  • and 3 more\n');
});

test('the outcome is one sentence: until when the loop stays, or what is not ready', () => {
  const ready = { kustomization: 'flux-system/a', ready: true, message: '' };
  const failed = { kustomization: 'flux-system/b', ready: false, message: 'health check failed' };
  const told = (results: (typeof ready)[], serving: 'head' | 'tree' | 'origin/main'): string =>
    applyOutcome({ kind: 'applied', results, held: true }, { name: 'dev', serving }).message;
  expect([told([ready], 'tree'), told([ready], 'origin/main'), told([ready, failed, failed], 'head')]).toEqual([
    'Applied to dev: 1 kustomization ready. The loop stays at these files until a file is saved.',
    'Applied to dev: 1 kustomization ready. The loop stays at these files until origin/main moves.',
    'Applied to dev, but flux-system/b is not ready: health check failed; 1 more not ready',
  ]);
});

test('a cancelled apply says what becomes of what was applied', () => {
  const told = (begun: boolean, takenBack: boolean): string =>
    cancelledOutcome({ kind: 'cancelled', begun, takenBack }, { name: 'dev', serving: 'head' });
  expect([told(false, false), told(true, true), told(true, false)]).toEqual([
    'Apply to dev was cancelled: nothing is applied.',
    'Apply to dev was cancelled: the loop goes back to HEAD.',
    'Apply to dev was cancelled: what was applied stays, and the plan says what is left.',
  ]);
});

test('errors refuse: the first is told', () => {
  const broken: Plan = {
    ...(offer([]).plans[0] as Plan),
    findings: [{ code: 'plan-note', severity: 'error', message: 'no such file' }],
  };
  expect(planErrors([broken, broken])).toBe(
    'the plan has errors, and nothing is applied while it has: flux-system/apps: no such file (and 1 more error)',
  );
});
