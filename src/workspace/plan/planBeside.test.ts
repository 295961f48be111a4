// What the quick plan of one Kustomization says of the others: the same warning as the plan of the whole tree.
import { expect, test } from 'vitest';
import type { JsonObject } from '../../model/json.ts';
import type { Manifest } from '../../model/manifest.ts';
import type { Plan } from '../../diff/plan/plan.ts';
import type { KubeReader } from '../../kube/client.ts';
import { nodeOfJson } from '../../yaml/nodeOfJson.ts';
import { besides } from './planBeside.ts';
import type { Beside } from './planBeside.ts';

function kustomization(name: string, spec: JsonObject = {}): JsonObject {
  const apiVersion = 'kustomize.toolkit.fluxcd.io/v1';
  const sourceRef = { kind: 'GitRepository', name: 'shop' };
  return {
    apiVersion,
    kind: 'Kustomization',
    metadata: { name, namespace: 'flux-system' },
    spec: { sourceRef, ...spec },
  };
}

function manifest(object: JsonObject): Manifest {
  const node = nodeOfJson(object);
  if (node.kind !== 'map') throw new Error('an object is a map');
  return { node };
}

const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'later' } };
const brings = (written: JsonObject, live = written): Beside => ({
  kustomization: live,
  written,
  manifests: [manifest(namespace)],
});
const plan: Plan = {
  kustomization: 'flux-system/app',
  revision: '',
  server: '',
  confirmed: false,
  entries: [
    {
      ref: { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'later', name: 'one' },
      action: 'create',
      stage: 'rest',
      reason: '',
      changes: [],
    },
  ],
  findings: [],
};

async function warnings(app: JsonObject, other: Beside, there: readonly string[] = []): Promise<string[]> {
  const get = async (ref: { name: string }): Promise<JsonObject | undefined> =>
    there.includes(ref.name) ? namespace : undefined;
  const reader = { get } as unknown as KubeReader;
  const { early } = await besides(app, [other], reader, new AbortController().signal);
  return early(plan).map(({ message }) => message);
}

const WARNING =
  'ConfigMap/later/one needs Namespace/later, which flux-system/base brings: without dependsOn it may come too early, and is tried again after spec.retryInterval';

test('what another one brings may come too early, until the file waits for it', async () => {
  const base = brings(kustomization('base'));
  expect(await warnings(kustomization('app'), base)).toEqual([WARNING]);
  expect(await warnings(kustomization('app', { dependsOn: [{ name: 'base' }] }), base)).toEqual([]);
});

test('nothing is said of what is there, goes elsewhere, comes after it, or is not applied', async () => {
  const app = kustomization('app');
  expect(await warnings(app, brings(kustomization('base')), ['later'])).toEqual([]);
  expect(await warnings(app, brings(kustomization('base', { kubeConfig: { secretRef: { name: 'other' } } })))).toEqual(
    [],
  );
  expect(await warnings(app, brings(kustomization('base', { dependsOn: [{ name: 'app' }] })))).toEqual([]);
  expect(await warnings(app, brings(kustomization('base'), kustomization('base', { suspend: true })))).toEqual([]);
});
