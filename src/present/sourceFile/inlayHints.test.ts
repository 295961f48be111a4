import { expect, test } from 'vitest';
import { deployment, shop, viewOf } from '../../../test/sourceView.ts';
import { inlayHints } from './inlayHints.ts';
import type { InlayHint } from './inlayHints.ts';

function hints(files: Readonly<Record<string, string>>, path: string, now = files[path] ?? ''): string[] {
  return hintsOf(files, path, now).map(
    ({ offset, parts }) =>
      `${now.slice(0, offset).split('\n').at(-1)?.trim() ?? ''} ${parts.map(({ text }) => text).join('')}`,
  );
}

function hintsOf(files: Readonly<Record<string, string>>, path: string, now = files[path] ?? ''): InlayHint[] {
  const { state, reach } = viewOf(files);
  return inlayHints(state, reach, path, now, { start: 0, end: now.length });
}

test('a value says what each overlay made of it; names that follow a renaming say nothing', () => {
  expect(hints(shop, 'base/deployment.yaml')).toEqual([
    'name: web → s-web in staging',
    'replicas: 1 → 5 in production, 2 in staging',
    'image: web:1 → web:2 in staging',
  ]);
});

test('the overlay that has the last word shows none', () => {
  expect(hints(shop, 'staging/kustomization.yaml')).toEqual([]);
});

test('each part leads to the place that set the value', () => {
  const [, replicas] = hintsOf(shop, 'base/deployment.yaml');
  expect(
    replicas?.parts.map(({ place }) => place && `${place.source.path}:${place.source.position(place.start).line}`),
  ).toEqual(['production/kustomization.yaml:10', 'staging/kustomization.yaml:6']);
  expect(replicas?.parts[0]?.tooltip).toContain('spec.replicas of Deployment web');
});

test('while a line is typed, hints of the lines after it stay at their values', () => {
  const now = deployment.replace('replicas: 1', 'replicas: 1\n  paused: tr');
  expect(hints(shop, 'base/deployment.yaml', now)).toContain('image: web:1 → web:2 in staging');
});

test('more roots than a line has room for are counted', () => {
  const overlays = ['a', 'b', 'c', 'd', 'e'].map((name, count) => [
    `${name}/kustomization.yaml`,
    `resources: [../base]\nreplicas: [{ name: web, count: ${count + 2} }]\n`,
  ]);
  const files = { ...shop, ...(Object.fromEntries(overlays) as Record<string, string>) };
  expect(hints(files, 'base/deployment.yaml')[1]).toMatch(/^replicas: 1 → 2 in a, 3 in b, 4 in c and 4 others$/);
});

test("a Secret's values are in no hint", () => {
  const files = {
    'base/kustomization.yaml': 'resources: [secret.yaml]\n',
    'base/secret.yaml': 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: login\nstringData:\n  password: one\n',
    'prod/kustomization.yaml':
      'resources: [../base]\npatches:\n  - patch: |-\n      apiVersion: v1\n      kind: Secret\n      metadata: { name: login }\n      stringData: { password: two }\n',
  };
  expect(hints(files, 'base/secret.yaml')).toEqual([]);
});
