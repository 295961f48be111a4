import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { isAllowedHost } from './allowedHosts.ts';
import { createFetch } from './fetcher.ts';

const signal = AbortSignal.timeout(10_000);
const open: (() => void)[] = [];
afterEach(() => open.splice(0).forEach((close) => close()));

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const fetchFrom = (...allowedHosts: string[]): ReturnType<typeof createFetch> =>
  createFetch({ allowedHosts, cacheDir: '/nonexistent' });

test('asks only hosts that are allowed', async () => {
  let asked = 0;
  const host = await serve((_, response) => void ((asked += 1), response.end('a: 1')));
  const url = `http://${host}/a.yaml`;
  expect(await fetchFrom('example.com')({ kind: 'file', url }, signal)).toMatchObject({ kind: 'refused' });
  expect(asked).toBe(0);
  expect(await fetchFrom(host)({ kind: 'file', url }, signal)).toEqual({ kind: 'text', text: 'a: 1' });
});

test('does not follow a redirect to a host that is not allowed', async () => {
  const other = await serve((_, response) => response.end('secret'));
  const host = await serve((_, response) => response.writeHead(302, { location: `http://${other}/` }).end());
  const answer = await fetchFrom(host)({ kind: 'file', url: `http://${host}/a.yaml` }, signal);
  expect(answer).toMatchObject({ kind: 'failed', reason: expect.stringContaining('which is not allowed') as string });
});

test('asks no ssh server that is not allowed, and starts nothing for it', async () => {
  const wanted = { kind: 'repository', ref: '', submodules: true, timeoutMs: 1000 } as const;
  for (const url of ['ssh://git@example.com/x/y', 'git@example.com:x/y.git', 'example.com:x/y'])
    expect(await fetchFrom('example.org')({ ...wanted, url }, signal)).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining("'example.com' is not among the allowed hosts") as string,
    });
});

test('a repository that takes too long is given up, with what gives it more time', async () => {
  const host = await serve(() => undefined);
  const cacheDir = mkdtempSync(join(tmpdir(), 'plumbline-fetch-'));
  open.push(() => rmSync(cacheDir, { recursive: true }));
  const wanted = { kind: 'repository', ref: '', submodules: true, timeoutMs: 20, url: `http://${host}/x/y` } as const;
  expect(await createFetch({ allowedHosts: [host], cacheDir })(wanted, signal)).toEqual({
    kind: 'failed',
    reason: 'it took longer than 0.02 s: give it more time with ?timeout=1',
  });
});

test('runs no helm unless it is allowed', async () => {
  const template = { kind: 'template', chart: new Map(), name: 'a', values: [], args: [] } as const;
  expect(await fetchFrom()(template, signal)).toMatchObject({ kind: 'refused' });
});

test.each([
  ['https://example.com/x', ['example.com'], true],
  ['https://example.com:8443/x', ['example.com'], true],
  ['https://example.com:8443/x', ['example.com:443'], false],
  ['https://git.example.com/x', ['example.com'], false],
  ['https://git.example.com/x', ['*.example.com'], true],
  ['https://badexample.com/x', ['*.example.com'], false],
  ['file:///srv/x', ['localhost'], false],
  ['file:///srv/x', ['file'], true],
])('%s with %j allowed: %s', (url, allowed, expected) => {
  expect(isAllowedHost(new URL(url), allowed)).toBe(expected);
});
