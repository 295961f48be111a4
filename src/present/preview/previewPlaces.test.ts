import { expect, test } from 'vitest';
import { printPlace } from '../../model/sourceText.ts';
import { cursorAt, shop, viewOf } from '../../../test/sourceView.ts';
import { previewWriter } from './preview.ts';
import type { Preview } from './preview.ts';
import { previewOfLine, sourcesOfPreview } from './previewPlaces.ts';

const view = viewOf(shop);
const staging = view.state.renderings.get('staging');
const preview: Preview = staging ? previewWriter()(staging) : { text: '', parts: [] };

function rendered(path: string, mark: string, behind = ''): string | undefined {
  const found = previewOfLine(view.reach, view.state, preview, 'staging', cursorAt(shop, path, mark, behind));
  return found && preview.text.slice(found.start, found.end);
}

test.each([
  ['base/deployment.yaml', '1', 'replicas: ', 'replicas: 2'],
  ['base/deployment.yaml', 'apiVersion', '', 'apiVersion: apps/v1'],
  ['base/deployment.yaml', 'image', '', 'image: web:2'],
  ['staging/image.yaml', 'web:2', '', 'image: web:2'],
  ['staging/kustomization.yaml', '2', 'count: ', 'replicas: 2'],
])('a line of %s at %s is found in the preview', (path, mark, behind, expected) => {
  expect(rendered(path, mark, behind)).toBe(expected);
});

test('a line of a file that is not in the preview is not', () => {
  expect(rendered('production/kustomization.yaml', '5', 'replicas: ')).toBeUndefined();
});

test('a line of the preview leads to the places of its chain, newest first', () => {
  const at = preview.text.indexOf('replicas: 2');
  expect(sourcesOfPreview(preview, at).map(printPlace)).toEqual([
    'staging/kustomization.yaml:6:12',
    'base/deployment.yaml:6:13',
  ]);
  expect(sourcesOfPreview(preview, preview.text.indexOf('spec:')).map(printPlace)[0]).toBe('base/deployment.yaml:5:1');
  expect(sourcesOfPreview(preview, 3)).toEqual([]);
});
