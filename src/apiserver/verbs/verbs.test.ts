// The verbs, through the whole request path but without sockets.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CONFIG_MAPS, configMap, inProcess } from '../../../test/apiserver/inProcess.ts';
import type { Answered, InProcess } from '../../../test/apiserver/inProcess.ts';
import { getList, getPath, getString } from '../../model/json.ts';

let api: InProcess;
beforeAll(async () => {
  api = await inProcess();
});
afterAll(() => api.dispose());

const version = (answer: Answered): string => getString(answer.body, 'metadata', 'resourceVersion') ?? '';
const namesOf = (answer: Answered): unknown[] =>
  (getList(answer.body, 'items') ?? []).map((item) => getString(item, 'metadata', 'name'));

test('an update with an old resourceVersion is a conflict', () => {
  const first = api.post(CONFIG_MAPS, configMap('conflict'));
  expect(api.patch(`${CONFIG_MAPS}/conflict`, { data: { a: '1' } }).code).toBe(200);
  const stale = api.put(`${CONFIG_MAPS}/conflict`, {
    ...configMap('conflict'),
    metadata: { name: 'conflict', resourceVersion: version(first) },
  });
  expect(stale.code).toBe(409);
  expect(stale.body['reason']).toBe('Conflict');
});

test('a change that changes nothing keeps its resourceVersion', () => {
  const made = api.post(CONFIG_MAPS, configMap('same', { a: '1' }));
  expect(version(api.patch(`${CONFIG_MAPS}/same`, { data: { a: '1' } }))).toBe(version(made));
});

test('a dry run stores nothing', () => {
  expect(api.post(`${CONFIG_MAPS}?dryRun=All`, configMap('dry')).code).toBe(201);
  expect(api.get(`${CONFIG_MAPS}/dry`).code).toBe(404);
});

test('pages of a list belong to one revision, whatever happens in between', () => {
  for (const name of ['p1', 'p2', 'p3', 'p4'])
    api.post(CONFIG_MAPS, { ...configMap(name), metadata: { name, labels: { page: 'y' } } });
  const first = api.get(`${CONFIG_MAPS}?labelSelector=page%3Dy&limit=2`);
  api.delete(`${CONFIG_MAPS}/p3`);
  const token = getString(first.body, 'metadata', 'continue') ?? '';
  const second = api.get(`${CONFIG_MAPS}?labelSelector=page%3Dy&limit=2&continue=${token}`);
  expect([...namesOf(first), ...namesOf(second)]).toEqual(['p1', 'p2', 'p3', 'p4']);
});

test('a watch goes on from a revision, and sees objects enter and leave its selector', () => {
  const from = version(api.get(CONFIG_MAPS));
  api.post(CONFIG_MAPS, { ...configMap('seen'), metadata: { name: 'seen', labels: { w: 'y' } } });
  const watch = api.watch(`${CONFIG_MAPS}?watch=true&labelSelector=w%3Dy&resourceVersion=${from}`);
  api.patch(`${CONFIG_MAPS}/seen`, { data: { a: '1' } });
  api.patch(`${CONFIG_MAPS}/seen`, { metadata: { labels: { w: 'n' } } });
  api.patch(`${CONFIG_MAPS}/seen`, { data: { a: '2' } });
  watch.stop();
  api.delete(`${CONFIG_MAPS}/seen`);
  expect(watch.events).toEqual(['ADDED seen', 'MODIFIED seen', 'DELETED seen']);
});

test('a watch from a forgotten revision is told so and ends', () => {
  api.server.handling.api.store.compact();
  const watch = api.watch(`${CONFIG_MAPS}?watch=true&resourceVersion=1`);
  expect(watch.events).toEqual(['ERROR 410']);
  expect(watch.ended()).toBe(true);
});

test('a resourceVersion of the future is a timeout that can be tried again', () => {
  const answer = api.get(`${CONFIG_MAPS}?resourceVersion=999999999`);
  expect(answer.code).toBe(504);
  expect(getPath(answer.body, 'details', 'causes', 0, 'reason')).toBe('ResourceVersionTooLarge');
});

test('an object with finalizers waits for them', () => {
  api.post(CONFIG_MAPS, { ...configMap('held'), metadata: { name: 'held', finalizers: ['example.dev/hold'] } });
  expect(getString(api.delete(`${CONFIG_MAPS}/held`).body, 'metadata', 'deletionTimestamp')).toBeDefined();
  expect(api.get(`${CONFIG_MAPS}/held`).code).toBe(200);
  expect(api.patch(`${CONFIG_MAPS}/held`, { metadata: { finalizers: null } }).code).toBe(200);
  expect(api.get(`${CONFIG_MAPS}/held`).code).toBe(404);
});

test('two appliers: a conflict, then force', () => {
  const apply = (manager: string, value: string, force = false): Answered =>
    api.patch(
      `${CONFIG_MAPS}/applied?fieldManager=${manager}&force=${String(force)}`,
      configMap('applied', { k: value }),
      'apply',
    );
  expect(apply('one', '1').code).toBe(201);
  expect(apply('two', '2').body['message']).toBe('Apply failed with 1 conflict: conflict with "one": .data.k');
  expect(getString(apply('two', '2', true).body, 'data', 'k')).toBe('2');
});

test('unknown fields: ignored, warned of, or refused', () => {
  const body = { ...configMap('unknown'), bogus: 1 };
  expect(api.post(`${CONFIG_MAPS}?dryRun=All`, body).warnings).toEqual(['unknown field "bogus"']);
  expect(api.post(`${CONFIG_MAPS}?dryRun=All&fieldValidation=Ignore`, body).warnings).toEqual([]);
  expect(api.post(`${CONFIG_MAPS}?dryRun=All&fieldValidation=Strict`, body).code).toBe(400);
});

test('state, and the end of history, survive a restart', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'restart-'));
  const first = await inProcess({ dataDir });
  const made = version(first.post(CONFIG_MAPS, configMap('kept', { a: '1' })));
  await first.dispose();
  const second = await inProcess({ dataDir });
  expect(getString(second.get(`${CONFIG_MAPS}/kept`).body, 'data', 'a')).toBe('1');
  expect(second.watch(`${CONFIG_MAPS}?watch=true&resourceVersion=${made}`).events).toEqual(['ERROR 410']);
  expect(Number(version(second.post(CONFIG_MAPS, configMap('new'))))).toBeGreaterThan(Number(made));
  await second.dispose();
  rmSync(dataDir, { recursive: true, force: true });
});
