import { expect, test } from 'vitest';
import { rowLabel } from './names.ts';

test('a long label keeps its kind and its end, so that the state behind it is seen', () => {
  expect(rowLabel('Deployment web')).toBe('Deployment web');
  expect(rowLabel('Deployment kube-prometheus-stack-grafana-operator')).toBe('Deployment ku…a-operator');
});
