// A mistake in a stage ends one rendering, not the engine: the other roots live, and the next edit tries again.
import { expect, test } from 'vitest';
import { silentLog } from '../model/log.ts';
import { memorySnapshot } from '../source/memory.ts';
import { createFiles } from './files.ts';
import { reduce } from './reduce.ts';
import { initialState } from './state.ts';
import type { WorkspaceState } from './state.ts';

test('a stage that throws is told at its root, and is tried again', () => {
  let broken = true;
  const turns: (() => void)[] = [];
  let state: WorkspaceState = initialState('/repo', true);
  const files = createFiles({
    state: () => state,
    emit: (event) => (state = reduce(state, event)),
    open: (overlay) =>
      Object.assign(
        memorySnapshot({ 'a/kustomization.yaml': '', 'b/kustomization.yaml': '', ...Object.fromEntries(overlay) }),
        { invalidate: () => undefined },
      ),
    stages: {
      build: (_, path) => {
        if (path === 'a' && broken) throw new TypeError('a bug');
        return { manifests: [], findings: [], files: new Set([`${path}/kustomization.yaml`]), wanted: [] };
      },
      render: () => ({ manifests: [], findings: [], files: new Set(), wanted: [] }),
      validate: () => [],
    },
    variables: () => undefined,
    clock: { now: () => 0, after: (_, callback) => (turns.push(callback), () => undefined) },
    log: silentLog,
    onRendered: () => undefined,
  });
  const run = (): void => {
    for (let turn = turns.shift(); turn; turn = turns.shift()) turn();
  };
  const codes = (root: string): string[] | undefined =>
    state.renderings.get(root)?.findings.map((finding) => finding.code);

  files.start();
  run();
  expect([codes('a'), codes('b')]).toEqual([['render-failed'], []]);
  broken = false;
  files.setBuffer('base/anything.yaml', 'a: 1\n', true);
  run();
  expect(codes('a')).toEqual([]);
});
