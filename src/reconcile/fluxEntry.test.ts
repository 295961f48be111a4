// Where the entry of a repository is, and what belongs to it.
import { expect, test } from 'vitest';
import type { JsonObject } from '../model/json.ts';
import { printRef, refOf } from '../model/objectRef.ts';
import { memorySnapshot } from '../source/memory.ts';
import { findFluxEntry } from './fluxEntry.ts';

const kustomization = (name: string): string =>
  JSON.stringify({
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name, namespace: 'flux-system' },
  });
const source = JSON.stringify({
  apiVersion: 'source.toolkit.fluxcd.io/v1',
  kind: 'GitRepository',
  metadata: { name: 'shop', namespace: 'flux-system' },
});
const plain = (kind: string, name: string): string => JSON.stringify({ apiVersion: 'v1', kind, metadata: { name } });

function entryOf(files: Readonly<Record<string, string>>): [string, string[]] | undefined {
  const entry = findFluxEntry(memorySnapshot(files), (_, text) => [JSON.parse(text) as JsonObject]);
  return entry && [entry.folder, entry.objects.map((object) => printRef(refOf(object)))];
}

test('clusters/dev comes first, with its namespaces and variables before its sources, and those before what reads them', () => {
  const files = {
    'clusters/dev/apps.yaml': kustomization('apps'),
    'clusters/dev/nested/source.yaml': source,
    'clusters/dev/variables.yaml': plain('ConfigMap', 'variables'),
    'clusters/dev/namespace.yaml': plain('Namespace', 'apps'),
    'clusters/dev/pod.yaml': plain('Pod', 'not-ours'),
    'clusters/prod/a.yaml': kustomization('a'),
    'clusters/prod/b.yaml': kustomization('b'),
    'clusters/prod/c.yaml': kustomization('c'),
  };
  expect(entryOf(files)).toEqual([
    'clusters/dev',
    ['Namespace/apps', 'ConfigMap/variables', 'GitRepository/flux-system/shop', 'Kustomization/flux-system/apps'],
  ]);
});

test('else the cluster that was bootstrapped: what stands around flux-system', () => {
  const files = {
    'clusters/staging/flux-system/sync.yaml': source,
    'clusters/staging/apps.yaml': kustomization('apps'),
    'x/y.yaml': kustomization('y'),
  };
  expect(entryOf(files)?.[0]).toBe('clusters/staging');
});

test('else the folder with the most Flux objects; none where there are none', () => {
  expect(entryOf({ 'a/a.yaml': kustomization('a'), 'b/b.yaml': kustomization('b'), 'b/c.yaml': source })?.[0]).toBe(
    'b',
  );
  expect(entryOf({ 'flux.yaml': kustomization('a') })?.[0]).toBe('');
  expect(entryOf({ 'a/cm.yaml': plain('ConfigMap', 'a') })).toBeUndefined();
});
