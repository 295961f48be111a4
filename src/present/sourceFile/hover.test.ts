import { expect, test } from 'vitest';
import { printPlace } from '../../model/sourceText.ts';
import { cursorAt, shop, viewOf } from '../../../test/sourceView.ts';
import { applied, drifted } from '../../../test/driftView.ts';
import { sourceHover } from './hover.ts';

function hover(path: string, mark: string, behind = '', files = shop): string {
  return sourceHover(viewOf(files), cursorAt(files, path, mark, behind), printPlace)?.markdown ?? '';
}

test('a value of a base: what every overlay made of it, with links, and no base of its own', () => {
  const text = hover('base/deployment.yaml', '1', 'replicas: ');
  expect(text).toContain('`5` `spec.replicas` of Deployment web — production');
  expect(text).toContain('`2` `spec.replicas` of Deployment s-web — staging');
  expect(text).toContain('(staging/kustomization.yaml:6:12)');
  expect(text).not.toContain('— base');
});

test('a value of a patch, and a field of a kustomization, say what they set', () => {
  expect(hover('staging/image.yaml', 'web:2')).toContain('`web:2` `spec.template.spec.containers[web].image`');
  expect(hover('staging/kustomization.yaml', '2', 'count: ')).toContain('`spec.replicas` of Deployment s-web');
});

test('an input of a generator says which data it became', () => {
  expect(hover('base/files/app.conf', 'blue')).toContain('`data.app` of ConfigMap settings-');
});

test('a path says where it leads and what that reaches', () => {
  expect(hover('base/kustomization.yaml', 'deployment.yaml')).toBe(
    '[base/deployment.yaml](base/deployment.yaml:1:1) · reaches 2 objects in 2 kustomizations',
  );
});

test('a drifted value says what the cluster has, since when and by whom, whatever its key is called', () => {
  const time = new Date(2026, 0, 2, 14, 2).toISOString();
  const files = {
    ...applied,
    'staging/kustomization.yaml': `${applied['staging/kustomization.yaml'] ?? ''}commonAnnotations:\n  example.com/a: "1"\n`,
  };
  const change = {
    path: 'metadata.annotations[example.com/a]',
    before: '2',
    after: '1',
    owner: { manager: 'kubectl-edit', time },
  };
  const found = viewOf(files);
  const view = { ...found, state: drifted(found.state, [change]) };
  const cursor = cursorAt(files, 'staging/kustomization.yaml', '"1"');
  const { markdown } = sourceHover(view, cursor, () => 'link') ?? { markdown: '' };
  expect(markdown).toContain('- live `"2"` · kubectl-edit, 14:02, in dev · **drifted**');
});
