import { expect, test } from 'vitest';
import { shop, viewOf } from '../../../test/sourceView.ts';
import { codeLenses, reachingDocuments } from './codeLenses.ts';

function lenses(path: string, files = shop, now = files[path] ?? ''): string[] {
  const { state, reach, facts } = viewOf(files);
  return codeLenses(reachingDocuments(state, reach, facts.of(path), path, now)).map(
    ({ place, title }) => `${place.source.position(place.start).line}: ${title}`,
  );
}

test.each([
  ['a base', 'base/deployment.yaml', '1: reaches 2 objects in 2 kustomizations'],
  ['a patch, however little it reaches', 'staging/image.yaml', '1: reaches 1 object in 1 kustomization'],
  ['a kustomization: all that it builds', 'base/kustomization.yaml', '1: reaches 6 objects in 2 kustomizations'],
  ['an overlay', 'staging/kustomization.yaml', '1: reaches 3 objects in 1 kustomization'],
  ["a generator's file", 'base/files/app.conf', '1: reaches 2 objects in 2 kustomizations'],
])('%s says what it reaches', (_, path, expected) => {
  expect(lenses(path)).toEqual([expected]);
});

test('an object that is rendered once has no lens: it reaches itself', () => {
  const files = { 'kustomization.yaml': 'resources: [a.yaml]\n', 'a.yaml': shop['base/account.yaml'] ?? '' };
  expect(lenses('a.yaml', files)).toEqual([]);
});

test('each document has its own', () => {
  const files = {
    ...shop,
    'base/account.yaml': `${shop['base/account.yaml'] ?? ''}---\napiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: other\n`,
  };
  expect(lenses('base/account.yaml', files)).toEqual([
    '1: reaches 2 objects in 2 kustomizations',
    '6: reaches 2 objects in 2 kustomizations',
  ]);
});
