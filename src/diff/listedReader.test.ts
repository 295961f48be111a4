// What a plan reads by lists is what it would have read one by one.
import { expect, test } from 'vitest';
import { entryOf } from '../model/inventory.ts';
import type { JsonObject } from '../model/json.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import type { KubeReader } from '../kube/client.ts';
import { listedReader } from './listedReader.ts';

const owner = { namespace: 'flux-system', name: 'app' };
const refOf = (name: string): ObjectRef => ({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  namespace: 'default',
  name,
});
const refs = Array.from({ length: 20 }, (_, i) => refOf(`c${i}`));

/** A cluster with all of them, of which the first has lost its labels. `asked` notes every question. */
function cluster(asked: string[], mayList: boolean): KubeReader {
  const object = ({ name }: ObjectRef): JsonObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
  return {
    resourceType: async (gvk) => ({
      ...gvk,
      plural: 'configmaps',
      namespaced: true,
      verbs: [],
      subresources: [],
      singular: '',
      shortNames: [],
      categories: [],
    }),
    resourceTypes: async () => [],
    get: async (ref) => {
      asked.push(`get ${ref.name}`);
      return refs.some(({ name }) => name === ref.name) ? object(ref) : undefined;
    },
    list: async (_, { namespace, labelSelector }) => {
      asked.push(`list ${namespace} ${labelSelector}`);
      if (!mayList) throw new Error('forbidden');
      return { items: refs.slice(1).map(object), resourceVersion: '1' };
    },
  };
}

const SELECTOR = 'kustomize.toolkit.fluxcd.io/name=app,kustomize.toolkit.fluxcd.io/namespace=flux-system';

test('many of a kind are listed once, and what the list does not show is asked for', async () => {
  const asked: string[] = [];
  const reader = listedReader(cluster(asked, true), refs.map(entryOf), owner);
  const found = await Promise.all([...refs, refOf('gone')].map((ref) => reader.get(ref)));
  expect(found.map((object) => object !== undefined)).toEqual([...refs.map(() => true), false]);
  expect(asked).toEqual([`list default ${SELECTOR}`, 'get c0', 'get gone']);
});

test('few of a kind, and kinds that may not be listed, are asked for one by one', async () => {
  const asked: string[] = [];
  const few = refs.slice(0, 2);
  for (const ref of few) await listedReader(cluster(asked, true), few.map(entryOf), owner).get(ref);
  expect(asked.splice(0)).toEqual(['get c0', 'get c1']);
  const reader = listedReader(cluster(asked, false), refs.map(entryOf), owner);
  expect(await reader.get(refOf('c5'))).toBeDefined();
  expect(asked).toEqual([`list default ${SELECTOR}`, 'get c5']);
});
