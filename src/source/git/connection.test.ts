// Logins, certificates and proxies against the real git behind a server that asks for them.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as send } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { servingCertificate } from '../../apiserver/tls/certificates.ts';
import { startGitServer } from '../../../test/real/gitServer.ts';
import type { GitServer } from '../../../test/real/gitServer.ts';
import { readRemote } from './remote.ts';
import type { Credentials } from './remote.ts';

const signal = new AbortController().signal;

interface Served {
  readonly server: GitServer;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  read(credentials: Credentials, url?: string): Promise<string | undefined>;
}

async function serve(over: 'http' | 'https'): Promise<Served> {
  const root = mkdtempSync(join(tmpdir(), 'plumbline-connection-'));
  const git = (...args: string[]): unknown =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      cwd: join(root, 'work'),
      stdio: 'pipe',
    });
  mkdirSync(join(root, 'work'));
  git('init', '-q', '-b', 'main');
  writeFileSync(join(root, 'work/a.yaml'), 'a');
  git('add', '-A');
  git('commit', '-q', '-m', 'a');
  git('clone', '-q', '--bare', '.', '../served/app.git');
  const { caPem: ca, certPem: cert, keyPem: key } = servingCertificate(join(root, 'tls'), Date.now());
  const tls = { cert, key, requestCert: true, rejectUnauthorized: false };
  const server = await startGitServer(join(root, 'served'), over === 'https' ? tls : undefined);
  onTestFinished(async () => {
    await server.dispose();
    rmSync(root, { recursive: true, force: true });
  });
  const options = (credentials: Credentials): Parameters<typeof readRemote>[3] => ({ credentials });
  return {
    server,
    ca,
    cert,
    key,
    async read(credentials, url = server.url) {
      const cache = join(root, 'cache');
      const tree = await readRemote(cache, `${url}/app.git`, { branch: 'main' }, options(credentials), signal);
      return tree.snapshot.text('a.yaml');
    },
  };
}

const deny: GitServer['fault'] = (_, response) => {
  response.statusCode = 401;
  response.setHeader('www-authenticate', 'Basic');
  response.end();
  return true;
};

test.each<[Credentials, string]>([
  [{ username: 'ada', password: 'p:w' }, `Basic ${Buffer.from('ada:p:w').toString('base64')}`],
  [{ bearerToken: 'token', username: 'ada' }, 'Bearer token'],
])('a login is sent with every request: %j', async (credentials, header) => {
  const { server, read } = await serve('http');
  server.fault = (request, response) => request.headers.authorization !== header && deny(request, response);
  expect(await read(credentials)).toBe('a');
  await expect(read({ username: 'eve', password: 'x' })).rejects.toThrow('authentication required');
  await expect(read({})).rejects.toThrow('authentication required');
});

test('a login that stands in the address is sent, and no message holds it', async () => {
  const { server, read } = await serve('http');
  server.fault = (request, response) => request.headers.authorization === undefined && deny(request, response);
  const url = server.url.replace('//', '//ada:secret@');
  expect(await read({}, url)).toBe('a');
  await server.dispose();
  const failure = await read({}, url).catch((error: unknown) => String(error));
  expect(failure).toContain('http://127.0.0.1');
  expect(failure).not.toContain('secret');
});

test('a server of an own authority is trusted by its ca.crt only, and sees the client certificate', async () => {
  const { server, ca, cert, key, read } = await serve('https');
  await expect(read({})).rejects.toThrow(/certificate/);
  expect(await read({ connection: { ca } })).toBe('a');
  server.fault = (request, response) => {
    const shown = (request.socket as TLSSocket).getPeerCertificate();
    return Object.keys(shown).length === 0 && deny(request, response);
  };
  await expect(read({ connection: { ca } })).rejects.toThrow('authentication required');
  expect(await read({ connection: { ca, clientCertificate: cert, clientKey: key } })).toBe('a');
});

test('G8: a redirect from https to http is refused, and nothing is sent there', async () => {
  const { server, ca, read } = await serve('https');
  let asked = 0;
  const plain = createServer((_, response) => (asked++, response.end()));
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void plain.close());
  const location = `http://127.0.0.1:${(plain.address() as AddressInfo).port}`;
  server.fault = (request, response) => (
    response.writeHead(302, { location: `${location}${request.url ?? ''}` }).end(),
    true
  );
  const login = { username: 'ada', password: 'secret', connection: { ca } };
  await expect(read(login)).rejects.toThrow('redirects from https to http: refused');
  expect(asked).toBe(0);
});

/** A proxy that asks for a login, and what it was asked for. */
async function startProxy(): Promise<{ address: string; asked: string[] }> {
  const asked: string[] = [];
  const mayPass = (request: IncomingMessage): boolean => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
    return request.headers['proxy-authorization'] === `Basic ${Buffer.from('ada:p w').toString('base64')}`;
  };
  const proxy = createServer((request, response) => {
    if (!mayPass(request)) return void response.writeHead(407).end();
    const onward = send(request.url ?? '', { method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  proxy.on('connection', (socket) => onTestFinished(() => void socket.destroy()));
  proxy.on('connect', (request: IncomingMessage, socket) => {
    if (!mayPass(request)) return void socket.end('HTTP/1.1 407 no\r\n\r\n');
    const [host = '', port = ''] = (request.url ?? '').split(':');
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 ok\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  return { address: `127.0.0.1:${(proxy.address() as AddressInfo).port}`, asked };
}

test.each(['http', 'https'] as const)('a proxy with a login is gone through: %s', async (over) => {
  const { server, ca, read } = await serve(over);
  const { address, asked } = await startProxy();
  expect(await read({ connection: { ca, proxy: `http://ada:p%20w@${address}` } })).toBe('a');
  const target = over === 'http' ? `GET ${server.url}/app.git` : `CONNECT ${server.url.slice('https://'.length)}`;
  expect(asked[0]?.startsWith(target)).toBe(true);
  if (over === 'https')
    await expect(read({ connection: { ca, proxy: `http://${address}` } })).rejects.toThrow(/the proxy .* answers 407/);
  await expect(read({ connection: { proxy: `socks5://${address}` } })).rejects.toThrow('socks5:// is not supported');
});
