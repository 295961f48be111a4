// A GitRepository that is fetched over HTTP from the real git, and what goes wrong on the way: the condition says it, the last
// artifact and all that was applied of it stay, and the next fetch heals. The numbers are those of the list of faults.
import { execFileSync } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/model/clock.ts';
import { getList, getPath, getString } from '../../src/model/json.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { silentLog } from '../../src/model/log.ts';
import { getCondition } from '../../src/reconcile/conditions.ts';
import { GIT_REPOSITORY } from '../../src/reconcile/fluxKinds.ts';
import { createSources } from '../../src/reconcile/gitRepository/sources.ts';
import { openGitRemote } from '../real/gitRemote.ts';
import type { GitRemote } from '../real/gitRemote.ts';
import type { GitServer } from '../real/gitServer.ts';
import { configMap, kustomization, NAMESPACE, openScenario, signal } from './cluster.ts';
import type { Scenario } from './cluster.ts';

const SOURCE = { ...GIT_REPOSITORY, namespace: NAMESPACE, name: 'far' };

async function open(): Promise<{ remote: GitRemote; scenario: Scenario }> {
  const remote = await openGitRemote();
  remote.commit(configMap('one', 'first'));
  const sources = createSources({ cacheDir: remote.cache, log: silentLog, clock: systemClock });
  onTestFinished(() => sources.dispose());
  const spec = `spec: {interval: 10m, url: "${remote.server.url}/app.git", ref: {branch: main}}`;
  const head = `apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: far, namespace: ${NAMESPACE}}\n`;
  const scenario = await openScenario(
    {
      'clusters/dev/far.yaml': `${head}${spec}\n`,
      'clusters/dev/app.yaml': kustomization('app', './').replace('name: test', 'name: far'),
    },
    {},
    {
      sources: (own) => ({
        ...own,
        fetch: (repository, ...rest) =>
          (getString(repository, 'metadata', 'name') === 'far' ? sources : own).fetch(repository, ...rest),
      }),
    },
  );
  await scenario.until('it is applied', async () => (await value(scenario)) === 'first');
  return { remote, scenario };
}

const value = async (scenario: Scenario): Promise<string | undefined> =>
  getString(await scenario.configMap('one'), 'data', 'value');

const source = async (scenario: Scenario): Promise<JsonObject> => (await scenario.client.get(SOURCE, signal)) ?? {};

/** What must not be touched by a fetch that fails. */
async function kept(scenario: Scenario): Promise<unknown[]> {
  const inventory = getList(await scenario.kustomization('app'), 'status', 'inventory', 'entries');
  const artifact = getPath(await source(scenario), 'status', 'artifact', 'revision');
  return [await value(scenario), artifact, inventory];
}

const answer =
  (code: number, text = 'no'): GitServer['fault'] =>
  (_, response) => (response.writeHead(code).end(text), true);
const RESULT = { 'content-type': 'application/x-git-upload-pack-result' };
const cutPack: GitServer['fault'] = (request, response) => {
  if (request.method === 'POST') response.writeHead(200, RESULT).end('0008NAK\n0025\x01PACK\0\0\0\x02\0\0\0\x03x');
  return request.method === 'POST';
};
const reset: GitServer['fault'] = (request) => (request.socket.resetAndDestroy(), true);

test.each<[string, GitServer['fault'], RegExp]>([
  ['G1: a pack that is cut off', cutPack, /missing|cannot be read/],
  ['G3: a connection that is reset', reset, /ECONNRESET|socket hang up/],
  ['G6: a login that is refused', answer(401), /authentication required/],
  ['G6: a page of a portal', answer(200, '<html>Sign in</html>'), /does not answer as a Git server/],
  [
    'G8: redirects without end',
    (request, response) => (response.writeHead(302, { location: request.url }).end(), true),
    /redirects without end/,
  ],
])('%s: it is said, what was applied stays, and the next fetch heals', async (_, fault, words) => {
  const { remote, scenario } = await open();
  const before = await kept(scenario);
  remote.commit(configMap('one', 'second'));
  remote.server.fault = fault;
  await scenario.loop.reconcile(SOURCE, {}, signal);
  const condition = getCondition(await source(scenario), 'FetchFailed');
  expect([condition?.status, condition?.message]).toEqual(['True', expect.stringMatching(words)]);
  expect(await kept(scenario)).toEqual(before);
  remote.server.fault = undefined;
  await scenario.loop.reconcile(SOURCE, {}, signal);
  await scenario.until('it heals', async () => (await value(scenario)) === 'second');
});

test('G10: a branch that is gone upstream: nothing is pruned, and it comes back', async () => {
  const { remote, scenario } = await open();
  const before = await kept(scenario);
  remote.git('--git-dir', remote.served, 'update-ref', '-d', 'refs/heads/main');
  remote.git('push', '-q', 'origin', 'HEAD:refs/heads/other');
  await scenario.loop.reconcile(SOURCE, {}, signal);
  expect(getCondition(await source(scenario), 'FetchFailed')?.message).toContain('"refs/heads/main"');
  expect(await kept(scenario)).toEqual(before);
  remote.commit(configMap('one', 'second'));
  await scenario.loop.reconcile(SOURCE, {}, signal);
  await scenario.until('it heals', async () => (await value(scenario)) === 'second');
});

test('G13: a commit with a name that no source may have is refused, and what was applied stays', async () => {
  const { remote, scenario } = await open();
  const before = await kept(scenario);
  const git = (input: string | Buffer, ...args: string[]): string =>
    execFileSync('git', ['--git-dir', remote.served, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      input,
      encoding: 'utf8',
    }).trim();
  const blob = git('evil', 'hash-object', '-w', '--stdin');
  const entry = Buffer.concat([Buffer.from('100644 ..\0'), Buffer.from(blob, 'hex')]);
  const tree = git(entry, 'hash-object', '--literally', '-t', 'tree', '-w', '--stdin');
  git('', 'update-ref', 'refs/heads/main', git('crafted', 'commit-tree', tree));
  await scenario.loop.reconcile(SOURCE, {}, signal);
  expect(getCondition(await source(scenario), 'FetchFailed')?.message).toContain('the name ".." is not allowed');
  expect(await kept(scenario)).toEqual(before);
});

test('G18, G19: a submodule that is not fetched and a pointer of Git LFS are told as events', async () => {
  const { remote, scenario } = await open();
  const pointer = remote.commit('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n');
  remote.git('update-index', '--add', '--cacheinfo', `160000,${pointer},libs/a`);
  remote.git('commit', '-q', '-m', 'submodule');
  remote.git('push', '-q', 'origin', 'main');
  await scenario.loop.reconcile(SOURCE, {}, signal);
  const told = scenario.events.flatMap((event) =>
    event.type === 'event' && event.reason === 'Incomplete' ? [event.message] : [],
  );
  expect(told).toEqual([
    'submodule "libs/a" is not fetched: set spec.recurseSubmodules if its files are needed',
    '"a.yaml" is a Git LFS pointer: the file behind it is not fetched',
  ]);
});
