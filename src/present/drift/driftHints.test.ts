// The value that the cluster has, at the line that declares another one, and what can be done about it.
import { expect, test } from 'vitest';
import { applied, drifted } from '../../../test/driftView.ts';
import { viewOf } from '../../../test/sourceView.ts';
import type { FieldChange } from '../../diff/plan/plan.ts';
import type { WorkspaceState } from '../../workspace/state.ts';
import { driftHints, driftSpots } from './driftHints.ts';

const time = new Date(2026, 0, 2, 14, 2).toISOString();
const scaled: FieldChange = {
  path: 'spec.replicas',
  before: 7,
  after: 2,
  owner: { manager: 'kubectl-scale', time },
};

function hints(path: string, changes: readonly FieldChange[], files = applied, isThere = true): string[] {
  const { reach, state } = view(files, changes, isThere);
  const text = files[path] ?? '';
  return driftHints(state, reach, path, text, { start: 0, end: text.length }).map(
    ({ offset, parts }) =>
      `${text.slice(0, offset).split('\n').at(-1)?.trim() ?? ''} | ${parts.map((part) => part.text).join('')}`,
  );
}

function view(files: typeof applied, changes: readonly FieldChange[], isThere = true): ReturnType<typeof viewOf> {
  const found = viewOf(files);
  const state: WorkspaceState = drifted(found.state, changes, { isThere });
  return { ...found, state };
}

function titles(path: string, changes: readonly FieldChange[], files = applied): string[] {
  const { reach, state } = view(files, changes);
  const text = files[path] ?? '';
  return driftSpots(state, reach, path, text, { start: 0, end: text.length }).flatMap(({ actions }) =>
    actions.map(({ title, refusal }) => (refusal === undefined ? title : `no: ${refusal}`)),
  );
}

test('the line that was written last says what the cluster has, what can be done, and who has set it', () => {
  expect(hints('staging/kustomization.yaml', [scaled])).toEqual([
    'count: 2 | live 7 · revert · adopt · ignore · set by kubectl-scale 14:02',
  ]);
  expect(hints('base/deployment.yaml', [scaled])).toEqual([]);
});

test('where the file says by now what the cluster has, nothing is said', () => {
  const kustomization = applied['staging/kustomization.yaml'] ?? '';
  const adopted = { ...applied, 'staging/kustomization.yaml': kustomization.replace('count: 2', 'count: 7') };
  expect(hints('staging/kustomization.yaml', [scaled], adopted)).toEqual([]);
});

test('a field that is gone from the cluster is said; an object that is gone says it in the tree alone', () => {
  const changes = [{ path: 'spec.replicas', after: 2 }];
  expect(hints('staging/kustomization.yaml', changes)).toEqual(['count: 2 | live without this · revert']);
  expect(hints('staging/kustomization.yaml', changes, applied, false)).toEqual([]);
});

test('a list says it at its key', () => {
  expect(
    hints('base/deployment.yaml', [{ path: 'spec.template.spec.containers[web].envFrom', before: [], after: [] }]),
  ).toEqual(['envFrom: | live [] · revert · ignore']);
});

test('a long value leaves room for what can be done: the tooltip has all of it', () => {
  const image = 'registry.example.com/shop/web:2026.11.21-canary';
  const change = { path: 'spec.template.spec.containers[web].envFrom', before: [image], after: [] };
  const { reach, state } = view(applied, [change]);
  const text = applied['base/deployment.yaml'] ?? '';
  const [hint] = driftHints(state, reach, 'base/deployment.yaml', text, { start: 0, end: text.length });
  const [value, , revert] = hint?.parts ?? [];
  expect([value?.text, revert?.text]).toEqual(['live ["registry.example.com…', 'revert']);
  expect(value?.tooltip).toContain('2026.11.21-canary');
});

test('each action says what it would do to which object of which cluster', () => {
  const name = 'spec.replicas of Deployment s-web in dev';
  expect(titles('staging/kustomization.yaml', [scaled])).toEqual([
    `Revert ${name} to 2`,
    `Adopt the live value 7 of ${name} into staging/kustomization.yaml:6`,
    `Ignore drift of ${name}: add it to spec.ignore of Kustomization web-staging`,
  ]);
});

test('a revert takes other drifted fields along, and an adopted value may be set for other objects', () => {
  const image = { path: 'spec.template.spec.serviceAccountName', before: 'other', after: 's-runner' };
  const [revert] = titles('staging/kustomization.yaml', [scaled, image]);
  expect(revert).toBe('Revert spec.replicas of Deployment s-web in dev to 2, and 1 other drifted field of it');
  const name = { path: 'spec.template.spec.containers[web].envFrom[0].configMapRef.name', before: 'x', after: 'y' };
  expect(titles('base/deployment.yaml', [name])).toEqual([]);
  expect(titles('base/kustomization.yaml', [name])[1]).toMatch(/^no: it is generated|^no: it follows/);
});

test('an adopted value says how many more objects have it from the same line', () => {
  const base = (applied['base/deployment.yaml'] ?? '').replace('  replicas: 1', '  replicas: 1\n  minReadySeconds: 3');
  const change = { path: 'spec.minReadySeconds', before: 5, after: 3 };
  expect(titles('base/deployment.yaml', [change], { ...applied, 'base/deployment.yaml': base })[1]).toMatch(
    / into base\/deployment\.yaml:7, which sets 1 more object$/,
  );
});

test('without the loop of this window nothing is reverted', () => {
  const { reach, state } = view(applied, [scaled]);
  const observed = { ...state, clusters: state.clusters.map((one) => ({ ...one, loop: 'observing' as const })) };
  const text = applied['staging/kustomization.yaml'] ?? '';
  const [spot] = driftSpots(observed, reach, 'staging/kustomization.yaml', text, { start: 0, end: text.length });
  expect(spot?.actions[0]?.refusal).toBe('no loop of this window runs on dev');
});
