// The wire over TLS: protocol by agreement, certificates checked, a proxy in between, connections that die.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createProxy } from 'node:http';
import { createSecureServer } from 'node:http2';
import type { ServerHttp2Session } from 'node:http2';
import { createServer as createHttps } from 'node:https';
import { connect as connectTcp, createServer as createTcp } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test, vi } from 'vitest';
import { servingCertificate } from '../../apiserver/tls/certificates.ts';
import type { ServingCertificate } from '../../apiserver/tls/certificates.ts';
import { silentLog } from '../../model/log.ts';
import { fixedCredential } from '../login/access.ts';
import type { TlsMaterial } from '../login/access.ts';
import type { KubeClient } from '../client.ts';
import { createClient } from '../connect.ts';

const YEAR = 365 * 86_400_000;
const folders: string[] = [];
/** An authority and a server's certificate that were made so many years ago. */
function pkiOf(yearsAgo: number): ServingCertificate {
  const folder = mkdtempSync(join(tmpdir(), 'tls-'));
  folders.push(folder);
  return servingCertificate(folder, Date.now() - yearsAgo * YEAR);
}
const [pki, otherPki, oldPki, futurePki] = [pkiOf(0), pkiOf(0), pkiOf(2), pkiOf(-2)];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

const CERTIFICATE = { cert: pki.certPem, key: pki.keyPem };

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A server with both protocols, or with HTTP/1.1 alone; answers with the protocol of the request. */
async function secure(
  http2: boolean,
  certificate = CERTIFICATE,
): Promise<{ url: string; sessions: ServerHttp2Session[]; requests: string[] }> {
  const [sessions, requests]: [ServerHttp2Session[], string[]] = [[], []];
  const server = http2
    ? createSecureServer({ ...certificate, allowHTTP1: true }, (request, response) => {
        requests.push(request.url);
        if (request.url === '/api') response.writeHead(401).end('Unauthorized');
        else if (request.url !== '/silent') response.end(`HTTP/${request.httpVersion}`);
      })
    : createHttps(certificate, (request, response) => {
        requests.push(request.url ?? '');
        response.end(`HTTP/${request.httpVersion}`);
      });
  server.on('session', (session: ServerHttp2Session) => sessions.push(session));
  server.on('error', () => undefined);
  const port = await listen(server);
  onTestFinished(() => {
    for (const session of sessions) session.destroy();
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  });
  return { url: `https://127.0.0.1:${port}`, sessions, requests };
}

function client(url: string, tls: TlsMaterial = { ca: pki.caPem }, through?: string): KubeClient {
  const made = createClient(
    { server: url, tls, credentials: fixedCredential({}), ...(through === undefined ? {} : { proxy: through }) },
    { log: silentLog },
  );
  onTestFinished(() => made.dispose());
  return made;
}

/** A line to a port whose connections can be left open and dead, as a network does that went away. */
async function relay(to: number): Promise<{ port: number; freeze(): void }> {
  const sockets: Socket[] = [];
  const server = createTcp((socket) => {
    const onward = connectTcp(to, '127.0.0.1');
    socket.pipe(onward).pipe(socket);
    for (const end of [socket, onward]) sockets.push(end.on('error', () => undefined));
  });
  const port = await listen(server);
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port, freeze: () => sockets.forEach((socket) => socket.unpipe().pause()) };
}

