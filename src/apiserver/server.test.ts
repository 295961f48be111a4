// The listener as a client meets it: TLS, tokens, what browsers may not do, files that only the owner reads.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:http2';
import { request } from 'node:https';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../model/clock.ts';
import { silentLog } from '../model/log.ts';
import { startApiServer } from './server.ts';
import type { ApiServer } from './server.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'server-'));
let server: ApiServer;
let ca = '';
beforeAll(async () => {
  server = await startApiServer({ dataDir, log: silentLog, clock: systemClock, controllers: false });
  ca = readFileSync(join(dataDir, 'pki', 'ca.crt'), 'utf8');
});
afterAll(async () => {
  await server.dispose();
  rmSync(dataDir, { recursive: true, force: true });
});

function call(
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
  body = '',
): Promise<{ code: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      `${server.url}${path}`,
      { ca, headers, method, agent: false, servername: 'localhost' },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ code: response.statusCode ?? 0, text }));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

const token = (): Record<string, string> => ({ Authorization: `Bearer ${server.token}` });

test('health is for everybody, the rest for the bearer of the token', async () => {
  expect(await call('/readyz')).toEqual({ code: 200, text: 'ok' });
  expect((await call('/api/v1/namespaces')).code).toBe(403);
  expect((await call('/api/v1/namespaces', { Authorization: 'Bearer wrong' })).code).toBe(401);
  expect((await call('/api/v1/namespaces', token())).code).toBe(200);
});

test('a page in a browser is refused, whatever name it found the server under', async () => {
  expect((await call('/api/v1/namespaces', { ...token(), Origin: 'https://evil.example' })).code).toBe(403);
  expect((await call('/api/v1/namespaces', { ...token(), Host: `evil.example:${server.port}` })).code).toBe(403);
  expect((await call('/api/v1/namespaces', { ...token(), Host: `localhost:${server.port}` })).code).toBe(200);
});

test('HTTP/2 is spoken too', async () => {
  const session = connect(server.url, { ca });
  const stream = session.request({ ':path': '/version', authorization: `Bearer ${server.token}` });
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  session.close();
  expect(JSON.parse(text)).toMatchObject({ major: '1', gitVersion: expect.stringContaining('+plumbline') });
});

test('what carries the token or a key is readable by its owner only', () => {
  if (process.platform === 'win32') return;
  for (const name of ['kubeconfig', 'token', 'journal.jsonl', 'pki/ca.key', 'pki/server.key'])
    expect(statSync(join(dataDir, name)).mode & 0o077, name).toBe(0);
  expect(statSync(dataDir).mode & 0o077).toBe(0);
});

test('a body that is too large is refused and read to its end', async () => {
  const { code, text } = await call(
    '/api/v1/namespaces/default/configmaps',
    { ...token(), 'Content-Type': 'application/json' },
    'POST',
    'x'.repeat(4_000_000),
  );
  expect(code).toBe(413);
  expect(text).toContain('limit is 3145728');
});

test('P6: a second server on the same folder does not start', async () => {
  await expect(startApiServer({ dataDir, log: silentLog, clock: systemClock })).rejects.toThrow(/in use by process/);
});

test('a connection that never says anything does not keep the server from ending', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'server-'));
  const other = await startApiServer({ dataDir: folder, log: silentLog, clock: systemClock, controllers: false });
  const silent = connectSocket(other.port, '127.0.0.1');
  await new Promise((resolve) => silent.once('connect', resolve));
  const closed = new Promise((resolve) => silent.once('close', resolve));
  silent.on('error', () => undefined);
  await other.dispose();
  await closed;
  rmSync(folder, { recursive: true, force: true });
});
