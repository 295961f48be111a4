// The table of the loop on screens of two widths: what has no room goes, and the names stay.
import { expect, test } from 'vitest';
import { loopTable } from './loopTable.ts';
import type { LoopRow } from './loopTable.ts';

const row: LoopRow = {
  kind: 'Kustomization',
  name: 'flux-system/infrastructure',
  ready: 'True',
  state: 'ready',
  status: 'Applied revision: main@447c4e0',
  revision: 'main@447c4e0',
};

test('a wide screen has all columns', () => {
  expect(loopTable([row], 120)).toBe(
    [
      'KIND            NAME                         READY   STATUS                           REVISION',
      'Kustomization   flux-system/infrastructure   True    Applied revision: main@447c4e0   main@447c4e0',
      '',
    ].join('\n'),
  );
});

test('on a narrow one the status has the room of the revision, and no line is too long', () => {
  expect(loopTable([row], 80)).toBe(
    [
      'KIND            NAME                         READY   STATUS',
      'Kustomization   flux-system/infrastructure   True    Applied revision: main@447…',
      '',
    ].join('\n'),
  );
});
