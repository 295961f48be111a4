// Why a Kustomization is not ready: each of the things that Flux says, followed to where it was written.
import { expect, test } from 'vitest';
import { cursorAt } from '../../../test/sourceView.ts';
import { flux, fluxFile, sentenceOf, source, stateOf } from '../../../test/whyState.ts';
import type { JsonObject } from '../../model/json.ts';
import { whySentence } from './chain.ts';
import { whyInFile } from './inFile.ts';

const waiting = ['False', 'DependencyNotReady', "dependency 'flux-system/infra' is not ready"] as const;
const ready = ['True', 'ReconciliationSucceeded', 'Applied revision: main@sha1:1'] as const;
const dependsOn = (...names: string[]): { spec: JsonObject } => ({
  spec: { dependsOn: names.map((name) => ({ name })) },
});

test('ready or drifted, there is nothing to say', () => {
  const apps = flux('apps', ready);
  expect(sentenceOf({ kustomizations: [apps] }, apps)).toBe('ready');
});

test('the first dependency that is not ready is followed, and so is its own', () => {
  const apps = flux('apps', waiting, dependsOn('base', 'infra'));
  const infra = flux('infra', waiting, dependsOn('crds'));
  const crds = flux('crds', ['False', 'Whatever', 'the server has said no']);
  expect(sentenceOf({ kustomizations: [apps, flux('base', ready), infra, crds] }, apps)).toBe(
    'apps waits for infra -> infra waits for crds -> crds failed -> the server has said no.',
  );
});

test('a circle is said as one', () => {
  const [a, b] = [flux('a', waiting, dependsOn('b')), flux('b', waiting, dependsOn('a'))];
  expect(sentenceOf({ kustomizations: [a, b] }, a)).toBe(
    'a waits for b -> b waits for a -> the dependencies go in a circle: a, b, a.',
  );
});

test('a dependency that is not there leads to the line that names it', () => {
  const apps = flux('apps', waiting, dependsOn('infra'));
  const files = { 'flux/apps.yaml': fluxFile('apps', 'dependsOn:', '- name: infra') };
  expect(sentenceOf({ kustomizations: [apps], files }, apps)).toBe(
    'apps waits for infra -> the cluster has no Kustomization flux-system/infra -> it is named in flux/apps.yaml:8.',
  );
});

test('dependencies that are all ready by themselves leave what the condition says', () => {
  const said = ['False', 'DependencyNotReady', "dependency 'flux-system/infra' revision is not up to date"] as const;
  const apps = flux('apps', said, dependsOn('infra'));
  expect(sentenceOf({ kustomizations: [apps, flux('infra', ready)] }, apps)).toBe(
    "apps waits: dependency 'flux-system/infra' revision is not up to date.",
  );
});

test('suspended, where the file says so', () => {
  const apps = flux('apps', ready, { spec: { suspend: true } });
  expect(sentenceOf({ kustomizations: [apps] }, apps)).toBe('apps is suspended.');
  const files = { 'flux/apps.yaml': fluxFile('apps', 'suspend: true') };
  expect(sentenceOf({ kustomizations: [apps], files }, apps)).toBe(
    'apps is suspended -> spec.suspend is set in flux/apps.yaml:7.',
  );
});

test('the source that is missing, failed, or has no such path', () => {
  const apps = flux('apps', ['False', 'ArtifactFailed', 'Source artifact not found, retrying in 5s']);
  const files = { 'flux/apps.yaml': fluxFile('apps') };
  expect(sentenceOf({ kustomizations: [apps], sources: [], files }, apps)).toBe(
    'apps cannot read its source -> the cluster has no GitRepository flux-system/shop -> it is named in flux/apps.yaml:6.',
  );
  const failed = source('False', 'failed to checkout: authentication required');
  expect(sentenceOf({ kustomizations: [apps], sources: [failed], files }, apps)).toBe(
    'apps cannot read its source -> GitRepository flux-system/shop failed: failed to checkout: authentication required.',
  );
  const message = 'kustomization path not found: stat apps: no such file or directory';
  const lost = flux('apps', ['False', 'ArtifactFailed', message]);
  expect(sentenceOf({ kustomizations: [lost], files }, lost)).toBe(
    `apps cannot read its source -> ${message} -> spec.path is set in flux/apps.yaml:5.`,
  );
});

test('one that was never reconciled leads to its source too, or to who holds the cluster', () => {
  const apps = flux('apps', undefined);
  const failed = source('False', 'no such host');
  expect(sentenceOf({ kustomizations: [apps], sources: [failed] }, apps)).toBe(
    'apps cannot read its source -> GitRepository flux-system/shop failed: no such host.',
  );
  expect(sentenceOf({ kustomizations: [apps] }, apps)).toBe('apps has not been reconciled yet.');
  expect(sentenceOf({ kustomizations: [apps], cluster: { loop: 'observing' } }, apps)).toBe(
    'apps has not been reconciled yet: another loop holds dev.',
  );
});

