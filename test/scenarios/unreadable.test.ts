// A folder of the source that the user may not read. Root reads everything, so what is served stands in for it.
import { expect, test } from 'vitest';
import type { Sources } from '../../src/reconcile/deps.ts';
import { getCondition } from '../../src/reconcile/conditions.ts';
import type { TreeSnapshot } from '../../src/source/tree.ts';
import { treeSnapshot } from '../../src/source/tree.ts';
import { withUnreadable } from '../../src/source/unreadable.ts';
import { configMap, kustomization, makeRepository, openScenario } from './cluster.ts';

/** The folder as its owner would leave it to us: named, and nothing of it known. */
function without(snapshot: TreeSnapshot, folder: string): TreeSnapshot {
  const known = snapshot.paths().filter((path) => !path.startsWith(`${folder}/`));
  const files = new Map(known.map((path) => [path, snapshot.bytes(path) ?? new Uint8Array()]));
  return withUnreadable(treeSnapshot(files, snapshot.revision), new Map([[folder, 'directory']]));
}

test('P10: a folder that may not be read is not taken for an empty one: nothing is deleted, and it is named', async () => {
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
    });
  const scenario = await openScenario(make, {}, { sources: inFront });
  const ready = async (): Promise<string> => {
    const { reason, message } = getCondition((await scenario.kustomization('a')) ?? {}, 'Ready') ?? {};
    return `${reason}: ${message}`;
  };
  await scenario.ready('a', 'b');
  forbidden = true;
  await scenario.commit({ 'a/two.yaml': configMap('two', 'second'), 'b/three.yaml': configMap('three', 'second') });
  await scenario.until('a says so', async () => (await ready()).startsWith('ArtifactFailed: a/more cannot be read'));
  await scenario.ready('b');
  expect((await scenario.configMap('one'))?.['data']).toEqual({ value: 'first' });
  expect((await scenario.configMap('two'))?.['data']).toEqual({ value: 'first' });
  forbidden = false;
  await scenario.commit({ 'a/two.yaml': configMap('two', 'third') });
  await scenario.ready('a');
});
