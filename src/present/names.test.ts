import { expect, test } from 'vitest';
import { rowLabel } from './names.ts';

test('a long label keeps its kind and its end, so that the state behind it is seen', () => {
  expect(rowLabel('Deployment web')).toBe('Deployment web');
  expect(rowLabel('Deployment kube-prometheus-stack-grafana-operator')).toBe('Deployment ku…a-operator');
});

test('of a generated name the name is kept, and less of its hash', () => {
  expect(rowLabel('ConfigMap web-settings-kk29689m48')).toBe('ConfigMap web-settin…m48');
  expect(rowLabel('ConfigMap web-files-ftb648f7tb')).toBe('ConfigMap web-files-…7tb');
});