/** Waits without a timer. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

test('one HTTP/2 session for many requests', async () => {
  const { url, sessions } = await secure(true);
  const kube = client(url);
  const answers = await Promise.all(Array.from({ length: 50 }, () => kube.raw('GET', '/')));
  expect(new Set(answers.map((answer) => answer.text))).toEqual(new Set(['HTTP/2.0']));
  expect(sessions).toHaveLength(1);
});

test('HTTP/1.1 where the server speaks nothing else', async () => {
  const { url } = await secure(false);
  expect((await client(url).raw('GET', '/')).text).toBe('HTTP/1.1');
});

test('A21: a session that is ended by the server is followed by another', async () => {
  const { url, sessions } = await secure(true);
  const kube = client(url);
  await kube.raw('GET', '/');
  sessions[0]?.goaway();
  sessions[0]?.close();
  await vi.waitFor(async () => expect((await kube.raw('GET', '/')).text).toBe('HTTP/2.0'));
  sessions[1]?.destroy();
  await vi.waitFor(async () => expect((await kube.raw('GET', '/')).text).toBe('HTTP/2.0'));
  expect(sessions).toHaveLength(3);
});

test('A14, A21: a connection that is open and dead is given up within 45 s, and the next request has another', async () => {
  const { url, sessions, requests } = await secure(true);
  const line = await relay(Number(new URL(url).port));
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] });
  try {
    const kube = client(`https://127.0.0.1:${line.port}`);
    expect((await kube.raw('GET', '/')).text).toBe('HTTP/2.0');
    const silent = kube.raw('POST', '/silent').catch((error: unknown) => error);
    await until(() => requests.includes('/silent'));
    line.freeze();
    vi.advanceTimersByTime(45_000);
    expect(await silent).toMatchObject({ code: 0, reason: 'ConnectionReset' });
    expect((await kube.raw('GET', '/')).text).toBe('HTTP/2.0');
    expect(sessions).toHaveLength(2);
  } finally {
    vi.useRealTimers();
  }
});

test('a request that is cancelled leaves the session to the others', async () => {
  const { url, sessions, requests } = await secure(true);
  const kube = client(url);
  const stop = new AbortController();
  const silent = kube.raw('GET', '/silent', stop.signal);
  await vi.waitFor(() => expect(requests).toContain('/silent'));
  stop.abort(new Error('enough'));
  await expect(silent).rejects.toThrow('enough');
  expect((await kube.raw('GET', '/')).text).toBe('HTTP/2.0');
  expect(sessions).toHaveLength(1);
});

test('A9: a session that dies in the middle of an answer is no answer', async () => {
  const { url, sessions, requests } = await secure(true);
  const kube = client(url);
  const half = kube
    .create({ apiVersion: 'v1', kind: 'X', metadata: {} }, { fieldManager: 'x' })
    .catch((error: unknown) => error);
  const silent = kube.raw('POST', '/silent').catch((error: unknown) => error);
  await vi.waitFor(() => expect(requests).toContain('/silent'));
  sessions[0]?.destroy();
  expect(await silent).toMatchObject({ code: 0, reason: 'ConnectionReset' });
  expect(await half).toBeInstanceOf(Error);
});

test('A20: disposed in the middle of a request: the request ends, nothing is sent any more', async () => {
  const { url, requests } = await secure(true);
  const kube = client(url);
  const silent = kube.raw('GET', '/silent');
  await vi.waitFor(() => expect(requests).toContain('/silent'));
  kube.dispose();
  await expect(silent).rejects.toMatchObject({ code: 0 });
  await expect(kube.raw('GET', '/')).rejects.toMatchObject({ reason: 'Disposed' });
});

test.each([
  ['signed by nobody we know', { ca: otherPki.caPem }, 'CertificateUntrusted'],
  ['for another host', { ca: pki.caPem, serverName: 'example.com' }, 'CertificateWrongHost'],
])('A37: a certificate %s is refused, in a sentence of its own', async (_, tls, reason) => {
  const { url } = await secure(true);
  await expect(client(url, tls).raw('GET', '/')).rejects.toMatchObject({ code: 0, reason });
});

test.each([
  ['has expired', oldPki, 'CertificateExpired'],
  ['is not valid yet', futurePki, 'CertificateNotYetValid'],
])(
  'A37: a certificate that %s is refused, in a sentence of its own',
  async (words, { caPem, certPem, keyPem }, reason) => {
    const { url } = await secure(true, { cert: certPem, key: keyPem });
    const refused = client(url, { ca: caPem }).raw('GET', '/');
    await expect(refused).rejects.toMatchObject({ code: 0, reason });
    await expect(refused).rejects.toThrow(`the server's certificate ${words}`);
  },
);

test('A37: a refused login names the client certificate that has expired, as servers do not', async () => {
  const { url } = await secure(true);
  const [cert, key] = [oldPki.certPem, oldPki.keyPem];
  const get = (login: TlsMaterial): Promise<unknown> => client(url, { ca: pki.caPem, ...login }).resourceTypes();
  await expect(get({ cert, key })).rejects.toMatchObject({ code: 401, reason: 'Unauthorized' });
  await expect(get({ cert, key })).rejects.toThrow(
    /Unauthorized: the client certificate of the kubeconfig expired on \d{4}-/,
  );
  await expect(get(CERTIFICATE)).rejects.toThrow(/Unauthorized$/);
});

test('A37: unchecked only where the kubeconfig says so', async () => {
  const { url } = await secure(true);
  expect((await client(url, { insecure: true }).raw('GET', '/')).code).toBe(200);
});

test('A37: a server without TLS at a TLS address is told', async () => {
  const plain = createProxy((_, response) => response.end('hello'));
  const port = await listen(plain);
  onTestFinished(() => void plain.close());
  await expect(client(`https://127.0.0.1:${port}`).raw('GET', '/')).rejects.toMatchObject({
    code: 0,
    reason: 'NotTls',
  });
});

/** A proxy that opens tunnels for a user, and counts them. */
async function proxy(): Promise<{ port: number; targets: string[] }> {
  const targets: string[] = [];
  const server = createProxy();
  server.on('connect', (request, socket) => {
    targets.push(request.url ?? '');
    if (request.headers['proxy-authorization'] !== `Basic ${btoa('me:pw')}`)
      return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    const [host, port] = (request.url ?? '').split(':');
    const onward = connectTcp(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [onward, socket]) end.on('error', () => undefined);
    onTestFinished(() => void onward.destroy());
  });
  const port = await listen(server);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port, targets };
}

test('through a proxy', async () => {
  const { url } = await secure(true);
  const { port, targets } = await proxy();
  expect((await client(url, undefined, `http://me:pw@127.0.0.1:${port}`).raw('GET', '/')).text).toBe('HTTP/2.0');
  expect(targets).toEqual([url.slice('https://'.length)]);
});

test('A37: a proxy that asks for a login is told, without ours in the message', async () => {
  const { url } = await secure(true);
  const { port } = await proxy();
  const error = await client(url, undefined, `http://me:wrong@127.0.0.1:${port}`)
    .raw('GET', '/')
    .catch((reason: unknown) => reason as Error);
  expect(error).toMatchObject({ reason: 'ProxyRefused' });
  expect(String(error)).toContain('asks for a login');
  expect(String(error)).not.toContain('wrong');
});
