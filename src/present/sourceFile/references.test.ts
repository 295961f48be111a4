import { expect, test } from 'vitest';
import { printPlace } from '../../model/sourceText.ts';
import { shop, viewOf } from '../../../test/sourceView.ts';
import { pathLinks } from './pathLinks.ts';
import { listingsOfFile, mentionsOfObjects } from './references.ts';

function mentions(kind: string): string[] {
  const view = viewOf(shop);
  const objects = view.objects.of(view.state).filter((object) => object.kind === kind);
  return mentionsOfObjects(view, objects).map(printPlace);
}

test('patches, targets and fields of kustomizations mention an object, whatever it is called in the end', () => {
  expect(mentions('Deployment')).toEqual([
    'base/deployment.yaml:4:9',
    'production/kustomization.yaml:8:15',
    'staging/kustomization.yaml:5:11',
    'staging/kustomization.yaml:11:13',
  ]);
});

test('fields of objects mention what they refer to by name', () => {
  expect(mentions('ConfigMap')).toEqual(['base/kustomization.yaml:5:11', 'base/deployment.yaml:15:23']);
  expect(mentions('ServiceAccount')).toEqual(['base/account.yaml:4:9', 'base/deployment.yaml:9:27']);
});

test('a file is listed by kustomizations, a folder through its kustomization.yaml', () => {
  const view = viewOf(shop);
  expect(listingsOfFile(view, 'base/kustomization.yaml').map(printPlace)).toEqual([
    'production/kustomization.yaml:2:5',
    'staging/kustomization.yaml:3:5',
  ]);
  expect(listingsOfFile(view, 'base/files/app.conf').map(printPlace)).toEqual(['base/kustomization.yaml:7:13']);
});

test('paths that lead somewhere are links, others are not', () => {
  const files = {
    ...shop,
    'base/kustomization.yaml': 'resources:\n  - deployment.yaml\n  - gone.yaml\n  - https://example.com/x\n',
  };
  const links = pathLinks(viewOf(files).facts, 'base/kustomization.yaml');
  expect(links.map(({ place, path }) => `${printPlace(place)} ${path}`)).toEqual([
    'base/kustomization.yaml:2:5 base/deployment.yaml',
  ]);
});