test('what is on its way says how far it is', () => {
  const apps = flux('apps', ['Unknown', 'Progressing', 'Reconciliation in progress']);
  const phases = new Map([['Kustomization/flux-system/apps', { phase: 'applying', detail: '12 objects' } as const]]);
  expect(sentenceOf({ kustomizations: [apps], cluster: { phases } }, apps)).toBe('apps is applying 12 objects.');
  expect(sentenceOf({ kustomizations: [apps] }, apps)).toBe('apps is being reconciled: Reconciliation in progress.');
});

test('a build that fails leads to the line of the mistake, as long as the files have it', () => {
  const message = `kustomize build failed: apps/one.yaml:1:7: this '[' is not closed (and 2 more)`;
  const apps = flux('apps', ['False', 'BuildFailed', message]);
  expect(sentenceOf({ kustomizations: [apps] }, apps)).toBe(
    "apps does not build -> apps/one.yaml:1: this '[' is not closed (and 2 more).",
  );
  const files = {
    'flux/apps.yaml': fluxFile('apps'),
    'apps/one.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n',
  };
  expect(sentenceOf({ kustomizations: [apps], files }, apps)).toBe(
    "apps does not build -> apps/one.yaml:1: this '[' is not closed (and 2 more) -> the files as they are now build.",
  );
});

test('where the controller names no line, the mistake of the files does', () => {
  const apps = flux('apps', ['False', 'BuildFailed', 'kustomize build failed: accumulating resources']);
  const files = { 'flux/apps.yaml': fluxFile('apps'), 'apps/kustomization.yaml': 'resources:\n- lost.yaml\n' };
  expect(sentenceOf({ kustomizations: [apps], files }, apps)).toMatch(
    /^apps does not build -> accumulating resources -> apps\/kustomization\.yaml:2: .*lost\.yaml/,
  );
});

test('an apply that is refused names the object, and the line of the field that the message names', () => {
  const message =
    'Deployment/shop/web dry-run failed (Invalid): Deployment.apps "web" is invalid: spec.selector: Invalid value: {}: field is immutable\nService/shop/web created';
  const apps = flux('apps', ['False', 'ReconciliationFailed', message]);
  const files = {
    'flux/apps.yaml': fluxFile('apps'),
    'apps/web.yaml':
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec:\n  selector:\n    matchLabels: {app: web}\n',
  };
  expect(sentenceOf({ kustomizations: [apps], files }, apps)).toBe(
    'apps cannot be applied -> Deployment shop/web is refused: spec.selector: Invalid value: {}: field is immutable -> that field is set in apps/web.yaml:6.',
  );
  expect(sentenceOf({ kustomizations: [apps] }, apps)).toBe(
    `apps cannot be applied -> ${message.split('\n')[0] ?? ''}.`,
  );
});

test('the question before everything is pruned stands in the chain, how to answer it does not', () => {
  const message =
    'the build renders no objects, and all 3 that are in the cluster would be deleted (A/b): they stay. If they are to go, apply the plan';
  const apps = flux('apps', ['False', 'PruneFailed', message]);
  expect(sentenceOf({ kustomizations: [apps] }, apps)).toBe(
    'apps does not prune: the build renders no objects, and all 3 that are in the cluster would be deleted (A/b): they stay.',
  );
});

test('a deletion names what holds it', () => {
  const leaving = { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['finalizers.fluxcd.io'] };
  const apps = flux('apps', ready, leaving);
  expect(sentenceOf({ kustomizations: [apps] }, apps)).toBe('apps is being deleted -> finalizers.fluxcd.io holds it.');
  const pvc = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data', namespace: 'shop', ...leaving, finalizers: ['kubernetes.io/pvc-protection'] },
  };
  const owner = flux('apps', ready, { ...leaving, objects: ['shop_data__PersistentVolumeClaim'] });
  expect(sentenceOf({ kustomizations: [owner], live: [pvc] }, owner)).toBe(
    'apps is being deleted -> PersistentVolumeClaim shop/data is being deleted -> finalizer kubernetes.io/pvc-protection holds it.',
  );
});

test('the file that writes it says it at its kind and its name, after an edit too, and nowhere else', () => {
  const apps = flux('apps', ready, { spec: { suspend: true } });
  const files = { 'flux/apps.yaml': fluxFile('apps', 'suspend: true') };
  const { state } = stateOf({ kustomizations: [apps], files });
  const edited = { 'flux/apps.yaml': `# mine\n${files['flux/apps.yaml']}` };
  const at = (mark: string, behind: string): (string | undefined)[] | undefined => {
    const found = whyInFile(state, cursorAt(edited, 'flux/apps.yaml', mark, behind));
    return found?.clusters.map((one) => `${one.cluster}: ${whySentence(one.why.links)}`);
  };
  const said = ['dev: apps is suspended -> spec.suspend is set in flux/apps.yaml:7.'];
  expect([at('apps', 'name: '), at('Kustomization', 'kind: '), at('GitRepository', '')]).toEqual([
    said,
    said,
    undefined,
  ]);
  const other = stateOf({ kustomizations: [flux('apps', ready)], files });
  expect(whyInFile(other.state, cursorAt(files, 'flux/apps.yaml', 'apps', 'name: '))).toBeUndefined();
});
