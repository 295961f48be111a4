import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
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
