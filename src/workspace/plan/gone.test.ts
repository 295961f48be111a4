// What a root has lost is remembered while a cluster still has it.
import { expect, test } from 'vitest';
import { manifestRef } from '../../model/manifest.ts';
import type { Manifest } from '../../model/manifest.ts';
import { nodeOfJson } from '../../yaml/nodeOfJson.ts';
import { goneFrom } from './gone.ts';

function named(name: string): Manifest {
  const node = nodeOfJson({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
  if (node.kind !== 'map') throw new Error('an object is a map');
  return { node };
}

const names = (manifests: readonly Manifest[]): string[] => manifests.map((one) => manifestRef(one).name);
const isThere = (key: string): boolean => key.endsWith('/a') || key.endsWith('/b');

test('what leaves is gone until it is made again, or the cluster has it no more', () => {
  const [a, b, typed] = [named('a'), named('b'), named('typed')];
  const before = { lastGood: [a, b, typed] };
  expect(names(goneFrom(before, [b], isThere))).toEqual(['a']);
  expect(names(goneFrom(before, [named('a'), b], isThere))).toEqual([]);
  expect(names(goneFrom({ lastGood: [b], gone: [a] }, [], isThere))).toEqual(['a', 'b']);
  expect(names(goneFrom({ lastGood: [b], gone: [a] }, [b, named('a')], isThere))).toEqual([]);
  expect(names(goneFrom({ lastGood: [b], gone: [a] }, [b, typed], () => false))).toEqual([]);
});
