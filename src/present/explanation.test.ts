import { expect, test } from 'vitest';
import type { ScalarNode } from '../model/node.ts';
import { SourceText } from '../model/sourceText.ts';
import { explainNode, explainText } from './explanation.ts';

const overlay = new SourceText('prod/kustomization.yaml', 'replicas:\n  - count: 5\n');
const base = new SourceText('base/deployment.yaml', 'spec:\n  replicas: 2\n');
const node: ScalarNode = {
  kind: 'scalar',
  value: 5,
  text: '5',
  style: 'plain',
  tag: '!!int',
  origin: {
    place: { source: overlay, start: 21, end: 22 },
    cause: { by: 'transformer', field: 'replicas' },
    overridden: { value: '2', origin: { place: { source: base, start: 18, end: 19 }, cause: { by: 'resource' } } },
  },
};

test('the chain of a value, newest first', () => {
  const ref = { group: 'apps', version: 'v1', kind: 'Deployment', namespace: 'prod', name: 'web' };
  expect(explainText(explainNode(ref, 'spec.replicas', node))).toBe(
    '5   spec.replicas of Deployment prod/web\n    5  prod/kustomization.yaml:2:12  replicas\n    2  base/deployment.yaml:2:13     resource  overridden\n',
  );
});

test('a Secret keeps its values', () => {
  const ref = { group: '', version: 'v1', kind: 'Secret', namespace: 'prod', name: 'login' };
  const { value, rows } = explainNode(ref, 'data.password', node);
  expect([value, ...rows.map((row) => row.value)]).toEqual(['•••', '•••', '•••']);
});
