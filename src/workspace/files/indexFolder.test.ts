import { expect, test } from 'vitest';
import { memorySnapshot } from '../../source/memory.ts';
import { indexFolder } from './indexFolder.ts';

const flux = (name: string, path: string): string =>
  `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: ${name}\n  namespace: flux-system\nspec:\n  path: ${path}\n`;

test('roots are kustomizations and Flux Kustomizations; components are not', () => {
  const snapshot = memorySnapshot({
    'apps/base/kustomization.yaml': 'resources: []\n',
    'apps/prod/kustomization.yml': 'resources: []\n',
    'components/ha/kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n',
    'clusters/dev/apps.yaml': `${flux('apps', './apps/prod')}---\n${flux('infra', 'infra')}`,
    'clusters/dev/source.yaml':
      'apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata:\n  name: repo\n',
  });
  const index = indexFolder(snapshot);
  expect(index.roots.map(({ id, path }) => `${id} ${path}`)).toEqual([
    'apps/base apps/base',
    'apps/prod apps/prod',
    'flux:flux-system/apps apps/prod',
    'flux:flux-system/infra infra',
  ]);
  expect(index.sources).toHaveLength(1);
});

test('a path that leaves the repository is no root', () => {
  expect(indexFolder(memorySnapshot({ 'a.yaml': flux('a', '../../etc') })).roots).toEqual([]);
});
