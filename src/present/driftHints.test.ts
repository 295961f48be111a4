// The value that the cluster has, at the line that declares another one.
import { expect, test } from 'vitest';
import { shop, viewOf } from '../../test/sourceView.ts';
import type { FieldChange } from '../diff/plan.ts';
import { keyOf } from '../model/objectRef.ts';
import { newCluster } from '../workspace/state.ts';
import type { WorkspaceState } from '../workspace/state.ts';
import { driftHints } from './driftHints.ts';

const FLUX = `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: web-staging, namespace: flux-system}
spec: {path: ./staging, sourceRef: {kind: GitRepository, name: shop}}
`;
const files = { ...shop, 'clusters/dev/web.yaml': FLUX };
const owner = {
  group: 'kustomize.toolkit.fluxcd.io',
  version: 'v1',
  kind: 'Kustomization',
  namespace: 'flux-system',
  name: 'web-staging',
};
const web = { group: 'apps', version: 'v1', kind: 'Deployment', namespace: '', name: 's-web' };

function hints(path: string, changes: readonly FieldChange[], isThere = true): string[] {
  const { state, reach } = viewOf(files);
  const drifts = new Map([[keyOf(web), { owner, ref: web, changes, desired: {}, live: isThere ? {} : undefined }]]);
  const drifted: WorkspaceState = { ...state, clusters: [{ ...newCluster('dev', 'embedded'), drifts }] };
  const text = files[path as keyof typeof files] ?? '';
  return driftHints(drifted, reach, path, text, { start: 0, end: text.length }).map(
    ({ offset, parts }) => `${text.slice(0, offset).split('\n').at(-1)?.trim() ?? ''} ${parts[0]?.text ?? ''}`,
  );
}

const time = new Date(2026, 0, 2, 14, 2).toISOString();

test('the line that was written last says what the cluster has, and who has set it', () => {
  const changes = [{ path: 'spec.replicas', before: 7, after: 2, owner: { manager: 'kubectl-scale', time } }];
  expect(hints('staging/kustomization.yaml', changes)).toEqual(['count: 2 live 7, set by kubectl-scale 14:02']);
  expect(hints('base/deployment.yaml', changes)).toEqual([]);
});

test('a field that is gone from the cluster is said; an object that is gone says it in the tree alone', () => {
  const changes = [{ path: 'spec.replicas', after: 2 }];
  expect(hints('staging/kustomization.yaml', changes)).toEqual(['count: 2 live without this']);
  expect(hints('staging/kustomization.yaml', changes, false)).toEqual([]);
});
