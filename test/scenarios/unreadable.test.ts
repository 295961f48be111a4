// A folder of the source that the user may not read. Root reads everything, so what is served stands in for it.
import { expect, test } from 'vitest';
import { getList } from '../../src/model/json.ts';
import type { Sources } from '../../src/reconcile/deps.ts';
import { getCondition } from '../../src/reconcile/conditions.ts';
import type { TreeSnapshot } from '../../src/source/tree.ts';
import { treeSnapshot } from '../../src/source/tree.ts';
import { withUnreadable } from '../../src/source/unreadable.ts';
import { configMap, kustomization, makeRepository, openScenario } from './cluster.ts';
import type { Scenario } from './cluster.ts';

/** The folder as its owner would leave it to us: named, and nothing of it known. */
function without(snapshot: TreeSnapshot, folder: string): TreeSnapshot {
  const known = snapshot.paths().filter((path) => !path.startsWith(`${folder}/`));
  const files = new Map(known.map((path) => [path, snapshot.bytes(path) ?? new Uint8Array()]));
  return withUnreadable(treeSnapshot(files, snapshot.revision), new Map([[folder, 'directory']]));
}

interface World extends Scenario {
  /** From the next commit on. */
  forbid(isForbidden: boolean): void;
  /** Reason and message of a Kustomization. */
  said(name: string): Promise<string>;
}

/** Two Kustomizations of one source, of which a folder of the first may be forbidden. */
async function open(): Promise<World> {
  let forbidden = false;
  const inFront = (own: Sources): Sources => ({
    ...own,
    async fetch(...request) {
      const fetched = await own.fetch(...request);
      return forbidden ? { ...fetched, snapshot: without(fetched.snapshot as TreeSnapshot, 'a/more') } : fetched;
    },
  });
  const make = (root: string): Promise<void> =>
    makeRepository(root, {
      'clusters/dev/a.yaml': kustomization('a', './a'),
      'clusters/dev/b.yaml': kustomization('b', './b'),
      'a/more/one.yaml': configMap('one', 'first'),
      'a/two.yaml': configMap('two', 'first'),
      'b/three.yaml': configMap('three', 'first'),
      'b/four.yaml': configMap('four', 'first'),
    });
  const scenario = await openScenario(make, {}, { sources: inFront });
  await scenario.ready('a', 'b');
  return Object.assign(scenario, {
    forbid: (isForbidden: boolean) => {
      forbidden = isForbidden;
    },
    said: async (name: string): Promise<string> => {
      const { reason, message } = getCondition((await scenario.kustomization(name)) ?? {}, 'Ready') ?? {};
      return `${reason}: ${message}`;
    },
  });
}

const FORBIDDEN = 'ArtifactFailed: a/more cannot be read';

test('P10: a folder that may not be read is not taken for an empty one: nothing is deleted, and it is named', async () => {
  const scenario = await open();
  scenario.forbid(true);
  await scenario.commit({ 'a/two.yaml': configMap('two', 'second'), 'b/three.yaml': configMap('three', 'second') });
  await scenario.until('a says so', async () => (await scenario.said('a')).startsWith(FORBIDDEN));
  await scenario.ready('b');
  expect((await scenario.configMap('one'))?.['data']).toEqual({ value: 'first' });
  expect((await scenario.configMap('two'))?.['data']).toEqual({ value: 'first' });
  scenario.forbid(false);
  await scenario.commit({ 'a/two.yaml': configMap('two', 'third') });
  await scenario.ready('a');
});

test('P10: while it cannot be known whether another one takes an object, it stays, and stays owned', async () => {
  const scenario = await open();
  scenario.forbid(true);
  await scenario.commit({ 'b/three.yaml': null, 'b/four.yaml': configMap('four', 'second') });
  await scenario.until('b says so', async () => (await scenario.said('b')).startsWith(FORBIDDEN));
  expect(await scenario.configMap('three')).toBeDefined();
  expect(getList(await scenario.kustomization('b'), 'status', 'inventory', 'entries')).toHaveLength(2);
  scenario.forbid(false);
  await scenario.commit({ 'b/four.yaml': configMap('four', 'third') });
  await scenario.ready('b');
  expect(await scenario.configMap('three')).toBeUndefined();
});
