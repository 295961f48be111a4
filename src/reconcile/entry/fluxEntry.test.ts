// Where the entry of a repository is, what belongs to it, and what is made because nobody wrote it.
import { expect, test } from 'vitest';
import { getPath, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { printRef, refOf } from '../../model/objectRef.ts';
import { memorySnapshot } from '../../source/memory.ts';
import { completeEntry, entryChoices, findFluxEntry, startObjects } from './fluxEntry.ts';
import type { FluxEntry } from './fluxEntry.ts';
import { fluxUrl } from './workspaceOrigin.ts';

const flux = (group: string, kind: string, name: string, spec: JsonObject = {}): string =>
  JSON.stringify({
    apiVersion: `${group}.toolkit.fluxcd.io/v1`,
    kind,
    metadata: { name, namespace: 'flux-system' },
    spec,
  });
const kustomization = (name: string, source = 'shop', path = './apps'): string =>
  flux('kustomize', 'Kustomization', name, { path, sourceRef: { kind: 'GitRepository', name: source } });
const source = flux('source', 'GitRepository', 'shop');
const plain = (kind: string, name: string): string => JSON.stringify({ apiVersion: 'v1', kind, metadata: { name } });
const read = (_: string, text: string): JsonObject[] => (text === '' ? [] : [JSON.parse(text) as JsonObject]);
const origin = { url: 'https://workspace.invalid/shop.git', branch: 'main' };

const find = (files: Readonly<Record<string, string>>, folder?: string): FluxEntry | undefined =>
  findFluxEntry(memorySnapshot(files), read, folder);
const names = (objects: readonly JsonObject[] | undefined): string[] =>
  (objects ?? []).map((object) => printRef(refOf(object)));

test('clusters/dev comes first, with its namespaces and variables before its sources, and those before what reads them', () => {
  const entry = find({
    'clusters/dev/apps.yaml': kustomization('apps'),
    'clusters/dev/nested/source.yaml': source,
    'clusters/dev/variables.yaml': plain('ConfigMap', 'variables'),
    'clusters/dev/namespace.yaml': plain('Namespace', 'apps'),
    'clusters/dev/pod.yaml': plain('Pod', 'not-ours'),
    'clusters/prod/a.yaml': kustomization('a'),
    'clusters/prod/b.yaml': kustomization('b'),
  });
  expect([entry?.folder, names(entry?.objects)]).toEqual([
    'clusters/dev',
    ['Namespace/apps', 'ConfigMap/variables', 'GitRepository/flux-system/shop', 'Kustomization/flux-system/apps'],
  ]);
});

test.each([
  ['staging before production', ['production', 'staging'], 'staging'],
  ['development before local', ['local', 'development', 'prod'], 'development'],
  ['staging before test', ['test', 'staging'], 'staging'],
  ['any name before production', ['prod-eu', 'homelab'], 'homelab'],
  ['a name with a stage before one without', ['homelab', 'eu-dev'], 'eu-dev'],
  ['production where there is nothing else', ['production'], 'production'],
])('below clusters: %s', (_, clusters, expected) => {
  const files = Object.fromEntries(clusters.map((name) => [`clusters/${name}/apps.yaml`, kustomization('apps')]));
  expect(find({ ...files, 'x/a.yaml': kustomization('a'), 'x/b.yaml': kustomization('b') })?.folder).toBe(
    `clusters/${expected}`,
  );
});

test('else what stands around flux-system, else the folder with the most Kustomizations; charts make no entry', () => {
  expect(
    find({ 'k8s/flux-system/sync.yaml': kustomization('flux-system'), 'x/y.yaml': kustomization('y') })?.folder,
  ).toBe('k8s');
  expect(find({ 'a/a.yaml': kustomization('a'), 'b/b.yaml': kustomization('b'), 'b/c.yaml': source })?.folder).toBe(
    'b',
  );
  expect(find({ 'flux.yaml': kustomization('a') })?.folder).toBe('');
  const charts = {
    'c/1.yaml': flux('helm', 'HelmRelease', 'one'),
    'c/2.yaml': flux('source', 'HelmRepository', 'two'),
  };
  expect(find({ ...charts, 'a/a.yaml': kustomization('a') })?.folder).toBe('a');
  expect(find(charts)).toBeUndefined();
});

test('a folder that is given is taken; one without Kustomizations is none', () => {
  const files = {
    'clusters/dev/a.yaml': kustomization('a'),
    'clusters/prod/b.yaml': kustomization('b'),
    'x/c.yaml': source,
  };
  expect(names(find(files, 'clusters/prod')?.objects)).toEqual(['Kustomization/flux-system/b']);
  expect(find(files, 'x')).toBeUndefined();
  expect(entryChoices(memorySnapshot(files), read)).toEqual(['clusters/dev', 'clusters/prod']);
});

test('a source that nobody wrote is made, with the root that flux bootstrap would make', () => {
  const found = find({
    'clusters/staging/apps.yaml': kustomization('apps', 'flux-system'),
    'clusters/staging/flux-system/gotk-sync.yaml': '',
    'clusters/production/flux-system/gotk-sync.yaml': flux('source', 'GitRepository', 'flux-system'),
  });
  const entry = found && completeEntry(found, origin);
  expect(names(entry?.made)).toEqual([
    'GitRepository/flux-system/flux-system',
    'Kustomization/flux-system/flux-system',
  ]);
  expect(entry?.made[0]?.['spec']).toEqual({ interval: '1m0s', url: origin.url, ref: { branch: 'main' } });
  expect(getString(entry?.root, 'spec', 'path')).toBe('./clusters/staging');
  expect(getPath(entry?.root, 'spec', 'prune')).toBe(true);
  expect(entry && names(startObjects(entry))).toEqual(names(entry?.made));
});

test('a source that another Kustomization brings about is not made', () => {
  const entry = find({
    'clusters/dev/a.yaml': kustomization('a', 'shop', './sources'),
    'clusters/dev/b.yaml': kustomization('b', 'other'),
    'clusters/dev/source.yaml': source,
    'sources/other.yaml': flux('source', 'GitRepository', 'other'),
  });
  expect(entry?.missing).toEqual([]);
});

test('with a root only the root and its source are put into the cluster', () => {
  const entry = find({
    'clusters/dev/apps.yaml': kustomization('apps'),
    'clusters/dev/flux-system/root.yaml': kustomization('flux-system', 'shop', './clusters/dev'),
    'clusters/dev/flux-system/source.yaml': source,
  });
  expect(entry && names(startObjects(entry))).toEqual([
    'GitRepository/flux-system/shop',
    'Kustomization/flux-system/flux-system',
  ]);
});

test.each([
  ['git@github.com:example/shop.git', 'ssh://git@github.com/example/shop.git'],
  ['https://user:token@github.com/example/shop', 'https://github.com/example/shop'],
  ['ssh://git@github.com/example/shop', 'ssh://git@github.com/example/shop'],
  ['/srv/git/shop.git', undefined],
  ['C:/git/shop', undefined],
  ['file:///srv/git/shop.git', undefined],
])('the remote %s is %s for Flux', (url, expected) => expect(fluxUrl(url)).toBe(expected));
