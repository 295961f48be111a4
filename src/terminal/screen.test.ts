// What `run` says beside its rows: the warnings of builds, once each.
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import type { LoopRow } from '../present/loopTable.ts';
import type { LoopEvent } from '../reconcile/loopEvent.ts';
import { lineScreen, tableScreen } from './screen.ts';

const owner = {
  group: 'kustomize.toolkit.fluxcd.io',
  version: 'v1',
  kind: 'Kustomization',
  namespace: 'flux',
  name: 'app',
};
const built = (...messages: string[]): LoopEvent => ({
  type: 'rendered',
  owner,
  revision: 'main',
  manifests: [],
  findings: messages.map((message) => ({ code: 'patch-no-match', severity: 'warning', message })),
});

function paper(): { out: Writable; text: () => string } {
  let text = '';
  const out = new Writable({ write: (chunk, _, done) => ((text += String(chunk)), done()) });
  return { out, text: () => text };
}

test('a warning of a build is said once, whoever builds it again', () => {
  const { out, text } = paper();
  const screen = lineScreen(out);
  for (const event of [
    built('patch matches nothing'),
    built('patch matches nothing'),
    built('another', 'patch matches nothing'),
  ])
    screen.event(event);
  expect(text()).toBe('! patch matches nothing\n! another\n');
});

test('under the table the warnings of the last build stand, each in one line', () => {
  const { out, text } = paper();
  const screen = tableScreen(out, 'title', 20);
  screen.event(built('a patch that matches nothing'));
  screen.event(built());
  const drawings = text().split('\u001b[J').slice(1);
  expect(drawings[0]?.split('\n')).toContain('! a patch that matc…');
  expect(drawings[1]).not.toContain('!');
});

test('a row that has failed ends with why; below a table, which has no room for that, it stands alone', () => {
  const row: LoopRow = {
    kind: 'Kustomization',
    name: 'flux/app',
    ready: 'False',
    state: 'failed',
    status: 'health check failed',
    revision: '',
    why: 'app is not healthy -> Deployment web has 0 of 1 replicas.',
  };
  const lines = paper();
  lineScreen(lines.out).rows([row]);
  expect(lines.text()).toBe(`✗ Kustomization flux/app: failed: ${row.why}\n`);
  const table = paper();
  tableScreen(table.out, 'title', 60).end([row]);
  expect(table.text().split('\n').slice(-3)).toEqual([
    expect.stringMatching(/^Kustomization +flux\/app +False +health check/),
    `✗ Kustomization flux/app: failed: ${row.why}`,
    '',
  ]);
});

test('a table is redrawn from its first line on, also where a line is longer than the screen is wide', () => {
  const { out, text } = paper();
  const screen = tableScreen(out, 'x'.repeat(150), 60);
  screen.rows([]);
  screen.rows([]);
  // Three of the title, an empty one and the header.
  expect(text().split('\u001b[J')[1]?.endsWith('\u001b[5A')).toBe(true);
});
